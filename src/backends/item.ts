import { ShapeError } from '../error.js'
import type { DType } from '../ir/dtype.js'
import { fromHalfBits } from '../ir/half.js'
import { sizeOf } from '../ir/shape.js'
import { showType, type TensorType } from '../ir/type.js'

/** The element of an array of size 1, from its data, as a JavaScript value. @throws ShapeError for other sizes */
export const elementOf = <D extends DType>(
  array: TensorType & { readonly dtype: D },
  data: ArrayLike<number> | undefined,
): D extends 'bool' ? boolean : number => {
  const element = data?.[0]
  if (sizeOf(array.shape) !== 1 || element === undefined) {
    throw new ShapeError({
      op: 'item',
      problem: `${showType(array)} has ${String(sizeOf(array.shape))} elements, not 1`,
      help: 'use toNDArray() for more than one element',
    })
  }
  return (array.dtype === 'bool' ? element !== 0 : array.dtype === 'f16' ? fromHalfBits(element) : element) as D extends 'bool'
    ? boolean
    : number
}
