/** Every op, with all that the compiler knows of it. A missing one is an error of `tsc`. */
import type { Attrs, AttrsOf, OpName } from '../graph.js'
import { conv, matmul } from './contract.js'
import { call, cond, customVjp, item, scan, whileLoop } from './nest.js'
import type { OpDef } from './op.js'
import { bitcast, cast, identity, pointOps } from './point.js'
import { argmax, argmin, reduceMax, reduceMin, reduceSum } from './reduce.js'
import { constant, fill, iota, param } from './source.js'
import { dynamicSlice, take, takeAlong } from './take.js'
import { barrier, broadcast, concat, flip, pad, reshape, slice, transpose } from './view.js'
import { fold, windows } from './window.js'

const table: { readonly [K in OpName]: OpDef<AttrsOf[K]> } = {
  param,
  constant,
  fill,
  iota,
  ...pointOps,
  cast,
  bitcast,
  stopGradient: identity,
  alias: identity,
  barrier,
  reshape,
  transpose,
  broadcast,
  slice,
  pad,
  flip,
  concat,
  windows,
  fold,
  take,
  takeAlong,
  dynamicSlice,
  reduceSum,
  reduceMax,
  reduceMin,
  argmax,
  argmin,
  matmul,
  conv,
  call,
  scan,
  while: whileLoop,
  cond,
  customVjp,
  checkpoint: call,
  item,
}

export const opNames = Object.keys(table) as OpName[]

/** The record of an op whose name is only known at run time. The caller passes attributes that belong to that op. */
export const opDef = (op: OpName): OpDef<Attrs> => table[op]
