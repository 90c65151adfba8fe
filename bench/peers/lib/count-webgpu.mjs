// Counts what a library asks of WebGPU, on any adapter: dispatches, passes, submits, bind groups, pipelines, buffers, bytes alive and at peak,
// and the bytes bound to each dispatch (an upper bound of its traffic). Import after the WebGPU globals exist; call mark() before a step, read() after.
const zero = () => ({ dispatches: 0, passes: 0, submits: 0, bindGroups: 0, pipelines: 0, buffers: 0, boundBytes: 0, writes: 0, maps: 0 })
export const counts = { now: zero(), liveBytes: 0, peakBytes: 0 }
const n = (k, v = 1) => {
  counts.now[k] += v
}
const wrap = (proto, name, before, after) => {
  const f = proto?.[name]
  if (!f) return
  proto[name] = function (...a) {
    before?.call(this, a)
    const r = f.apply(this, a)
    after?.call(this, r, a)
    return r
  }
}
const groupBytes = new WeakMap(),
  passGroups = new WeakMap(),
  sizes = new WeakMap()
const D = globalThis.GPUDevice.prototype
wrap(D, 'createBuffer', null, (b, [d]) => {
  n('buffers')
  sizes.set(b, d.size)
  counts.liveBytes += d.size
  counts.peakBytes = Math.max(counts.peakBytes, counts.liveBytes)
})
wrap(globalThis.GPUBuffer.prototype, 'destroy', function () {
  const s = sizes.get(this)
  if (s) {
    counts.liveBytes -= s
    sizes.delete(this)
  }
})
wrap(globalThis.GPUBuffer.prototype, 'mapAsync', () => n('maps'))
wrap(D, 'createBindGroup', null, (g, [d]) => {
  n('bindGroups')
  let s = 0
  for (const e of d.entries) {
    const r = e.resource,
      b = r?.buffer ?? r
    if (b && sizes.has(b)) s += r?.size ?? sizes.get(b) - (r?.offset ?? 0)
  }
  groupBytes.set(g, s)
})
for (const k of ['createComputePipeline', 'createComputePipelineAsync']) wrap(D, k, () => n('pipelines'))
wrap(globalThis.GPUCommandEncoder.prototype, 'beginComputePass', () => n('passes'))
const P = globalThis.GPUComputePassEncoder.prototype
wrap(P, 'setBindGroup', function ([i, g]) {
  const m = passGroups.get(this) ?? []
  m[i] = groupBytes.get(g) ?? 0
  passGroups.set(this, m)
})
for (const k of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'])
  wrap(P, k, function () {
    n('dispatches')
    n(
      'boundBytes',
      (passGroups.get(this) ?? []).reduce((p, q) => p + (q ?? 0), 0),
    )
  })
wrap(globalThis.GPUQueue.prototype, 'submit', () => n('submits'))
wrap(globalThis.GPUQueue.prototype, 'writeBuffer', () => n('writes'))
export const mark = () => {
  counts.now = zero()
  counts.peakBytes = counts.liveBytes
}
export const read = () => ({ ...counts.now, liveMB: +(counts.liveBytes / 1e6).toFixed(2), peakMB: +(counts.peakBytes / 1e6).toFixed(2) })
