import type { DeviceArray } from '../backend.js'
import { allocate, deviceBytes, type DType, type DataOf, type TypedArray } from '../../ir/dtype.js'
import type { NDArray } from '../../ir/ndarray.js'
import { sizeOf, type Shape } from '../../ir/shape.js'
import { elementOf } from '../item.js'
import { goneError } from '../gone.js'
import type { Context } from './context.js'
import type { Block, Pool } from './pool.js'

/** Gives back the memory of arrays that became unreachable. */
const registry = new FinalizationRegistry<{ readonly pool: Pool; readonly block: Block }>(({ pool, block }) => {
  pool.give(block)
})

/** Host elements as the words that a device stores: truth values take one each, and what has half a word left is filled up. */
export const toWords = (data: TypedArray): TypedArray => {
  if (data instanceof Uint8Array) return Uint32Array.from(data)
  if (data.byteLength % 4 === 0) return data
  const whole = new Uint16Array(data.length + 1)
  whole.set(data)
  return whole
}

/** The whole words that so many elements take on a device, in bytes. */
export const wordBytes = (dtype: DType, size: number): number => Math.ceil((size * deviceBytes(dtype)) / 4) * 4

const fromWords = <D extends DType>(dtype: D, size: number, words: ArrayBuffer): DataOf[D] => {
  if (dtype === 'bool') return Uint8Array.from(new Uint32Array(words)) as DataOf[D]
  const data = allocate(dtype, size)
  const bytes = new Uint8Array(data.buffer)
  bytes.set(new Uint8Array(words, 0, bytes.length))
  return data
}

/** A DeviceArray on a WebGPU device: the only owner of a block. */
export class WebgpuArray<D extends DType = DType> implements DeviceArray<D> {
  readonly shape: Shape
  readonly dtype: D
  readonly device: string
  readonly context: Context
  #block: Block
  #state: 'live' | 'donated' | 'disposed' = 'live'

  constructor(context: Context, block: Block, shape: Shape, dtype: D) {
    this.shape = shape
    this.dtype = dtype
    this.device = context.name
    this.context = context
    this.#block = block
    registry.register(this, { pool: context.pool, block }, this)
  }

  /** Its memory; a DeviceError if that is gone. */
  block(op: string): Block {
    if (this.#state !== 'live') throw goneError(op, this.#state)
    return this.#block
  }

  async toNDArray(): Promise<NDArray<D>> {
    const block = this.block('toNDArray')
    this.context.check('toNDArray')
    const bytes = wordBytes(this.dtype, sizeOf(this.shape))
    const words = bytes === 0 ? new ArrayBuffer(0) : await this.context.reader.read(block, bytes)
    return { shape: this.shape, dtype: this.dtype, data: fromWords(this.dtype, sizeOf(this.shape), words) }
  }

  async item(): Promise<D extends 'bool' ? boolean : number> {
    if (sizeOf(this.shape) !== 1) return elementOf(this, undefined)
    const { data } = await this.toNDArray()
    return elementOf(this, data)
  }

  dispose(): void {
    if (this.#state !== 'live') return
    this.#state = 'disposed'
    registry.unregister(this)
    this.context.reader.flush()
    this.context.pool.give(this.#block)
  }

  /** Hands its memory over to a call; the array is of no use afterwards. */
  donate(): void {
    this.#state = 'donated'
    registry.unregister(this)
  }
}
