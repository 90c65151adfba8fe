/** Arguments of a call: checked together, then put where the launches read them. */
import type { Argument } from '../backend.js'
import { doubleDonation } from '../gone.js'
import { isNDArray, type NDArray } from '../../ir/ndarray.js'
import { toWords, WebgpuArray } from './array.js'
import type { Context } from './context.js'
import type { Block } from './pool.js'
import type { Slot } from './slots.js'

/** Data on the host, or an array of this device. */
export type Ready = NDArray | WebgpuArray

/** A parameter of the program. */
export interface Param {
  readonly slot: Slot
  readonly donated: boolean
  /** Memory of this parameter's for host data; made when first needed. */
  own: Block | undefined
}

export interface Copy {
  readonly from: Block
  readonly to: Block
  readonly bytes: number
}

const isOurs = (context: Context, arg: Argument): arg is WebgpuArray => arg instanceof WebgpuArray && arg.context === context

/** Fetches arguments that live on other devices. A plain array when there are none: then a call is one synchronous step. */
export const fetchForeign = (context: Context, args: readonly Argument[]): readonly Ready[] | Promise<readonly Ready[]> => {
  const isReady = (arg: Argument): arg is Ready => isNDArray(arg) || isOurs(context, arg)
  return args.every(isReady) ? args : Promise.all(args.map(async (arg) => (isReady(arg) ? arg : arg.toNDArray())))
}

/** Throws for arrays that are gone, and for one that is donated and passed twice. Changes nothing. */
export const checkArgs = (params: readonly Param[], args: readonly Argument[]): void => {
  const seen = new Map<Argument, number>()
  args.forEach((arg, i) => {
    if (isNDArray(arg)) return
    if (arg instanceof WebgpuArray) arg.block('run')
    const other = seen.get(arg)
    if (other !== undefined && (params[i]?.donated === true || params[other]?.donated === true)) throw doubleDonation(other, i)
    seen.set(arg, i)
  })
}

const upload = (context: Context, block: Block, { data }: NDArray): void => {
  const words = toWords(data)
  if (words.length > 0) context.device.queue.writeBuffer(block.buffer, block.offset, words, 0, words.length)
}

/**
 * Points every parameter's slot at its argument's memory, copying only what must be: host data, a second use of one array
 * (WebGPU forbids two writable bindings of one memory), and donated state that is to be `kept`.
 * Memory that the call may give away is added to `loose`.
 */
export const placeArgs = (
  context: Context,
  params: readonly Param[],
  args: readonly Ready[],
  loose: Set<Block>,
  kept: boolean,
): readonly Copy[] => {
  const used = new Set<Block>()
  const copies: Copy[] = []
  const fresh = (param: Param): Block => {
    if (!param.donated) return (param.own ??= context.pool.take(param.slot.bytes))
    const block = context.pool.take(param.slot.bytes)
    loose.add(block)
    return block
  }
  const place = (param: Param, arg: Ready): Block => {
    if (!(arg instanceof WebgpuArray)) {
      const block = fresh(param)
      upload(context, block, arg)
      return block
    }
    const from = arg.block('run')
    if (used.has(from) || (param.donated && kept)) {
      const to = fresh(param)
      copies.push({ from, to, bytes: param.slot.bytes })
      return to
    }
    used.add(from)
    if (param.donated) loose.add(from)
    return from
  }
  params.forEach((param, i) => {
    param.slot.block = place(param, args[i] as Ready)
  })
  return copies
}
