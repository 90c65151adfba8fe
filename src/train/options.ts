/** What a run is told, and what it gives. */
import type { Device } from '../backends/backend.js'
import type { ResultsOf } from '../compile.js'
import type { EpochRecord, StepRecord } from './callback.js'
import type { Store } from './store.js'

export interface CheckpointOptions {
  readonly store: Store
  /** The name of the file, to which `.safetensors` is added. Default `checkpoint`. */
  readonly name?: string
  /** Also after every so many steps, besides each epoch's end. */
  readonly every?: number
  /** Whether to go on from what the store has. Default true. */
  readonly resume?: boolean
  /** Keeps the state of the best epoch under `<name>.best`, too: by which figure, and whether less (default) or more is better. */
  readonly best?: { readonly metric: string; readonly mode?: 'min' | 'max' }
}

export interface Fitted<S> {
  readonly state: ResultsOf<S>
  /** Steps done, those before a checkpoint included. */
  readonly step: number
  /** What was measured since this call began. */
  readonly history: readonly StepRecord[]
  readonly epochs: readonly EpochRecord[]
  /** Why it ended before all epochs were done. */
  readonly stopped: string | undefined
  /** Of training alone. */
  readonly seconds: number
  readonly device: Device
}
