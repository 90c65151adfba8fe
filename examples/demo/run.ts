import { mkdir } from 'node:fs/promises'
import { relative } from 'node:path'
import { batches, type Batches } from '../lib/batches.js'
import { gather, loadMnist, type Mnist } from '../lib/mnist.js'
import { progress, showTime, type Progress } from '../lib/progress.js'
import { countSubmits } from '../lib/submits.js'
import { evaluate, type Evaluation } from './evaluate.js'
import { batchSize, initialState, modelName } from './model.js'
import type { DemoOptions } from './options.js'
import { checkpointPath, saveCheckpoint, saveResults } from './output.js'
import { compileProgram, type MnistProgram } from './program.js'
import { stepRows, table } from './report.js'
import { train, type Point, type State, type Trained } from './train.js'

/** All that a run is made of, before the first step. */
interface Session {
  readonly options: DemoOptions
  readonly stream: NodeJS.WriteStream
  readonly signal: AbortSignal
  readonly mnist: Mnist
  readonly plan: Batches
  readonly program: MnistProgram
}

interface Tested {
  readonly point: Point
  readonly evaluation: Evaluation
}

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`

const secondsSince = (start: number): number => (performance.now() - start) / 1000

const open = async (options: DemoOptions, stream: NodeJS.WriteStream, signal: AbortSignal): Promise<Session> => {
  await mkdir(options.out, { recursive: true }) // now, rather than find out after an epoch that it cannot be made
  const mnist = await loadMnist()
  const plan = batches(mnist.train.count, batchSize, options.epochs, options.seed)
  const start = performance.now()
  const program = await compileProgram(options.device, plan.steps)
  stream.write(
    `${modelName} on ${program.where}, compiled in ${secondsSince(start).toFixed(1)} s; ${mnist.train.count.toLocaleString('en')} digits, seed ${String(options.seed)}\n`,
  )
  return { options, stream, signal, mnist, plan, program }
}

/** The checkpoint, then the test digits. */
const endOfEpoch = async (
  { options, signal, mnist, program }: Session,
  bar: Progress,
  state: State,
  step: number,
): Promise<Tested | undefined> => {
  await saveCheckpoint(state, step, options)
  const evaluation = await evaluate(program.predict, state.params, mnist.test, signal)
  if (evaluation === undefined) return undefined
  const { loss, accuracy } = evaluation
  const epoch = (step * batchSize) / mnist.train.count
  bar.note(`epoch ${String(Math.round(epoch))}  test loss ${loss.toFixed(4)}  test accuracy ${percent(accuracy)}  checkpoint written`)
  return { point: { step, epoch, loss, accuracy }, evaluation }
}

const trainAndTest = async (session: Session): Promise<{ readonly trained: Trained; readonly tested: readonly Tested[] }> => {
  const { options, stream, signal, mnist, plan, program } = session
  const bar = progress({ stream, steps: plan.steps, epochs: options.epochs })
  const tested: Tested[] = []
  const onEpoch = async (state: State, step: number): Promise<void> => {
    const result = await endOfEpoch(session, bar, state, step)
    if (result !== undefined) tested.push(result)
  }
  try {
    const state = initialState(options.seed)
    const trained = await train({ step: program.step, state, digits: mnist.train, batches: plan, signal, onStatus: bar.update, onEpoch })
    return { trained, tested }
  } finally {
    bar.stop()
  }
}

/** What is left of a run that was stopped: a checkpoint, unless nothing was done. */
const stopped = async ({ options, stream, plan }: Session, { state, step }: Trained): Promise<void> => {
  if (step > 0) await saveCheckpoint(state, step, options)
  const kept = step > 0 ? `, checkpoint in ${checkpointPath(options.out)}` : ''
  stream.write(`stopped after step ${String(step)} of ${String(plan.steps)}${kept}\n`)
}

const finish = async (
  { options, stream, mnist, plan, program }: Session,
  { state, curve, seconds, step }: Trained,
  tested: readonly Tested[],
  start: number,
): Promise<void> => {
  const { evaluation } = tested[tested.length - 1] as Tested
  const speed = Math.round((step * batchSize) / seconds).toLocaleString('en')
  const right = `${percent(evaluation.accuracy)} of ${mnist.test.count.toLocaleString('en')} MNIST test digits right`
  const story = {
    title: right,
    subtitle: `${modelName}, Adam, batch ${String(batchSize)}, seed ${String(options.seed)} · ${String(options.epochs)} epochs in ${showTime(seconds)} on ${program.where}`,
    curve,
    tests: tested.map(({ point }) => point),
    digits: mnist.test,
    evaluation,
    seed: options.seed,
    epochs: options.epochs,
  }
  const submits = program.kind === 'webgpu' ? await countSubmits(() => program.step(state, gather(mnist.train, plan.at(0)))) : undefined
  const rows = stepRows(program.step, submits)
  const files = await saveResults(
    story,
    { ...options, where: program.where, seconds, accuracy: evaluation.accuracy, report: Object.fromEntries(rows) },
    options,
  )
  stream.write(`\n${right}\n\n`)
  const timing = ['time', `${showTime(secondsSince(start))} in all, training ${showTime(seconds)} at ${speed} images/s`] as const
  stream.write(`${table([timing, ...rows, ['files', files.map((file) => relative('.', file)).join(', ')]])}\n`)
}

/** Runs the demo. False if it was interrupted. */
export const run = async (options: DemoOptions, stream: NodeJS.WriteStream, signal: AbortSignal): Promise<boolean> => {
  const start = performance.now()
  const session = await open(options, stream, signal)
  const { trained, tested } = await trainAndTest(session)
  const whole = trained.step === session.plan.steps && tested.length > 0 && !signal.aborted
  await (whole ? finish(session, trained, tested, start) : stopped(session, trained))
  return whole
}
