/** Batches of a data set: shuffled anew each epoch, the same on every machine, from any position. */
import { DecodeError, ShapeError, UnsupportedError } from '../error.js'
import type { Dataset } from './dataset.js'
import { generator, permutation } from './shuffle.js'

/** Where an iteration is: plain JSON. Batches asked for with it go on where the ones before stopped. */
export interface BatchState {
  /** Batches already handed out, over all epochs. */
  readonly step: number
  readonly size: number
  readonly batchSize: number
  readonly shuffle: number | false
  readonly dropLast: boolean
}

export interface BatchOptions {
  readonly batchSize: number
  /** The seed of the order, which is another one each epoch; false (default) keeps the data set's. */
  readonly shuffle?: number | false
  /** Leaves out the last batch of an epoch where it is not full. Default false. */
  readonly dropLast?: boolean
  /** How often the data set is gone through. Default 1; Infinity never ends. */
  readonly epochs?: number
  /** Where to go on: the `state` of an earlier iteration, or of its JSON. */
  readonly state?: BatchState
  /** How many batches are gathered ahead of the one in use. Default 1. */
  readonly prefetch?: number
}

/** What a training loop asks of its data: any step's batch, at any time, always the same. */
export interface BatchSource<B> {
  readonly stepsPerEpoch: number
  /** The batch of a step, counted from 0 over all epochs. */
  readonly at: (step: number) => B | Promise<B>
}

/** An iteration over batches that can be asked for its position, and for any batch by its number. */
export interface Batches<B> extends BatchSource<B>, AsyncIterableIterator<B> {
  /** The position after the last batch handed out; what is gathered ahead does not count. */
  readonly state: BatchState
}

const wholeNumber = (name: string, value: number, least: number): void => {
  if (value === Infinity && name !== 'batchSize') return
  if (!Number.isInteger(value) || value < least)
    throw new ShapeError({
      op: 'batches',
      problem: `${name} is ${String(value)}`,
      help: `give a whole number of at least ${String(least)}`,
    })
}

type Plan = Omit<BatchState, 'step'>

const stepsPerEpoch = ({ size, batchSize, dropLast }: Plan): number => (dropLast ? Math.floor : Math.ceil)(size / batchSize)

const checkPlan = (plan: Plan, epochs: number, prefetch: number): void => {
  wholeNumber('batchSize', plan.batchSize, 1)
  wholeNumber('epochs', epochs, 0)
  wholeNumber('prefetch', prefetch, 0)
  if (stepsPerEpoch(plan) < 1)
    throw new ShapeError({
      op: 'batches',
      problem: 'there is no batch in an epoch',
      facts: [`${String(plan.size)} examples, ${String(plan.batchSize)} to a batch`],
      help: 'take a smaller batchSize, or leave dropLast out',
    })
  if (prefetch === Infinity)
    throw new UnsupportedError({ op: 'batches', problem: 'prefetch is Infinity', help: 'give the number of batches that fit into memory' })
}

/** @throws DecodeError where the position is of other batches */
const stepOf = (state: BatchState | undefined, plan: Plan): number => {
  if (state === undefined) return 0
  const differing = (Object.keys(plan) as (keyof Plan)[]).filter((key) => plan[key] !== state[key])
  if (differing.length === 0 && Number.isInteger(state.step) && state.step >= 0) return state.step
  throw new DecodeError({
    op: 'batches',
    problem: 'the state is of other batches',
    facts: differing.map((key) => `${key}: ${String(plan[key])} here, ${String(state[key])} in the state`),
    help: 'go on with the data set and the options that the state was taken with',
  })
}

/** The examples of any step. The order of the epoch last asked for is kept. */
const indicesOf = (plan: Plan): ((step: number) => Uint32Array) => {
  const { size, batchSize, shuffle } = plan
  const perEpoch = stepsPerEpoch(plan)
  let known: { readonly epoch: number; readonly order: Uint32Array } | undefined
  const orderOf = (epoch: number): Uint32Array => {
    if (known?.epoch === epoch) return known.order
    const order = shuffle === false ? Uint32Array.from({ length: size }, (_, i) => i) : permutation(generator(shuffle, epoch + 1), size)
    known = { epoch, order }
    return order
  }
  return (step) => {
    const start = (step % perEpoch) * batchSize
    return orderOf(Math.floor(step / perEpoch)).slice(start, Math.min(start + batchSize, size))
  }
}

/** Promises of the batches from `first` on, `ahead` of them begun before they are asked for. */
const prefetcher = <B>(at: (step: number) => B | Promise<B>, end: number, ahead: number): ((step: number) => Promise<B>) => {
  const begun = new Map<number, Promise<B>>()
  const begin = (step: number): Promise<B> => {
    const known = begun.get(step)
    if (known !== undefined) return known
    const batch = Promise.resolve(step).then(at)
    batch.catch(() => undefined) // it is told to whoever asks for the batch
    begun.set(step, batch)
    return batch
  }
  return (step) => {
    const batch = begin(step)
    begun.delete(step)
    for (let next = step + 1; next <= Math.min(step + ahead, end - 1); next++) void begin(next)
    return batch
  }
}

/**
 * Goes through a data set in batches: `for await (const batch of batches(dataset, { batchSize: 128, shuffle: 1 }))`. The order is a
 * pure function of the seed and the epoch, so that an iteration resumed by its `state` sees what it would have seen. One that ran
 * to its end, or was left by `break`, is over: ask for another.
 * @throws ShapeError for sizes that are none; DecodeError where `state` is of other batches
 */
export const batches = <B>(dataset: Dataset<B>, options: BatchOptions): Batches<B> => {
  const { batchSize, shuffle = false, dropLast = false, epochs = 1, prefetch = 1 } = options
  const plan: Plan = { size: dataset.size, batchSize, shuffle, dropLast }
  checkPlan(plan, epochs, prefetch)
  const indices = indicesOf(plan)
  const at = (step: number): B | Promise<B> => dataset.gather(indices(step))
  const end = epochs * stepsPerEpoch(plan)
  const fetch = prefetcher(at, end, prefetch)
  let step = stepOf(options.state, plan)
  let over = false
  const iteration: Batches<B> = {
    stepsPerEpoch: stepsPerEpoch(plan),
    at,
    get state() {
      return { ...plan, step }
    },
    next: async () => {
      if (over || step >= end) return { done: true, value: undefined }
      const value = await fetch(step++)
      return { done: false, value }
    },
    return: async () => {
      over = true
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iteration,
  }
  return iteration
}
