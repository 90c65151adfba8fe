import { describe, expect, it } from 'vitest'
import type { Kernel, Stmt } from '../../../src/ir/kernel/kernel.js'
import { verifyKernel } from '../../../src/ir/kernel/verify.js'
import { axis, example, lit, load, op, ref, reg, store } from './example.js'

const withBody = (...body: readonly Stmt[]): Kernel => ({ ...example, body })

const withArray = (...body: readonly Stmt[]): Kernel => ({ ...withBody(...body), arrays: [{ dtype: 'f32', size: 4 }] })

/** The example, whose last buffer a point may load again. */
const rereading = (...body: readonly Stmt[]): Kernel => ({
  ...withBody(...body),
  buffers: example.buffers.map((buffer, n) => (n === 2 ? { ...buffer, access: 'write', reread: true } : buffer)),
})

const let_ = (id: number, value = lit('f32', 1)): Stmt => ({ k: 'let', id, value })
const loop = (extent: number, ...body: readonly Stmt[]): Stmt => ({ k: 'for', axis: 1, extent, body })
const when = (...body: readonly Stmt[]): Stmt => ({ k: 'if', cond: lit('bool', 1), body })

const each = (id: number, ...body: readonly Stmt[]): Stmt => ({ k: 'each', grid: [{ axis: id, extent: 2 }], body })
const together = (...body: readonly Stmt[]): Kernel => ({ ...example, grid: [], team: 4, body })

const sharing = (body: readonly Stmt[], workgroup = 2): Kernel => ({
  ...example,
  workgroup,
  arrays: [{ dtype: 'f32', size: 4, shared: true }],
  body,
})
const fill = (value = lit('f32', 1), buffer = -1): Stmt => ({
  k: 'for',
  axis: 1,
  extent: 4,
  together: true,
  body: [store(buffer, axis(1), value)],
})

const [i, i2, one] = [axis(0), axis(2), lit('f32', 1)]

describe('verifyKernel', () => {
  it('takes what keeps the rules', () => {
    expect(() => verifyKernel(example)).not.toThrow()
    expect(() => verifyKernel({ ...example, grid: [], body: [] })).not.toThrow()
    expect(() =>
      verifyKernel(withBody(loop(2, let_(5)), loop(3, let_(6)), when(let_(7)), let_(8, load(2, i)), store(2, i, ref(8)))),
    ).not.toThrow()
    expect(() =>
      verifyKernel(together(loop(3, each(2, store(2, axis(2), load(0, axis(1)))), each(2, store(2, axis(2), load(2, i2)))))),
    ).not.toThrow()
    expect(() => verifyKernel({ ...together(each(2, store(2, i, one))), grid: example.grid })).not.toThrow()
    expect(() => verifyKernel(withBody(loop(1, let_(5, load(2, i)), store(2, i, one))))).not.toThrow()
    expect(() =>
      verifyKernel(sharing([{ k: 'for', axis: 3, extent: 2, body: [fill(load(0, axis(3))), store(2, i, load(-1, i))] }])),
    ).not.toThrow()
    expect(() => verifyKernel(withArray(loop(4, store(-1, axis(1), one)), store(2, i, load(-1, i))))).not.toThrow()
  })

  it('takes an array that changes in turns', () => {
    const turns = [store(-1, i, one), let_(5, load(-1, i)), store(-1, i, one), store(2, i, load(-1, i))]
    expect(() => verifyKernel({ ...example, arrays: [{ dtype: 'f32', size: 4, changes: true }], body: turns })).not.toThrow()
  })

  it('takes loads of what a point stored itself', () => {
    const named = [
      let_(5, op('add', 'i32', i, lit('i32', 0))),
      store(2, ref(5, 'i32'), one),
      let_(6, load(2, op('add', 'i32', i, lit('i32', 0)))),
    ]
    expect(() => verifyKernel(rereading(...named))).not.toThrow()
    expect(() => verifyKernel(rereading(loop(3, store(2, axis(1), one)), loop(3, store(2, axis(1), load(2, axis(1))))))).not.toThrow()
  })

  it.each<readonly [string, Kernel, string]>([
    ['an array that is not there', withArray(store(2, i, load(-2, i))), 'there is no buffer -2'],
    ['an array stored to after a load', withArray(store(2, i, load(-1, i)), store(-1, i, one)), 'array 0 is stored to after it was loaded'],
    ['an array of another dtype', withArray(store(-1, i, lit('i32', 1))), 'i32 where f32 is due'],
    ['an array of no size', { ...example, arrays: [{ dtype: 'f32', size: 0.5 }] }, '0.5 is no size'],
    ['a ref before its let', withBody(store(2, i, ref(5)), let_(5)), 'ref 5 is not declared here'],
    ['a ref after its block', withBody(when(let_(5)), store(2, i, ref(5))), 'ref 5 is not declared here'],
    [
      'a ref after its block, seen in it',
      withBody(when(let_(5), store(2, i, op('neg', 'f32', ref(5)))), store(2, i, op('neg', 'f32', ref(5)))),
      'ref 5 is not declared here',
    ],
    ['a ref of another dtype', withBody(let_(5), store(2, i, op('cast', 'f32', ref(5, 'i32')))), 'ref 5 is f32, not i32'],
    ['an axis outside its loop', withBody(loop(3), store(2, axis(1), one)), 'axis 1 is not declared here'],
    ['a loop over a visible axis', withBody(loop(2, loop(2))), 'axis 1 is declared twice'],
    ['two lets of one id', withBody(when(let_(5)), let_(5)), 'ref 5 is declared twice'],
    ['a set without a register', withBody({ k: 'set', id: 5, value: one }), 'reg 5 is not declared here'],
    [
      'a set of another dtype',
      withBody({ k: 'register', id: 5, dtype: 'f32', init: one }, { k: 'set', id: 5, value: i }),
      'i32 where f32 is due',
    ],
    ['a register that reads itself', withBody({ k: 'register', id: 5, dtype: 'f32', init: reg(5) }), 'reg 5 is not declared here'],
    ['a condition that is no bool', withBody({ k: 'if', cond: i, body: [] }), 'i32 where bool is due'],
    ['mixed dtypes', withBody(store(2, i, op('add', 'f32', one, i))), 'add(f32, i32) : f32 does not fit the signature of add'],
    [
      'a float op on integers',
      withBody(store(2, i, op('cast', 'f32', op('exp', 'i32', i)))),
      'exp(i32) : i32 does not fit the signature of exp',
    ],
    ['too few operands', withBody(store(2, i, op('add', 'f32', one))), 'add(f32) : f32 does not fit the signature of add'],
    [
      'a comparison that gives a float',
      withBody(store(2, i, op('lt', 'f32', one, one))),
      'lt(f32, f32) : f32 does not fit the signature of lt',
    ],
    ['a literal out of range', withBody(store(2, i, op('cast', 'f32', lit('u32', -1)))), '-1 is no value of u32'],
    ['a store to what is read', withBody(store(0, i, one)), 'buffer 0 may only be read'],
    ['a load from what is written', withBody(store(2, i, op('cast', 'f32', load(3, i, 'bool')))), 'buffer 3 may only be written'],
    ['a buffer that is not there', withBody(store(9, i, one)), 'there is no buffer 9'],
    ['a load of another dtype', withBody(store(2, i, op('cast', 'f32', load(0, i, 'i32')))), 'buffer 0 holds f32, not i32'],
    ['a store of another dtype', withBody(store(2, i, i)), 'i32 where f32 is due'],
    ['an index that is not i32', withBody(store(2, one, one)), 'f32 where i32 is due'],
    ['a load index that is not i32', withBody(store(2, i, load(0, one))), 'an index is i32, not f32'],
    ['a load after a store', withBody(store(2, i, one), let_(5, load(2, i))), 'buffer 2 is loaded after it was stored to'],
    [
      'a load in the next round of a loop',
      withBody(loop(2, let_(5, load(2, i)), store(2, i, one))),
      'buffer 2 is loaded after it was stored to',
    ],
    [
      'a load of another element than was stored',
      rereading(store(2, i, one), let_(5, load(2, lit('i32', 0)))),
      'buffer 2 is loaded where it was not stored to',
    ],
    ['a load before the store', rereading(let_(5, load(2, i)), store(2, i, one)), 'buffer 2 is loaded where it was not stored to'],
    ['points that one alone shares out', withBody(each(2)), 'only a team runs each'],
    ['points shared out within others', together(each(2, each(3))), 'only a team runs each'],
    ['a statement of no member', together(store(2, lit('i32', 0), one)), 'a team does not share out store'],
    [
      'a load after a store at one point',
      together(each(2, store(2, i2, one), let_(5, load(2, i2)))),
      'buffer 2 is loaded after it was stored to',
    ],
    ['an axis outside its points', together(each(2), each(3, store(2, i2, one))), 'axis 2 is not declared here'],
    ['a loop without an end by one alone', withBody({ k: 'while', cond: lit('bool', 0), body: [] }), 'only a team runs while'],
    ['a loop by a number', together({ k: 'while', cond: one, body: [] }), 'f32 where bool is due'],
    ['a team of nobody', { ...together(), team: 0 }, '0 is no number of members'],
    ['a team of a half', { ...together(), team: 0.5 }, '0.5 is no number of members'],
    ['workgroups that end within an axis', sharing([fill()], 3), 'points that share arrays are no whole axes of the grid'],
    ['a shared array that one point fills', sharing([loop(4, store(-1, axis(1), one))]), 'a shared array is filled by one point alone'],
    ['a shared array that is filled under a condition', sharing([when(fill())]), 'a shared array is filled under a condition'],
    ['what differs in a workgroup, in a shared array', sharing([fill(load(0, i))]), 'is not the same at all points of a workgroup'],
    ['what differs by a name, too', sharing([let_(5, load(0, i)), fill(ref(5))]), 'is not the same at all points of a workgroup'],
    ['a shared array filled from itself', sharing([fill(load(-1, lit('i32', 0)))]), 'is not the same at all points of a workgroup'],
    ['more than filling in a loop that is together', sharing([fill(one, 2)]), 'a loop that fills a shared array does not store'],
    ['workgroups of nobody', { ...example, workgroup: 0 }, '0 is no number of points'],
    ['a negative extent', withBody(loop(-1)), 'axis 1 < -1: both are whole numbers from 0'],
    ['a fractional grid', { ...example, grid: [{ axis: 0, extent: 0.5 }] }, 'axis 0 < 0.5: both are whole numbers from 0'],
    ['a name that is none', { ...example, name: 'a-b' }, 'the name is no identifier'],
    ['a size that is none', { ...example, buffers: [{ dtype: 'f32', size: NaN, access: 'read' }], body: [] }, 'NaN is no size'],
  ])('refuses %s', (_, kernel, problem) => {
    expect(() => verifyKernel(kernel)).toThrow(problem)
  })

  it('names the kernel and the statement', () => {
    expect(() => verifyKernel(withBody(when(store(0, i, one))))).toThrow(/in kernel rows\n.*at body\.0\.body\.0/)
  })

  it('takes shared and deep expressions in linear time', () => {
    let x = load(0, i)
    for (let n = 0; n < 20_000; n++) x = op('add', 'f32', x, x)
    const start = performance.now()
    verifyKernel(withBody(store(2, i, x), store(2, i, op('neg', 'f32', x))))
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
