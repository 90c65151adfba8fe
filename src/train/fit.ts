/** The training loop: a pure step, run over batches, watched by callbacks, kept in checkpoints. */
import type { DeviceChoice } from '../backends/choose.js'
import type { BatchSource } from '../data/batches.js'
import type { ResultsOf } from '../compile.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import type { ArgumentsOf } from '../ir/typing.js'
import type { Callback, Figures } from './callback.js'
import type { CheckpointOptions, Fitted } from './options.js'
import { openRun } from './run.js'

/** Named scalars that a step measures. */
export type StepMetrics = { readonly loss: Tensor<Shape, 'f32'> } & Readonly<Record<string, Tensor>>

export interface FitOptions<S, B> {
  /** One step as a pure function of tensors: the next state and what was measured. It is compiled, once for each shape of batch. */
  readonly step: (state: S, batch: B) => readonly [S, StepMetrics]
  /** The first state: parameters, the optimiser's state, keys, whatever the step threads through. It is not changed. */
  readonly state: ArgumentsOf<S>
  /** From `batches(...)`, or anything that gives the batch of a step. */
  readonly data: BatchSource<ArgumentsOf<B>>
  /** How often to go through the data. */
  readonly epochs: number
  /** Figures of a state, after each epoch: of a validation set. The clock stands still meanwhile. */
  readonly evaluate?: (state: ResultsOf<S>) => Promise<Figures>
  readonly callbacks?: readonly Callback[]
  readonly checkpoint?: CheckpointOptions
  /** Default 'auto'. */
  readonly device?: DeviceChoice
  /** Ends the run after the step in which it is aborted, with a checkpoint. */
  readonly signal?: AbortSignal
  /** Steps between two reads of the metrics: few, and the device waits; many, and what callbacks see is late. Default 16. */
  readonly readEvery?: number
  /** Whether a loss that is not finite is traced to the value where it began. Default true; keeps a copy of the state on the host. */
  readonly diagnose?: boolean
}

/**
 * Trains: runs `step` on every batch of every epoch, its state donated from one to the next. Nothing on the way depends on time or
 * chance, so that a run which was stopped, or killed, and is started again with the same store goes on to the same curve, bit for
 * bit on one backend.
 * @throws NumericError where the loss is not finite, naming the first value that is not; the last good checkpoint is kept
 * @throws DecodeError where the checkpoint is damaged or of another run; TraceError for a step or trees that are none
 */
export const fit = async <S, B>(options: FitOptions<S, B>): Promise<Fitted<S>> => {
  const run = await openRun(options)
  try {
    await run.train()
  } finally {
    await run.close()
  }
  return run.result() as Fitted<S>
}
