/** Shapes: lists of axis lengths, outermost first. A scalar's is `[]`. */

export type Shape = readonly number[]

/** The number of elements: the product of the axes, 1 for a scalar. */
export const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1)

/** Row-major strides in elements. */
export const stridesOf = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length).fill(1)
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = (strides[d + 1] as number) * (shape[d + 1] as number)
  return strides
}

/** Same rank and same lengths. */
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, d) => n === b[d])

/** `[2, 3]` as text. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** NumPy's broadcast of two shapes, or undefined where an axis pair is neither equal nor 1. */
export const broadcastShapes = (a: Shape, b: Shape): Shape | undefined => {
  const rank = Math.max(a.length, b.length)
  const out: number[] = []
  for (let d = 0; d < rank; d++) {
    const m = a[d - rank + a.length] ?? 1
    const n = b[d - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1) return undefined
    out.push(m === 1 ? n : m)
  }
  return out
}

/** An axis counted from the end when negative, or undefined where there is none such. */
export const resolveAxis = (axis: number, rank: number): number | undefined =>
  Number.isInteger(axis) && axis >= -rank && axis < rank ? (axis < 0 ? axis + rank : axis) : undefined

/** The shape without the axes listed. */
export const withoutAxes = (shape: Shape, axes: readonly number[]): Shape => shape.filter((_, d) => !axes.includes(d))

/** `[0, 1, …, n - 1]`. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
