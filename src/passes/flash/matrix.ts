/** What is known of a softmax between products, and of the matrix of rows by columns that it is taken of. */
import type { Shape } from '../../ir/shape.js'

/** The powers of e that a softmax is made of. */
export interface Powers {
  /** What the softmax is taken of. */
  readonly biased: number
  /** e to the power of that less the shift. */
  readonly powers: number
  /** What is taken off, for each element: the row's largest, where it is finite. */
  readonly shift: number
  /** The largest of each row. */
  readonly largest: number
  /** These and what is between them. */
  readonly nodes: readonly number[]
}

/** Softmax over the last axis. */
export interface Softmax extends Powers {
  readonly weights: number
  /** The sum of each row's powers. */
  readonly total: number
}

/** A product of which one factor is a matrix. */
export interface MatrixSum {
  readonly product: number
  /** The matrix, and which factor it is. */
  readonly matrix: number
  readonly factor: 0 | 1
  /** The axis that the result has of the matrix: the other is summed over. */
  readonly axis: 'row' | 'column'
}

/** All that is computed of the matrix of one softmax. */
export interface Matrix {
  readonly softmax: Softmax
  readonly shape: Shape
  /** The product that the scores are made of. */
  readonly scores: number
  /** The products that it is made of, of its shape. */
  readonly products: readonly number[]
  /** Those, what is computed of them element by element, and views of that. */
  readonly nodes: ReadonlySet<number>
  readonly sums: readonly MatrixSum[]
}

/** What a kernel must know of products of which one factor is a matrix that it computes itself. */
export interface Blocks {
  readonly matrix: Matrix
  /** All of one axis. */
  readonly sums: readonly MatrixSum[]
  /** Of each sum, it and what is made of it. */
  readonly members: readonly (readonly number[])[]
}

/** The nodes of softmax(biased scores) · values that its kernel must know. */
export interface Flash {
  /** The first product, [..., row, column]. */
  readonly scores: number
  /** What the softmax is taken of: made of the scores, element by element. */
  readonly biased: number
  /** The largest of each row, and the sum of its powers. */
  readonly largest: number
  readonly total: number
  /** The second product, [..., row, feature]. */
  readonly product: number
  /** All members but the second product and its epilogue. */
  readonly before: ReadonlySet<number>
}
