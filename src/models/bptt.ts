/**
 * Back-propagation through time. ∂L/∂W = Σₜ ∂Lₜ/∂W, and ∂hₜ/∂W = Σₖ₌₁ᵗ ∂hₜ/∂hₖ ∂⁺hₖ/∂W, with ∂⁺ the derivative by W alone and
 * ∂hₜ/∂hₖ = Πᵢ₌ₖ₊₁ᵗ ∂hᵢ/∂hᵢ₋₁. Gradients of `unroll` are that. Here are the truncated forms, and the factors themselves, whose
 * product explodes or vanishes with the largest eigenvalue of the hidden weights (Pascanu, Mikolov, Bengio: On the difficulty of
 * training recurrent neural networks, 2013).
 */
import { ShapeError, UnsupportedError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { unroll, type Cell, type RnnParams } from '../nn/recurrent.js'
import { foriLoop, scan } from '../ops/control.js'
import { eye } from '../ops/creation.js'
import { mapTrees } from '../ops/leaves.js'
import { matmul } from '../ops/linear.js'
import { mul, square, stopGradient, sub } from '../ops/point.js'
import { concat, expandDims, moveAxis, reshape, slice, transpose } from '../ops/shape.js'
import { jacobian } from '../transforms/jacobian.js'
import { vmap } from '../transforms/vmap.js'

type F32 = Tensor<Shape, 'f32'>

const checkSteps = (op: string, name: string, steps: number, least: number): void => {
  if (Number.isInteger(steps) && steps >= least) return
  throw new UnsupportedError({ op, problem: `${name} is ${String(steps)}`, help: `give a whole number from ${String(least)}` })
}

const part = (x: F32, axis: number, from: number, to: number): F32 =>
  slice(
    x,
    x.shape.map((_, d) => (d === axis ? from : 0)),
    x.shape.map((n, d) => (d === axis ? to : n)),
  )

/** The first two axes as one, and back. */
const merged = (x: F32): F32 => reshape(x, [(x.shape[0] as number) * (x.shape[1] as number), ...x.shape.slice(2)])
const parted = (x: F32, time: number): F32 => reshape(x, [time, (x.shape[0] as number) / time, ...x.shape.slice(1)])

/** What was before each step: `first`, then all but the last of `states` [time, ...]. */
const before = <C>(first: C, states: C): C =>
  mapTrees<C>('truncatedBptt', { first, states }, ([c, s]) => {
    const after = s as F32
    return concat([expandDims(c as F32, 0), part(after, 0, 0, (after.shape[0] as number) - 1)])
  })

/**
 * `unroll` whose gradients reach K steps back: ∂Lₜ/∂W ≈ Σₖ₌ₜ₋ₖᵗ, for each t its own last K + 1 steps. Values are those of `unroll`, and so
 * are the gradients where K ≥ T. All steps are taken at once, K + 1 times, each time from what the time before gave, beginning with
 * states that are constants: K + 1 products instead of T in a row, K + 1 times the work.
 * x [batch, time, inputs] to `ys` [batch, time, hidden]. @throws UnsupportedError where K is no whole number from 0
 */
export const truncatedBptt = <P, C>(cell: Cell<P, C>, params: P, x: F32, carry: C, steps: number): F32 => {
  checkSteps('truncatedBptt', 'the number of steps', steps, 0)
  const inTime: F32 = moveAxis(cell.project(params, x), 1, 0)
  const time = inTime.shape[0] as number
  const projected = merged(inTime)
  const record = (c: C, z: F32): readonly [C, readonly [C, F32]] => {
    const [next, y] = cell.step(params, c, z)
    return [next, [next, y]]
  }
  const [, [states, ys]] = scan(record as never, carry as never, inTime as never) as unknown as readonly [C, readonly [C, F32]]
  const map = <T>(tree: T, f: (x: F32) => F32): T => mapTrees<T>('truncatedBptt', { tree }, ([leaf]) => f(leaf as F32))
  const again = (_: unknown, [all]: readonly [C, F32]): readonly [C, F32] => {
    const [next, y] = cell.step(params, map(before(carry, all), merged), projected)
    return [map(next, (leaf) => parted(leaf, time)), parted(y, time)]
  }
  const start: readonly [C, F32] = [map(states, stopGradient), map(ys, stopGradient)]
  const [, result] = foriLoop(0, steps + 1, again as never, start as never) as unknown as readonly [C, F32]
  return moveAxis(result, 0, 1)
}

/**
 * `unroll` in parts of `length` steps, with no gradient from one to the one before: the cheap truncation, which is exact within a part.
 * Equal to `unroll` where length ≥ T. x [batch, time, inputs] to [batch, time, hidden].
 * @throws UnsupportedError where `length` is no whole number from 1
 */
export const chunkedBptt = <P, C>(cell: Cell<P, C>, params: P, x: F32, carry: C, length: number): F32 => {
  checkSteps('chunkedBptt', 'length', length, 1)
  const time = x.shape[1] as number
  const outputs: F32[] = []
  let state = carry
  for (let at = 0; at < time; at += length) {
    const [ys, last] = unroll(cell, params, part(x, 1, at, Math.min(time, at + length)), state)
    outputs.push(ys)
    state = mapTrees<C>('chunkedBptt', { last }, ([leaf]) => stopGradient(leaf as F32))
  }
  return concat(outputs, { axis: 1 })
}

const sequenceOf = (op: string, x: F32, inputs: number): F32 => {
  if (x.ndim === 2 && x.shape[1] === inputs) return expandDims(x, 1)
  throw new ShapeError({
    op,
    problem: 'it is of one sequence',
    facts: [`x: ${showShape(x.shape)}`, `features of the cell: ${String(inputs)}`],
    help: 'give x [time, inputs]',
  })
}

/**
 * ∂hₜ/∂hₜ₋₁ for t = 1 … T along one sequence x [time, inputs], from the state h [hidden]: [time, hidden, hidden], entry [t, i, j] the
 * derivative of unit i by unit j. For any cell whose carry is its hidden state. @throws ShapeError where x is no sequence
 */
export const stepJacobians = <P>(cell: Cell<P, F32>, params: P, x: F32, h: F32): F32 => {
  const projected = cell.project(params, sequenceOf('stepJacobians', x, cell.inputs))
  const [, states] = scan(
    ((c: F32, z: F32): readonly [F32, F32] => [cell.step(params, c, z)[0], c]) as never,
    expandDims(h, 0) as never,
    projected as never,
  ) as unknown as readonly [F32, F32]
  const one = (state: F32, z: F32): F32 => {
    const f = (at: F32): F32 => reshape(cell.step(params, expandDims(at, 0), z)[0], [cell.hidden])
    return jacobian(f)(reshape(state, [cell.hidden]))
  }
  return vmap(one as never)(states, projected) as F32
}

/** ∂hₜ/∂hₜ₋₁ of an Elman network with tanh: diag(1 - hₜ²) whᵀ, for each of hs [time, hidden]: [time, hidden, hidden]. */
export const elmanJacobians = ({ wh }: Pick<RnnParams, 'wh'>, hs: F32): F32 =>
  mul(expandDims(sub(1, square(hs)), -1), expandDims(transpose(wh), 0))

/** ∂h_T/∂hₜ = Πᵢ₌ₜ₊₁ᵀ ∂hᵢ/∂hᵢ₋₁ for t = 0 … T - 1, of the factors [time, hidden, hidden]: of the same shape. */
export const throughTime = (factors: F32): F32 => {
  const step = (product: F32, factor: F32): readonly [F32, F32] => {
    const next: F32 = matmul(product, factor)
    return [next, next]
  }
  const n = factors.shape[1] as number
  const [, products] = scan(step as never, eye(n) as never, factors as never, { reverse: true }) as unknown as readonly [F32, F32]
  return products
}
