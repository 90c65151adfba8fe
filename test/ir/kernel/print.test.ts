import { describe, expect, it } from 'vitest'
import type { Kernel, Scalar } from '../../../src/ir/kernel/kernel.js'
import { printKernel } from '../../../src/ir/kernel/print.js'
import { axis, example, lit, load, op, store, teamExample } from './example.js'

const storing = (value: Scalar): Kernel => ({ ...example, body: [store(2, axis(0), value)] })

/** The text of one expression. */
const shown = (value: Scalar): string => printKernel(storing(value)).split(' = ').slice(1).join(' = ')

const [i, j, k] = [axis(0), axis(1), axis(2)]

describe('printKernel', () => {
  it('shows every statement', () => {
    expect(printKernel(example)).toMatchInlineSnapshot(`
      "kernel rows(b0: read f32[6], b1: read f32[3], b2: readwrite f32[2], b3: write bool[2]) grid(i0 < 2)  // 12 flops
        var r2: f32 = b2[i0]
        for i1 < 3
          r2 = r2 + b0[i0 * 3 + i1] * b1[i1]
        let v3 = r2 > 0.0
        b2[i0] = select(v3, r2, nan)
        if v3
          b3[i0] = v3"
    `)
  })

  it('shows what a team does', () => {
    expect(printKernel(teamExample)).toMatchInlineSnapshot(`
      "kernel swaps(b0: readwrite f32[2], b1: readwrite f32[2]) grid() team(64)  // 6 flops
        for i32 < 3
          each i1 < 2
            b1[i1] = b0[i1] * b0[i1]
          each i1 < 2
            b0[i1] = b1[1 - i1]
          each
            b1[0] = f32(i32)"
    `)
  })

  it.each<readonly [string, Scalar]>([
    ['i0 * (i1 + i2)', op('mul', 'i32', i, op('add', 'i32', j, k))],
    ['i0 * i1 + i2', op('add', 'i32', op('mul', 'i32', i, j), k)],
    ['i0 - (i1 - i2)', op('sub', 'i32', i, op('sub', 'i32', j, k))],
    ['i0 - i1 - i2', op('sub', 'i32', op('sub', 'i32', i, j), k)],
    ['(i0 < i1) == (i1 < i2)', op('eq', 'bool', op('lt', 'bool', i, j), op('lt', 'bool', j, k))],
    ['i0 < i1 & i1 < i2', op('and', 'bool', op('lt', 'bool', i, j), op('lt', 'bool', j, k))],
    ['(i0 & i1) | i2', op('or', 'i32', op('and', 'i32', i, j), k)],
    ['-(i0 + i1)', op('neg', 'i32', op('add', 'i32', i, j))],
    ['f32(i0)', op('cast', 'f32', i)],
    ['bitcast<u32>(i0)', op('bitcast', 'u32', i)],
    ['select(i0 < i1, 1.0, -inf)', op('select', 'f32', op('lt', 'bool', i, j), lit('f32', 1), lit('f32', -Infinity))],
    ['max(0.1, nan)', op('max', 'f32', lit('f32', Math.fround(0.1)), lit('f32', NaN))],
    ['b0[i0 + 1]', load(0, op('add', 'i32', i, lit('i32', 1)))],
    ['7u', lit('u32', 7)],
    ['-0.0', lit('f32', -0)],
    ['true', lit('bool', 1)],
  ])('%s', (text, value) => {
    expect(shown(value)).toBe(text)
  })

  it('writes a large shared expression once', () => {
    const x = load(0, i)
    const square = op('mul', 'f32', x, x)
    const large = op('add', 'f32', op('mul', 'f32', square, x), square)
    expect(printKernel(storing(op('sub', 'f32', op('exp', 'f32', large), large)))).toMatchInlineSnapshot(`
      "kernel rows(b0: read f32[6], b1: read f32[3], b2: readwrite f32[2], b3: write bool[2]) grid(i0 < 2)  // 12 flops
        let t0 = b0[i0] * b0[i0] * b0[i0] + b0[i0] * b0[i0]
        b2[i0] = exp(t0) - t0"
    `)
  })

  it('takes expressions that share and nest without bound', () => {
    let x = load(0, i)
    for (let n = 0; n < 20_000; n++) x = n % 2 === 0 ? op('add', 'f32', x, x) : op('exp', 'f32', x)
    expect(printKernel(storing(x)).length).toBeLessThan(1_000_000)
  })
})
