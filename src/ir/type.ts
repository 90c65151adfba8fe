import type { DType } from './dtype.js'
import { sameShape, type Shape } from './shape.js'

/** The type of a tensor: what is known before any element is. */
export interface TensorType {
  readonly shape: Shape
  readonly dtype: DType
}

/** `f32[2, 3]`. */
export const showType = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.join(', ')}]`

export const sameType = (a: TensorType, b: TensorType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape)
