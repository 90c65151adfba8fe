import { runWorkload } from './common.mjs'
const jaxjs = (device, jit) => async () => {
  const jax = await import('@jax-js/jax'),
    { makeJax } = await import('./jaxjs-impl.mjs')
  return () => makeJax(jax, device, jit)
}
const loaders = {
  'jaxjs-wasm': jaxjs('wasm', true),
  'jaxjs-wasm-nojit': jaxjs('wasm', false),
  'jaxjs-webgpu': jaxjs('webgpu', true),
  'jaxjs-webgpu-nojit': jaxjs('webgpu', false),
  'tfjs-wasm': async () => {
    const tf = await import('@tensorflow/tfjs'),
      wasm = await import('@tensorflow/tfjs-backend-wasm'),
      { makeTf } = await import('./tfjs-impl.mjs')
    wasm.setWasmPaths('/wasm/')
    wasm.setThreadsCount(2)
    // its C++ side allows at most half the logical cores: say 4, so that it takes both of 2
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * navigator.hardwareConcurrency, configurable: true })
    return () => makeTf(tf, 'wasm')
  },
  'tfjs-webgpu': async () => {
    const tf = await import('@tensorflow/tfjs')
    await import('@tensorflow/tfjs-backend-webgpu')
    const { makeTf } = await import('./tfjs-impl.mjs')
    return () => makeTf(tf, 'webgpu')
  },
  'ort-web-webgpu': async () => {
    const ort = await import('onnxruntime-web/webgpu'),
      { makeOrtWebgpu } = await import('./onnx-build.mjs')
    ort.env.wasm.wasmPaths = '/ort/'
    return () => makeOrtWebgpu(ort)
  },
  'wgsl-handwritten': async () => (await import('./wgsl-impl.mjs')).makeWgsl,
}
window.runPeer = async (peer, workload, expected, first) => {
  let t = performance.now()
  const start = await loaders[peer](),
    import_ms = performance.now() - t
  t = performance.now()
  const impl = await start(),
    init_ms = performance.now() - t
  return {
    import_ms,
    init_ms,
    isolated: crossOriginIsolated,
    ...(await runWorkload(workload, impl, expected, (o) => window.emitEvent(o), first)),
  }
}
