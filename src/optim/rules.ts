/** The rules that optimisers are chained of. Each docstring gives the update of one parameter; t counts steps from 1. */
import { zeros } from '../ops/creation.js'
import { mapTrees } from '../ops/leaves.js'
import { add, cast, div, expm1, gt, logicalAnd, mul, neg, sign, sqrt, square, sub, where } from '../ops/point.js'
import { sum } from '../ops/reduce.js'
import type { Tensor } from '../ir/tensor.js'
import { checkDecay, checkOption, stateless, type F32, type Optimizer, type OptimizerState } from './optimizer.js'
import { scheduleOf, type Rate } from './schedules.js'

type Named = Readonly<Record<string, OptimizerState>>

/** Zeros like the parameters. */
export const zerosLike = (op: string, params: unknown, value = 0): OptimizerState =>
  mapTrees(op, { params }, ([p]) => add(zeros((p as F32).shape, (p as F32).dtype), value))

/** The number of steps done, i32: exact for two thousand million of them. */
export const firstStep = (): Tensor => zeros([], 'i32')

/** The number of the step, from 1, and as f32 to compute with. */
export const nextStep = (count: OptimizerState | undefined): { readonly count: Tensor; readonly t: F32 } => {
  const next = add(count as Tensor<readonly [], 'i32'>, 1)
  return { count: next, t: cast(next, 'f32') }
}

/** 1 - bᵗ by expm1: near t = 0 the power is close to 1 and the difference would lose its digits. */
const biasCorrection = (b: number, t: F32): F32 => (b === 0 ? add(mul(t, 0), 1) : neg(expm1(mul(t, Math.log(b)))))

/** b · average + (1 - b) · value, leaf by leaf. */
const average = (op: string, b: number, before: OptimizerState | undefined, values: unknown): OptimizerState =>
  mapTrees(op, { grads: values, state: before }, ([x, m]) => add(mul(m as F32, b), mul(x as F32, 1 - b)))

const squares = (op: string, grads: unknown): OptimizerState => mapTrees(op, { grads }, ([g]) => square(g as F32))

/** u ← factor · g. */
export const scale = (factor: number): Optimizer => stateless('scale', (g) => mul(g, factor))

/** u ← -η g, with the rate η of the step: what comes last in a chain. */
export const scaleByLearningRate = (rate: Rate): Optimizer => {
  if (typeof rate === 'number') {
    checkOption('scaleByLearningRate', 'the rate', rate, Number.isFinite(rate), 'give a finite rate')
    return scale(-rate)
  }
  return {
    init: firstStep,
    update: <P>(grads: P, state: OptimizerState) => {
      const eta = scheduleOf(rate)(cast(state as Tensor, 'f32'))
      return [mapTrees<P>('scaleByLearningRate', { grads }, ([g]) => neg(mul(g as F32, eta))), nextStep(state).count]
    },
  }
}

/** v ← μ v + g; u ← v, or with Nesterov's look ahead u ← g + μ v (Sutskever et al. 2013, as PyTorch has it). */
export const momentum = (decay: number, { nesterov = false }: { readonly nesterov?: boolean } = {}): Optimizer => {
  checkDecay('momentum', 'decay', decay)
  return {
    init: (params) => zerosLike('momentum', params),
    update: <P>(grads: P, state: OptimizerState) => {
      const velocity = mapTrees<P>('momentum', { grads, state }, ([g, v]) => add(mul(v as F32, decay), g as F32))
      if (!nesterov) return [velocity, velocity as OptimizerState]
      const ahead = mapTrees<P>('momentum', { grads, velocity }, ([g, v]) => add(g as F32, mul(v as F32, decay)))
      return [ahead, velocity as OptimizerState]
    },
  }
}

export interface AdamOptions {
  /** Decay of the mean of gradients. Default 0.9. */
  readonly b1?: number
  /** Decay of the mean of their squares. Default 0.999. */
  readonly b2?: number
  /** Added to the root. Default 10⁻⁸. */
  readonly eps?: number
  /** Added under the root: needed where one differentiates through steps, since √ has no derivative at 0. Default 0. */
  readonly epsRoot?: number
}

/** m ← b₁ m + (1 - b₁) g; v ← b₂ v + (1 - b₂) g²; u ← m̂ / (√v̂ + ε), m̂ = m / (1 - b₁ᵗ), v̂ = v / (1 - b₂ᵗ) (Kingma & Ba 2014). */
export const scaleByAdam = ({ b1 = 0.9, b2 = 0.999, eps = 1e-8, epsRoot = 0 }: AdamOptions = {}): Optimizer => {
  checkDecay('scaleByAdam', 'b1', b1)
  checkDecay('scaleByAdam', 'b2', b2)
  return {
    init: (params) => ({ count: firstStep(), m: zerosLike('scaleByAdam', params), v: zerosLike('scaleByAdam', params) }),
    update: <P>(grads: P, state: OptimizerState) => {
      const before = state as Named
      const { count, t } = nextStep(before.count)
      const m = average('scaleByAdam', b1, before.m, grads)
      const v = average('scaleByAdam', b2, before.v, squares('scaleByAdam', grads))
      // Reciprocals of two numbers save two divisions for each parameter.
      const [first, second] = [div(1, biasCorrection(b1, t)), div(1, biasCorrection(b2, t))]
      const updates = mapTrees<P>('scaleByAdam', { m, v }, ([mean, power]) => {
        const variance = mul(power as F32, second)
        return div(mul(mean as F32, first), add(sqrt(epsRoot === 0 ? variance : add(variance, epsRoot)), eps))
      })
      return [updates, { count, m, v }]
    },
  }
}

/** s ← s + g²; u ← g / (√s + ε) (Duchi et al. 2011), s from `initial` (0); ε = 10⁻¹⁰, as PyTorch's. */
export const scaleByAdagrad = ({ initial = 0, eps = 1e-10 }: { readonly initial?: number; readonly eps?: number } = {}): Optimizer => ({
  init: (params) => zerosLike('scaleByAdagrad', params, initial),
  update: <P>(grads: P, state: OptimizerState) => {
    const total = mapTrees<P>('scaleByAdagrad', { grads, state }, ([g, s]) => add(s as F32, square(g as F32)))
    const updates = mapTrees<P>('scaleByAdagrad', { grads, total }, ([g, s]) => div(g as F32, add(sqrt(s as F32), eps)))
    return [updates, total as OptimizerState]
  },
})

export interface RmsOptions {
  /** Decay of the mean of squares. Default 0.99. */
  readonly decay?: number
  /** Added to the root. Default 10⁻⁸. */
  readonly eps?: number
  /** Takes the squared mean of gradients off the mean of squares: their variance. Default false. */
  readonly centered?: boolean
}

/** v ← b v + (1 - b) g²; u ← g / (√v + ε) (Hinton 2012); centred, m ← b m + (1 - b) g and √(v - m²). ε outside the root, as PyTorch's. */
export const scaleByRms = ({ decay = 0.99, eps = 1e-8, centered = false }: RmsOptions = {}): Optimizer => {
  checkDecay('scaleByRms', 'decay', decay)
  const blank = (params: unknown): OptimizerState => zerosLike('scaleByRms', params)
  return {
    init: (params) => ({ v: blank(params), m: centered ? blank(params) : [] }),
    update: <P>(grads: P, state: OptimizerState) => {
      const before = state as Named
      const v = average('scaleByRms', decay, before.v, squares('scaleByRms', grads))
      const m = centered ? average('scaleByRms', decay, before.m, grads) : []
      const spread = centered ? mapTrees<OptimizerState>('scaleByRms', { v, m }, ([a, b]) => sub(a as F32, square(b as F32))) : v
      // A variance by differences can round to less than 0.
      const rooted = ([g, s]: readonly Tensor[]): F32 => div(g as F32, add(sqrt(where(gt(s as F32, 0), s as F32, 0)), eps))
      return [mapTrees<P>('scaleByRms', { grads, spread }, rooted), { v, m }]
    },
  }
}

/** u ← sign(b₁ m + (1 - b₁) g); m ← b₂ m + (1 - b₂) g (Chen et al. 2023, algorithm 2). */
export const scaleByLion = ({ b1 = 0.9, b2 = 0.99 }: Pick<AdamOptions, 'b1' | 'b2'> = {}): Optimizer => {
  checkDecay('scaleByLion', 'b1', b1)
  checkDecay('scaleByLion', 'b2', b2)
  return {
    init: (params) => zerosLike('scaleByLion', params),
    update: <P>(grads: P, state: OptimizerState) => {
      const mixed = average('scaleByLion', b1, state, grads)
      return [mapTrees<P>('scaleByLion', { mixed }, ([u]) => sign(u as F32)), average('scaleByLion', b2, state, grads)]
    },
  }
}

const normOf = (x: F32): F32 => sqrt(sum(square(cast(x, 'f32'))))

/** u ← g · ‖p‖ / ‖g‖ for each parameter, g where either norm is 0 (You et al. 2019). */
export const scaleByTrustRatio = (): Optimizer =>
  stateless('scaleByTrustRatio', (g, p) => {
    const [size, length] = [normOf(p), normOf(g)]
    const both = logicalAnd(gt(size, 0), gt(length, 0))
    const ratio = div(size, where(both, length, 1))
    return mul(g, cast(where(both, ratio, 1), g.dtype))
  })

/** Which leaves of the parameters: a function of the dotted path and the leaf, or a tree of booleans like the parameters. */
export type Mask = ((path: string, param: Tensor) => boolean) | MaskTree
export type MaskTree = boolean | readonly MaskTree[] | { readonly [key: string]: MaskTree }

const at = (mask: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (tree, key) => (typeof tree === 'object' && tree !== null ? (tree as Readonly<Record<string, unknown>>)[key] : tree),
    mask,
  )

/** Whether a leaf is masked; a boolean in the tree stands for all below it. */
export const isMasked = (mask: Mask, path: string, param: Tensor): boolean =>
  typeof mask === 'function' ? mask(path, param) : at(mask, path === '' ? [] : path.split('.')) === true

/** u ← g + λ p, for the leaves that `mask` chooses (all). Before Adam's scaling it is L2 regularisation, after it AdamW's decay. */
export const addDecayedWeights = (decay: number, mask: Mask = true): Optimizer => {
  checkOption('addDecayedWeights', 'decay', decay, decay >= 0, 'give a decay from 0')
  return stateless('addDecayedWeights', (g, p, path) => (isMasked(mask, path, p) ? add(g, cast(mul(p, decay), g.dtype)) : g))
}
