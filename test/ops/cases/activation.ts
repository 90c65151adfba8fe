/** Activations of one f32: numbers from NumPy in f64, rounded. */
import * as fx from '../../../src/index.js'
import type { OpCase } from '../opCase.js'
import { rowCase, type Row } from './row.js'

const rows: readonly Row[] = [
  {
    name: 'relu',
    op: fx.relu,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10],
    y: [NaN, Infinity, 0, 0, 0, 1, 0, 0.5, 0, 2.5, 0, 1e-10, 0],
  },
  {
    name: 'leakyRelu',
    op: (x) => fx.leakyRelu(x),
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10],
    y: [NaN, Infinity, -Infinity, 0, -0, 1, -0.01, 0.5, -0.005, 2.5, -0.024999999, 1e-10, -1e-12],
    ulps: 1,
    gpuUlps: 1,
  },
  {
    name: 'elu',
    op: (x) => fx.elu(x),
    x: [NaN, Infinity, -Infinity, 0, 1, -1, 0.5, -0.5, -20],
    y: [NaN, Infinity, -1, 0, 1, -0.63212055, 0.5, -0.39346933, -1],
    ulps: 2,
    gpuUlps: 4,
  },
  {
    name: 'gelu',
    op: (x) => fx.gelu(x),
    x: [NaN, Infinity, 0, 1, -1, 0.5, -0.5, 3, 10],
    y: [NaN, Infinity, 0, 0.841192, -0.15880801, 0.345714, -0.154286, 2.9963627, 10],
    ulps: 8,
    gpuUlps: 64,
  },
  {
    name: 'gelu by erf',
    op: (x) => fx.gelu(x, { approximate: false }),
    x: [NaN, Infinity, 0, 1, -1, 0.5, -0.5, 3, 10],
    y: [NaN, Infinity, 0, 0.8413448, -0.15865526, 0.34573123, -0.15426877, 2.9959502, 10],
    ulps: 8,
    gpuUlps: 64,
  },
  {
    name: 'silu',
    op: fx.silu,
    x: [NaN, Infinity, 0, -0, 1, -1, 0.5, -0.5, 20],
    y: [NaN, Infinity, 0, -0, 0.7310586, -0.26894143, 0.31122968, -0.18877034, 20],
    ulps: 2,
    gpuUlps: 8,
  },
  {
    name: 'softplus',
    op: fx.softplus,
    x: [NaN, Infinity, -Infinity, 0, 1, -1, 100, -100, 1e-10],
    y: [NaN, Infinity, 0, 0.6931472, 1.3132616, 0.3132617, 100, 3.8e-44, 0.6931472],
    ulps: 2,
    gpuUlps: 8,
  },
]

export const activationCases: readonly OpCase[] = rows.map(rowCase)
