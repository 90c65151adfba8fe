/**
 * Elementwise ops. Unary ones take floats (f32, f16) unless said; binary ones broadcast, and a number takes the other operand's
 * dtype. Every op on f16 rounds once, from what f32 gives.
 */
import { DTypeError, naming } from '../error.js'
import { noAttrs } from '../ir/builder.js'
import { isFloat, type DType, type FloatType } from '../ir/dtype.js'
import type { PointOp } from '../ir/graph.js'
import { checkTakes } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import { apply, isTensor, type Tensor } from '../ir/tensor.js'
import type { BinaryOp, BitsOp, ClampOp, CompareOp, LogicOp, UnaryOp, WhereOp } from './types/elementwise.js'
import { asTensor, meet, point, type Operand } from './operand.js'

const unary = (op: PointOp, name: string = op): UnaryOp => ((x: unknown) => apply(op, [asTensor(name, x)], noAttrs)) as UnaryOp
const binary = (op: PointOp, name: string = op): BinaryOp => ((x: unknown, y: unknown) => point(op, [x, y], name)) as unknown as BinaryOp
const compare = (op: PointOp): CompareOp => ((x: unknown, y: unknown) => point(op, [x, y])) as unknown as CompareOp

/** A function of f32 on any float: f16 is computed with as f32, and the result rounded once. Other dtypes are passed on. */
export const inF32 = <D extends DType>(x: Tensor<Shape, D>, f: (x: Tensor<Shape, 'f32'>) => Tensor): Tensor<Shape, D> =>
  (x.dtype === 'f16' ? cast(f(cast(x, 'f32')), 'f16') : f(x as Tensor as Tensor<Shape, 'f32'>)) as Tensor<Shape, D>

/** -x; wraps for u32. */
export const neg = unary('neg')
/** |x|, with derivative 0 at 0. */
export const abs = unary('abs')
/** -1, 0 or 1; the zero's own sign for ±0, NaN for NaN. */
export const sign = unary('sign')
/** eˣ. */
export const exp = unary('exp')
/** eˣ - 1, accurate near 0. */
export const expm1 = unary('expm1')
/** The natural logarithm: NaN below 0, -∞ at 0. */
export const log = unary('log')
/** log(1 + x), accurate near 0. */
export const log1p = unary('log1p')
/** The square root: NaN below 0. */
export const sqrt = unary('sqrt')
export const sin = unary('sin')
export const cos = unary('cos')
export const tan = unary('tan')
export const asin = unary('asin')
export const acos = unary('acos')
export const atan = unary('atan')
export const sinh = unary('sinh')
export const cosh = unary('cosh')
export const tanh = unary('tanh')
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary('sigmoid')
/** The error function, 2/√π ∫₀ˣ e^(-t²) dt. */
export const erf = unary('erf')
/** The largest whole number not above x; derivative 0. */
export const floor = unary('floor')
/** The smallest whole number not below x; derivative 0. */
export const ceil = unary('ceil')
/** The nearest whole number, half to even; derivative 0. */
export const round = unary('round')

/** 1 / √x. */
export const rsqrt = ((x: Tensor) => naming('rsqrt', () => inF32(x, (v) => div(1, sqrt(v))))) as UnaryOp
/** x². */
export const square = ((x: Tensor) => naming('square', () => mul(x, x))) as UnaryOp
/** 1 / x. */
export const reciprocal = ((x: Tensor) => naming('reciprocal', () => div(1, x))) as UnaryOp

export const add = binary('add')
export const sub = binary('sub')
export const mul = binary('mul')
/** x / y. Integers truncate towards 0, and x / 0 is -1 (all bits set), as in XLA. */
export const div = binary('div')
/** x to the power y, as C's `pow`. Integers wrap; a negative integer exponent gives 0 but for the bases 1 and -1. */
export const pow = binary('pow')
/** The larger; NaN if either is. At a tie each operand gets half the gradient. */
export const maximum = binary('max', 'maximum')
/** The smaller; NaN if either is. At a tie each operand gets half the gradient. */
export const minimum = binary('min', 'minimum')
/** The angle of the point (y, x): `atan2(y, x)`, in (-π, π]. */
export const atan2 = binary('atan2')

/** The remainder with the sign of the divisor, as NumPy's and Python's `%`. */
export const mod = ((x: unknown, y: unknown) => {
  const [a, b] = meet('mod', [x, y]) as [Tensor, Tensor]
  const rest = naming('mod', () => apply('rem', [a, b], noAttrs))
  if (a.dtype === 'u32') return rest
  const differ = ne(lt(rest, 0), lt(b, 0))
  return where(logicalAnd(ne(rest, 0), differ), add(rest, b), rest)
}) as unknown as BinaryOp

/** x = y, elementwise; NaN equals nothing. */
export const eq = compare('eq')
export const ne = compare('ne')
export const lt = compare('lt')
export const le = compare('le')
export const gt = compare('gt')
export const ge = compare('ge')

const logic = (op: PointOp, name: string): LogicOp =>
  ((x: unknown, y: unknown) => {
    const args = meet(name, [x, y])
    checkTakes(name, 'bool', args)
    return apply(op, args, noAttrs)
  }) as unknown as LogicOp

const bits =
  (op: PointOp, name: string): BitsOp =>
  (x: unknown, y: unknown) => {
    const args = meet(name, [x, y])
    checkTakes(name, 'integer', args)
    return apply(op, args, noAttrs)
  }

export const logicalAnd = logic('and', 'logicalAnd')
export const logicalOr = logic('or', 'logicalOr')
export const logicalXor = logic('xor', 'logicalXor')
export const logicalNot = <S extends Shape>(x: Tensor<S, 'bool'>): Tensor<S, 'bool'> => {
  checkTakes('logicalNot', 'bool', [x])
  return apply('not', [x], noAttrs) as Tensor<S, 'bool'>
}
export const bitAnd = bits('and', 'bitAnd')
export const bitOr = bits('or', 'bitOr')
export const bitXor = bits('xor', 'bitXor')
/** x · 2ʸ, wrapping; 0 when y is 32 or more. */
export const shiftLeft = bits('shl', 'shiftLeft')
/** x / 2ʸ rounded down: keeps the sign of an i32. */
export const shiftRight = bits('shr', 'shiftRight')

export const isNan = <S extends Shape>(x: Tensor<S>): Tensor<S, 'bool'> => apply('isNan', [x], noAttrs) as Tensor<S, 'bool'>
export const isFinite = <S extends Shape>(x: Tensor<S>): Tensor<S, 'bool'> => apply('isFinite', [x], noAttrs) as Tensor<S, 'bool'>

/** x where the condition holds, else y. All three broadcast; of two numbers the result is f32. */
export const where = ((condition: unknown, x: unknown, y: unknown) => {
  const dtype = [x, y].find(isTensor)?.dtype ?? 'f32'
  const args = meet('where', [asTensor('where', condition, 'bool'), asTensor('where', x, dtype), asTensor('where', y, dtype)])
  return naming('where', () => apply('select', args, noAttrs))
}) as unknown as WhereOp

/** min(max(x, lo), hi); all three broadcast. The gradient is x's strictly between the bounds and 0 at and beyond them, as `lax.clamp`'s. */
export const clamp = ((x: Tensor, lo: Operand, hi: Operand) => {
  const between = naming('clamp', () => logicalAnd(gt(x, lo), lt(x, hi)))
  const limited = point('min', [point('max', [stopGradient(x), lo], 'clamp'), hi], 'clamp')
  return apply('select', meet('clamp', [between, x, limited]), noAttrs)
}) as unknown as ClampOp

/** x in another dtype, by value: to floats the nearest, half to even; from floats to integers saturating, towards 0, NaN to 0; between integers wrapping; to bool, whether x ≠ 0. */
export const cast = <S extends Shape, D extends DType>(x: Tensor<S>, dtype: D): Tensor<S, D> =>
  (x.dtype === dtype ? x : apply('cast', [x], { dtype })) as Tensor<S, D>

/** The same 32 bits read as another of f32, i32 and u32. @throws DTypeError between f16 and these: it has 16 */
export const bitcast = <S extends Shape, D extends DType>(x: Tensor<S>, dtype: D): Tensor<S, D> =>
  apply('bitcast', [x], { dtype }) as Tensor<S, D>

/** x, with no derivative. */
export const stopGradient = <S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> =>
  apply('stopGradient', [x], noAttrs) as Tensor<S, D>

const checkFloat = (op: string, x: Tensor): void => {
  if (!isFloat(x.dtype)) throw new DTypeError({ op, problem: `takes f32 or f16, not ${x.dtype}`, help: "convert with cast(x, 'f32')" })
}

const activation = (name: string, f: (x: Tensor) => Tensor): UnaryOp =>
  ((x: unknown) => {
    const tensor = asTensor(name, x)
    checkFloat(name, tensor)
    return inF32(tensor, f)
  }) as UnaryOp

/** max(x, 0), with derivative 0 at 0. */
export const relu = activation('relu', (x) => where(le(x, 0), 0, x))
/** x · sigmoid(x). */
export const silu = activation('silu', (x) => mul(x, sigmoid(x)))
/** log(1 + eˣ), without overflow. */
export const softplus = activation('softplus', (x) => add(maximum(x, 0), log1p(exp(neg(abs(x))))))

/** x where x ≥ 0, else slope · x. */
export const leakyRelu = <S extends Shape, D extends FloatType>(x: Tensor<S, D>, slope = 0.01): Tensor<S, D> =>
  activation('leakyRelu', (v) => where(ge(v, 0), v, mul(v, slope)))(x)

/** x where x > 0, else alpha · (eˣ - 1). */
export const elu = <S extends Shape, D extends FloatType>(x: Tensor<S, D>, alpha = 1): Tensor<S, D> =>
  activation('elu', (v) => where(gt(v, 0), v, mul(expm1(where(gt(v, 0), 0, v)), alpha)))(x)

/** x · Φ(x) (Hendrycks & Gimpel 2016): by tanh when `approximate`, the default as in JAX, else by erf. */
export const gelu = <S extends Shape, D extends FloatType>(
  x: Tensor<S, D>,
  { approximate = true }: { readonly approximate?: boolean } = {},
): Tensor<S, D> =>
  activation('gelu', (v) => {
    if (!approximate) return mul(mul(v, 0.5), add(1, erf(mul(v, Math.SQRT1_2))))
    const inner = mul(Math.sqrt(2 / Math.PI), add(v, mul(0.044715, mul(v, mul(v, v)))))
    return mul(mul(v, 0.5), add(1, tanh(inner)))
  })(x)
