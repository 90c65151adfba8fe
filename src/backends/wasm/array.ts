import type { DeviceArray } from '../backend.js'
import { allocate, type DType, type DataOf } from '../../ir/dtype.js'
import type { NDArray } from '../../ir/ndarray.js'
import { sizeOf, type Shape } from '../../ir/shape.js'
import { goneError } from '../gone.js'
import { elementOf } from '../item.js'
import type { Block, Heap } from './heap.js'

/** Gives back the memory of arrays that became unreachable. */
const registry = new FinalizationRegistry<{ readonly heap: Heap; readonly block: Block }>(({ heap, block }) => {
  heap.give(block)
})

/** Copies host data into a block. A `bool` takes a word there. */
export const writeBlock = ({ memory }: Heap, { offset }: Block, { data }: Pick<NDArray, 'data'>): void => {
  const words =
    data instanceof Float32Array
      ? new Float32Array(memory.buffer, offset, data.length)
      : new Uint32Array(memory.buffer, offset, data.length)
  words.set(data)
}

const readBlock = <D extends DType>({ memory }: Heap, { offset }: Block, dtype: D, size: number): DataOf[D] => {
  const data = allocate(dtype, size)
  const words = new Uint32Array(memory.buffer, offset, size)
  if (dtype === 'bool') data.set(words)
  else new Uint32Array(data.buffer).set(words)
  return data
}

export const copyBlock = ({ memory }: Heap, from: Block, to: Block, bytes: number): void => {
  new Uint8Array(memory.buffer).copyWithin(to.offset, from.offset, from.offset + bytes)
}

/** A DeviceArray in linear memory: the only owner of a block. */
export class WasmArray<D extends DType = DType> implements DeviceArray<D> {
  readonly shape: Shape
  readonly dtype: D
  readonly device = 'wasm'
  readonly heap: Heap
  #block: Block
  #state: 'live' | 'donated' | 'disposed' = 'live'

  constructor(heap: Heap, block: Block, shape: Shape, dtype: D) {
    this.heap = heap
    this.shape = shape
    this.dtype = dtype
    this.#block = block
    registry.register(this, { heap, block }, this)
  }

  /** Its memory. @throws DeviceError if that is gone */
  block(op: string): Block {
    if (this.#state !== 'live') throw goneError(op, this.#state)
    return this.#block
  }

  async toNDArray(): Promise<NDArray<D>> {
    const block = this.block('toNDArray')
    return { shape: this.shape, dtype: this.dtype, data: readBlock(this.heap, block, this.dtype, sizeOf(this.shape)) }
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
    this.heap.give(this.#block)
  }

  /** Hands its memory over to a call; the array is of no use afterwards. */
  donate(): void {
    this.#state = 'donated'
    registry.unregister(this)
  }
}

/** Every element takes a word. */
export const bytesOf = (size: number): number => size * 4
