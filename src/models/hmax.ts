/**
 * Simple and complex cells, after Hubel and Wiesel: S cells match a template at every place, C cells take the strongest of neighbours, so
 * that what is seen may move a little. HMAX (Riesenhuber & Poggio 1999; Serre, Wolf, Bileschi, Riesenhuber, Poggio 2007):
 *
 * - S1: |G ⋆ I| / √(Σ I²), Gabor filters G(x, y) = exp(-(X² + γ² Y²) / 2σ²) cos(2π X / λ), X = x cos θ + y sin θ, Y = -x sin θ + y cos θ,
 * - C1: the largest S1 of a window of places,
 * - S2: exp(-β ‖X - P‖²) of windows X of C1 and prototypes P, which are windows of C1 that were seen,
 * - C2: the largest S2 of all places.
 *
 * The Neocognitron (Fukushima 1980) has S cells that are inhibited by how much there is to see at all, and C cells that blur.
 */
import { ShapeError, UnsupportedError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { constant, full } from '../ops/creation.js'
import { avgPool, conv, maxPool, type PoolOptions } from '../ops/linear.js'
import { abs, add, div, exp, maximum, mul, relu, sqrt, square, sub } from '../ops/point.js'
import { max, sum } from '../ops/reduce.js'
import { reshape } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

export interface GaborOptions {
  /** The side of a filter, odd. */
  readonly size: number
  /** θ from 0 to below π, in equal steps. Default 4. */
  readonly orientations?: number
  /** λ in pixels. Default 0.8 · size, as in the papers' smallest. */
  readonly wavelength?: number
  /** σ in pixels. Default 0.4 · size. */
  readonly sigma?: number
  /** γ. Default 0.3. */
  readonly aspect?: number
}

/** Gabor filters of mean 0 and norm 1: f32[orientations, 1, size, size]. @throws UnsupportedError for a size that is not odd */
export const gaborBank = (options: GaborOptions): F32 => {
  const { size, orientations = 4, wavelength = 0.8 * size, sigma = 0.4 * size, aspect = 0.3 } = options
  if (!(Number.isInteger(size) && size % 2 === 1 && size >= 3))
    throw new UnsupportedError({ op: 'gaborBank', problem: `the size is ${String(size)}`, help: 'give an odd number from 3' })
  const filters = Array.from({ length: orientations }, (_, k) => {
    const theta = (Math.PI * k) / orientations
    const values = Array.from({ length: size * size }, (__, i) => {
      const [y, x] = [Math.floor(i / size) - (size - 1) / 2, (i % size) - (size - 1) / 2]
      const [along, across] = [x * Math.cos(theta) + y * Math.sin(theta), -x * Math.sin(theta) + y * Math.cos(theta)]
      return Math.exp(-(along ** 2 + (aspect * across) ** 2) / (2 * sigma ** 2)) * Math.cos((2 * Math.PI * along) / wavelength)
    })
    const mean = values.reduce((a, b) => a + b) / values.length
    const norm = Math.sqrt(values.reduce((total, v) => total + (v - mean) ** 2, 0))
    return values.map((v) => (v - mean) / norm)
  })
  return constant(filters.flat(), { shape: [orientations, 1, size, size] })
}

/** What is in each window of a kernel's size: Σ x² over channels and places. */
const energy = (x: F32, kernel: F32, padding: 'same' | 'valid'): F32 => {
  const [, channels = 1, height = 1, width = 1] = kernel.shape
  return conv<'f32', Shape, Shape, { readonly padding: 'same' | 'valid' }>(square(x), full([1, channels, height, width], 1), { padding })
}

const checkChannels = (op: string, x: F32, kernels: F32): void => {
  if (x.ndim === 4 && kernels.ndim === 4 && x.shape[1] === kernels.shape[1]) return
  throw new ShapeError({
    op,
    problem: 'images and templates do not fit',
    facts: [`images: ${showShape(x.shape)}`, `templates: ${showShape(kernels.shape)}`],
    help: 'give images [n, c, height, width] and templates [k, c, rows, columns]',
  })
}

/**
 * S1: [n, c, h, w] to [n, k, h, w] by a bank of filters [k, c, rows, columns], from 0 to 1: as strong in a faint picture as in a bold one.
 * `floor` is added to the energy, so that noise in an empty window is no edge. @throws ShapeError
 */
export const simpleCells = (x: F32, bank: F32, { floor = 1e-4 }: { readonly floor?: number } = {}): F32 => {
  checkChannels('simpleCells', x, bank)
  const seen: F32 = conv<'f32', Shape, Shape, { readonly padding: 'same' }>(x, bank, { padding: 'same' })
  return div(abs(seen), sqrt(add(energy(x, bank, 'same'), floor)))
}

/** C1: the strongest of each window, and of several banks of one length of S cells (scales) where there are. @throws ShapeError */
export const complexCells = (scales: readonly F32[], options: PoolOptions): F32 => {
  const [first, ...rest] = scales
  if (first === undefined)
    throw new ShapeError({ op: 'complexCells', problem: 'there are no scales', help: 'give one list of S cells or more' })
  const strongest = rest.reduce((a, b) => maximum(a, b), first)
  return maxPool<'f32', Shape, PoolOptions>(strongest, options)
}

/**
 * S2: exp(-β ‖X - P‖²) for each window X of x [n, c, h, w] and each prototype P of [k, c, rows, columns]: [n, k, h', w']. 1 where a window is
 * the prototype. @throws ShapeError
 */
export const templateCells = (x: F32, prototypes: F32, { beta = 1 }: { readonly beta?: number } = {}): F32 => {
  checkChannels('templateCells', x, prototypes)
  const own: F32 = reshape(sum(square(prototypes), { axis: [1, 2, 3] }), [prototypes.shape[0] as number, 1, 1])
  const match: F32 = conv<'f32', Shape, Shape>(x, prototypes)
  const distance = relu(add(sub(energy(x, prototypes, 'valid'), mul(match, 2)), own))
  return exp(mul(distance, -beta))
}

/** C2: the strongest of all places, [n, k, h, w] to [n, k]. */
export const globalComplexCells = (x: F32): F32 => max(x, { axis: [2, 3] })

/**
 * An S cell of the Neocognitron: r · max(0, (1 + Σ a u) / (1 + r / (1 + r) · v) - 1) with templates a of norm 1, v = √(Σ u²) and r the selectivity:
 * the larger, the closer a window has to be to the template. x [n, c, h, w] from 0, templates [k, c, rows, columns].
 * @throws ShapeError @throws UnsupportedError for a selectivity that is not positive
 */
export const neocognitronCells = (x: F32, templates: F32, { selectivity = 3 }: { readonly selectivity?: number } = {}): F32 => {
  checkChannels('neocognitronCells', x, templates)
  if (!(selectivity > 0))
    throw new UnsupportedError({ op: 'neocognitronCells', problem: `selectivity is ${String(selectivity)}`, help: 'give a number above 0' })
  const norm: F32 = sqrt(sum(square(templates), { axis: [1, 2, 3], keepDims: true }))
  const excitation: F32 = conv<'f32', Shape, Shape, { readonly padding: 'same' }>(x, div(templates, norm), { padding: 'same' })
  const inhibition = mul(sqrt(add(energy(x, templates, 'same'), 1e-12)), selectivity / (1 + selectivity))
  return mul(relu(sub(div(add(excitation, 1), add(inhibition, 1)), 1)), selectivity)
}

/** C cells of the Neocognitron: ψ(blur), ψ(u) = u / (1 + u): [n, k, h, w] to what `avgPool` of the options gives. */
export const blurCells = (x: F32, options: PoolOptions): F32 => {
  const blurred: F32 = avgPool<'f32', Shape, PoolOptions>(x, options)
  return div(blurred, add(blurred, 1))
}
