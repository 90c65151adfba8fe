import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { orThrow } from '../../src/data/decode.js'
import { crc32c } from '../../src/data/gzip.js'
import { DecodeError, NumericError, TraceError, UnsupportedError } from '../../src/error.js'
import { parseSafetensors } from '../../src/interop/safetensors.js'
import { ndarray, type NDArray } from '../../src/ir/ndarray.js'
import { specOf } from '../../src/ir/trace.js'
import { exp, mul } from '../../src/ops/point.js'
import { mean } from '../../src/ops/reduce.js'
import type { Callback, EpochRecord, StepRecord } from '../../src/train/callback.js'
import { earlyStopping, onEpoch, timeBudget } from '../../src/train/callbacks.js'
import { fit, type FitOptions } from '../../src/train/fit.js'
import { csvLog, tensorboardLog } from '../../src/train/logs.js'
import { memoryStore, type Store } from '../../src/train/store.js'
import { root } from '../harness/built.js'
import { badStep, data, initial, step, type Batch, type F32, type State } from './problem.js'

type Options = FitOptions<State, Batch>

const options: Options = { step, state: initial, data: data(), epochs: 3, device: 'js' }

const host = async (state: Awaited<ReturnType<typeof fit<State, Batch>>>['state']): Promise<number[]> =>
  (await Promise.all([state.w, state.b, state.velocity.w, state.velocity.b].map((x) => x.toNDArray()))).flatMap((x) => [...x.data])

const saved = async (store: Store, name = 'checkpoint.safetensors') => orThrow(parseSafetensors((await store.read(name)) as Uint8Array))

describe('fit', () => {
  it('does what stepping by hand does, batch by batch, the short one too', async () => {
    const source = data()
    const { state, history, epochs, step: done } = await fit(options)
    let want: Record<string, unknown> = initial
    const losses: number[] = []
    for (let i = 0; i < 18; i++) {
      const batch = (await source.at(i)) as { x: NDArray<'f32'>; y: NDArray<'f32'> }
      const program = await compile(step, [specOf(initial), specOf(batch)] as const, { device: 'js' })
      const [next, { loss }] = await program(want as typeof initial, batch)
      want = next
      losses.push(await loss.item())
    }
    expect(source.stepsPerEpoch).toBe(6)
    expect(done).toBe(18)
    expect(history.map(({ metrics }) => metrics.loss)).toEqual(losses)
    expect(history.map((record) => record.step)).toEqual(losses.map((_, i) => i + 1))
    expect(await host(state)).toEqual(await host(want as never))
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    epochs.forEach(({ metrics }, e) => expect(metrics.loss).toBeCloseTo(losses.slice(6 * e, 6 * e + 6).reduce((a, b) => a + b, 0) / 6, 12))
    expect([...initial.w.data]).toEqual([0, 0])
  })

  it('learns', async () => {
    const { state, history } = await fit({ ...options, epochs: 40 })
    const [w0 = NaN, w1 = NaN, b = NaN] = await host(state)
    expect([w0, w1, b].map((x) => Math.round(10 * x) / 10)).toEqual([2, -1, 0.5])
    expect(history.at(-1)?.metrics.loss).toBeLessThan(0.02)
  })

  it('evaluates after each epoch, and tells callbacks in order', async () => {
    const log: string[] = []
    const watch: Callback<number> = {
      name: 'watch',
      init: 0,
      onStart: (m, { steps, resumedAt }) => {
        log.push(`start ${String(steps)} ${String(resumedAt)}`)
        return m
      },
      onSteps: (m, records: readonly StepRecord[]) => m + records.length,
      onEpoch: (m, { epoch, validation }: EpochRecord) => {
        log.push(`epoch ${String(epoch)}: ${String(m)} steps, w ${String(validation.w !== undefined)}`)
        return m
      },
      onEnd: (m) => void log.push(`end ${String(m)}`),
    }
    await fit({
      ...options,
      epochs: 2,
      readEvery: 4,
      callbacks: [watch],
      evaluate: async ({ w }) => ({ w: (await w.toNDArray()).data[0] as number }),
    })
    expect(log).toEqual(['start 12 0', 'epoch 1: 6 steps, w true', 'epoch 2: 12 steps, w true', 'end 12'])
  })

  it('stops early, for lack of time, and when aborted', async () => {
    const figures = [5, 4, 4.5, 4, 3]
    const early = await fit({
      ...options,
      epochs: 9,
      callbacks: [earlyStopping({ metric: 'figure', patience: 2 })],
      evaluate: async () => ({ figure: figures.shift() as number }),
    })
    expect([early.step, early.stopped]).toEqual([24, 'no better figure than 4 for 2 epochs'])
    let calls = 3
    expect(await fit({ ...options, readEvery: 1, callbacks: [timeBudget(() => --calls)] })).toMatchObject({ stopped: 'the time is up' })
    const controller = new AbortController()
    const aborted = await fit({ ...options, signal: controller.signal, callbacks: [onEpoch('abort', () => controller.abort())] })
    expect([aborted.step, aborted.stopped]).toEqual([6, 'it was aborted'])
    await expect(fit({ ...options, callbacks: [earlyStopping({ metric: 'none' })] })).rejects.toThrow(/there is no figure 'none'/)
  })

  it('refuses what it cannot run', async () => {
    await expect(fit({ ...options, epochs: 1.5 })).rejects.toThrow(UnsupportedError)
    await expect(fit({ ...options, readEvery: 0 })).rejects.toThrow(UnsupportedError)
    await expect(fit({ ...options, callbacks: [timeBudget(() => 1), timeBudget(() => 1)] })).rejects.toThrow(/two callbacks/)
    await expect(fit({ ...options, step: ((s: State) => s) as unknown as Options['step'] })).rejects.toThrow(TraceError)
    await expect(fit({ ...options, state: { ...initial, w: 'no' } as unknown as Options['state'] })).rejects.toThrow(TraceError)
  })
})

describe('checkpoints', () => {
  it('let a run go on to the same curve and state, wherever it was stopped', async () => {
    const whole = await fit(options)
    for (const stopAt of [1, 5, 6, 7, 12, 17]) {
      const store = memoryStore()
      const controller = new AbortController()
      const source = data()
      const stopping = {
        ...source,
        stepsPerEpoch: 6,
        at: (i: number) => (i === stopAt ? (controller.abort(), source.at(i)) : source.at(i)),
      }
      const first = await fit({ ...options, data: stopping, signal: controller.signal, checkpoint: { store }, callbacks: [csvLog(store)] })
      expect(first.stopped).toBe('it was aborted')
      const second = await fit({ ...options, checkpoint: { store }, callbacks: [csvLog(store)] })
      expect([...first.history, ...second.history]).toEqual(whole.history)
      expect([...first.epochs, ...second.epochs]).toEqual(whole.epochs)
      expect(await host(second.state)).toEqual(await host(whole.state))
      const rows = new TextDecoder()
        .decode(await store.read('steps.csv'))
        .trim()
        .split('\n')
      expect(rows.slice(1).map((row) => Number(row.split(',')[2]))).toEqual(whole.history.map(({ metrics }) => metrics.loss))
    }
  })

  it('keep what callbacks remember, and the state of the best epoch', async () => {
    const store = memoryStore()
    const figures = [3, 1, 2, 2]
    const run = (epochs: number) =>
      fit({
        ...options,
        epochs,
        checkpoint: { store, best: { metric: 'figure' } },
        callbacks: [earlyStopping({ metric: 'figure', patience: 2 })],
        evaluate: async () => ({ figure: figures.shift() as number }),
      })
    await run(2)
    const best = await saved(store, 'checkpoint.best.safetensors')
    expect((await run(9)).stopped).toBe('no better figure than 1 for 2 epochs')
    expect(await saved(store, 'checkpoint.best.safetensors')).toEqual(best)
    expect(JSON.parse(best.metadata.progress as string)).toMatchObject({ step: 12, best: 1 })
  })

  it('are refused where they are damaged, or of another run', async () => {
    const store = memoryStore()
    await fit({ ...options, epochs: 1, checkpoint: { store } })
    await expect(fit({ ...options, data: data(10), checkpoint: { store } })).rejects.toThrow(/is of other data/)
    const wider = { ...initial, b: ndarray([0]) }
    await expect(fit({ ...options, state: wider, checkpoint: { store } })).rejects.toThrow(/is of another state/)
    expect((await fit({ ...options, data: data(10), checkpoint: { store, resume: false } })).step).toBe(21)
    const bytes = (await store.read('checkpoint.safetensors')) as Uint8Array
    await store.write('checkpoint.safetensors', bytes.subarray(0, bytes.length - 1))
    await expect(fit({ ...options, data: data(10), checkpoint: { store } })).rejects.toThrow(DecodeError)
  })

  it('are whole after kill -9 at any moment, and lead to the same end', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fluxion-kill-'))
    const run = (where: string, wait: number) => [
      '--import',
      'tsx',
      join(root, 'test/train/fixtures/child.ts'),
      join(folder, where),
      String(wait),
    ]
    const read = (where: string, name: string) => readFile(join(folder, where, name))
    spawnSync(process.execPath, run('whole', 0), { cwd: root })
    let kills = 0
    for (const moment of [250, 1, 37, 90]) {
      const child = spawn(process.execPath, run('killed', 40), { cwd: root, stdio: 'ignore' })
      const gone = new Promise<string | null>((resolve) => void child.on('exit', (_, signal) => resolve(signal)))
      const before = (await read('killed', 'steps.csv').catch(() => '')).length
      const until = performance.now() + 20_000
      while ((await read('killed', 'steps.csv').catch(() => '')).length <= before && performance.now() < until)
        await new Promise((r) => setTimeout(r, 5))
      await new Promise((resolve) => setTimeout(resolve, moment))
      child.kill('SIGKILL')
      if ((await gone) === 'SIGKILL') kills++
      const left = await read('killed', 'checkpoint.safetensors').catch(() => undefined)
      if (left !== undefined) expect(isRight(parseSafetensors(new Uint8Array(left)))).toBe(true)
    }
    expect(kills).toBeGreaterThan(1)
    expect(spawnSync(process.execPath, run('killed', 0), { cwd: root, encoding: 'utf8' }).stdout).toBe('whole\n')
    for (const name of ['checkpoint.safetensors', 'steps.csv', 'epochs.csv'])
      expect(await read('killed', name)).toEqual(await read('whole', name))
    await rm(folder, { recursive: true })
  })
})

describe('a loss that is not finite', () => {
  const bad = { ...options, step: badStep, state: { ...initial, b: ndarray(0.9) } }

  const failureOf = async (run: Promise<unknown>): Promise<NumericError> => {
    const error: unknown = await run.then(
      () => undefined,
      (e: unknown) => e,
    )
    expect(error).toBeInstanceOf(NumericError)
    return error as NumericError
  }

  it('ends the run, names the step and the first value that went bad, and keeps the last good checkpoint', async () => {
    const store = memoryStore()
    const { detail } = await failureOf(fit({ ...bad, checkpoint: { store, every: 2 } }))
    // The bias is 0.9, 0.65, 0.4, 0.15, then -0.1: its logarithm is NaN in the fifth step.
    expect(detail.problem).toBe('the loss is NaN at step 5')
    expect(detail.facts?.[1]).toMatch(/^first bad: %\d+ = log\(%0\) : f32\[\]; of 1 elements 1 NaN/)
    expect(detail.facts?.[2]).toMatch(/^computed from: argument 0\.b; 0 NaN, 0 infinite, the others from -0\.1 to -0\.1$/)
    expect(detail.facts?.[3]).toBe('the checkpoint of step 4 is kept')
    const { arrays, metadata } = await saved(store)
    expect(JSON.parse(metadata.progress as string)).toMatchObject({ step: 4 })
    expect(Object.values(arrays).every(({ data: values }) => values.every(Number.isFinite))).toBe(true)
  })

  it('is told of where nothing was kept, too, and not looked into where that is not wanted', async () => {
    const { detail } = await failureOf(fit(bad))
    expect(detail.facts?.at(-1)).toBe('no checkpoint was written by this run')
    expect(detail.facts?.[1]).toMatch(/^first bad/)
    expect((await failureOf(fit({ ...bad, diagnose: false }))).detail.facts?.[1]).toBe('where it arose was not looked for')
  })

  it('is an infinity where that came first', async () => {
    const grow = (s: State, b: Batch): readonly [State, { readonly loss: F32 }] => [
      { ...s, b: mul(s.b, 3) },
      { loss: mul(exp(mul(s.b, 10)), mean(b.y)) },
    ]
    const { detail } = await failureOf(fit({ ...bad, step: grow, state: { ...initial, b: ndarray(1) } }))
    expect(detail.facts?.[1]).toMatch(/= exp\(/)
  })

  it('is found in a state that went bad after the last loss of an epoch', async () => {
    const store = memoryStore()
    const late = (s: State, b: Batch): readonly [State, { readonly loss: F32 }] => {
      const [next, { loss }] = step(s, b)
      return [{ ...next, b: mul(next.b, 0), velocity: { ...next.velocity, b: exp(mul(loss, 1e9)) } }, { loss }]
    }
    const nan = (s: State, b: Batch): readonly [State, { readonly loss: F32 }] => {
      const [next, metrics] = late(s, b)
      return [{ ...next, w: mul(next.w, mul(next.velocity.b, 0)) }, metrics]
    }
    const { detail } = await failureOf(fit({ ...bad, step: nan, checkpoint: { store, every: 1 } }))
    expect(detail.problem).toBe('the state is NaN at step 1')
    expect(await store.read('checkpoint.safetensors')).toBeUndefined()
  })
})

describe("TensorBoard's event file", () => {
  /** Reads TFRecords and the few fields of their messages, from the formats' descriptions. */
  const records = (bytes: Uint8Array): Uint8Array[] => {
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const unmask = (x: number): number => {
      const rotated = (x - 0xa282ead8) >>> 0
      return ((rotated >>> 17) | (rotated << 15)) >>> 0
    }
    const out: Uint8Array[] = []
    for (let at = 0; at < bytes.length;) {
      const length = Number(view.getBigUint64(at, true))
      expect(unmask(view.getUint32(at + 8, true))).toBe(crc32c(bytes.subarray(at, at + 8)))
      const body = bytes.subarray(at + 12, at + 12 + length)
      expect(unmask(view.getUint32(at + 12 + length, true))).toBe(crc32c(body))
      out.push(body)
      at += 16 + length
    }
    return out
  }

  type Field = readonly [field: number, value: number | Uint8Array]

  const fields = (bytes: Uint8Array): Field[] => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    let at = 0
    const varint = (): number => {
      for (let [n, factor] = [0, 1]; ; factor *= 128) {
        const byte = bytes[at++] as number
        n += (byte & 127) * factor
        if (byte < 128) return n
      }
    }
    const out: Field[] = []
    while (at < bytes.length) {
      const key = varint()
      const wire = key % 8
      const start = wire === 2 ? varint() : 0
      const from = at
      at += wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? start : 0
      const value =
        wire === 0
          ? varint()
          : wire === 1
            ? view.getFloat64(from, true)
            : wire === 5
              ? view.getFloat32(from, true)
              : bytes.subarray(from, at)
      out.push([Math.floor(key / 8), value])
    }
    return out
  }

  const text = (x: number | Uint8Array | undefined): string => new TextDecoder().decode(x as Uint8Array)

  it('has every figure, in records whose checksums hold', async () => {
    const store = memoryStore()
    const evaluate = async () => ({ accuracy: 0.5 })
    const { history } = await fit({ ...options, epochs: 40, evaluate, callbacks: [tensorboardLog(store, { now: () => 1234567890.5 })] })
    const [name = ''] = store.names()
    expect(name).toBe('events.out.tfevents.1234567891.fluxion.0')
    const [version, ...events] = records((await store.read(name)) as Uint8Array).map(fields)
    expect(version).toEqual([
      [1, 1234567890.5],
      [3, new TextEncoder().encode('brain.Event:2')],
    ])
    const scalars = events.map((event) => {
      const value = Object.fromEntries(event) as Record<number, number | Uint8Array>
      const all = fields(value[5] as Uint8Array).map(
        ([, summary]) => Object.fromEntries(fields(summary as Uint8Array)) as Record<number, number | Uint8Array>,
      )
      return { step: value[2], values: Object.fromEntries(all.map((one) => [text(one[1]), one[2]])) }
    })
    const train = scalars.filter(({ values }) => 'train/loss' in values)
    expect(train.map((one) => [one.step, one.values['train/loss']])).toEqual(history.map((one) => [one.step, one.metrics.loss]))
    expect(scalars.filter(({ values }) => values['validation/accuracy'] === 0.5).map((one) => one.step)).toEqual(
      Array.from({ length: 40 }, (_, e) => 6 * e + 6),
    )
  })
})
