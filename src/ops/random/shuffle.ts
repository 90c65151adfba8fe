/** Random order, by sorting on random bits. */
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { takeAlongAxis } from '../index.js'
import { argsort } from '../sort.js'

type Key = Tensor<Shape, 'u32'>

/** Where fresh keys and bits come from. */
export interface Source {
  readonly split: (key: Key) => Iterable<Key>
  readonly bits: (key: Key, shape: Shape) => Key
}

/**
 * x with its lines along `axis` in random order: sorted, stably, by fresh bits of x's shape, as often as it takes to make equal bits
 * every time unlikely (JAX's count, from XLA's shuffle: 3 · log n / log 2³²).
 */
export const shuffle = (key: Key, x: Tensor, axis: number, { split, bits }: Source): Tensor => {
  const rounds = Math.ceil((3 * Math.log(Math.max(1, x.size))) / Math.log(2 ** 32 - 1))
  let [from, out] = [key, x]
  for (let i = 0; i < rounds; i++) {
    const [next, now] = [...split(from)] as [Key, Key]
    out = takeAlongAxis(out, argsort(bits(now, x.shape), { axis }), { axis })
    from = next
  }
  return out
}
