import { describe, expect, it } from 'vitest'
import { graphBuilder, noAttrs } from '../../src/ir/builder.js'
import { print } from '../../src/ir/print.js'

const f32 = (...shape: number[]) => ({ shape, dtype: 'f32' as const })

describe('print', () => {
  it('shows a layer', () => {
    const b = graphBuilder()
    const [x, bias, w] = [b.param(f32(32, 784)), b.param(f32(10)), b.param(f32(784, 10))]
    const y = b.add('add', [b.add('matmul', [x, w], noAttrs), b.add('broadcast', [bias], { shape: [32, 10] })], noAttrs)
    const top = b.add('reduceMax', [y], { axes: [1], ties: 'share' })
    expect(print(b.build([y, top], ['*', { b: '*', w: '*' }], { logits: '*', top: '*' }))).toMatchInlineSnapshot(`
      "graph [%0, {b: %1, w: %2}] {
        %0 = param : f32[32, 784]  // 0
        %1 = param : f32[10]  // 1.b
        %2 = param : f32[784, 10]  // 1.w
        %3 = matmul(%0, %2) : f32[32, 10]
        %4 = broadcast(%1) : f32[32, 10]
        %5 = add(%3, %4) : f32[32, 10]
        %6 = reduceMax(%5) {axes = [1], ties = share} : f32[32]
        return {logits: %5, top: %6}
      }"
    `)
  })

  it('shows constants exactly: few elements as numbers, many as base64', () => {
    const b = graphBuilder()
    const few = b.add('constant', [], { ...f32(7), data: Float32Array.of(0.1, -0, NaN, Infinity, -Infinity, 1e-45, 16777216) })
    const many = b.add('constant', [], { shape: [80], dtype: 'bool', data: new Uint8Array(80).fill(1) })
    const fill = b.add('fill', [], { value: Math.fround(0.1), ...f32(2) })
    const step = b.add('cast', [b.add('iota', [], { axis: 0, ...f32(3) })], { dtype: 'i32' })
    expect(print(b.build([few, many, fill, step], [], ['*', '*', '*', '*']))).toMatchInlineSnapshot(`
      "graph [] {
        %0 = constant {data = [0.1, -0, nan, inf, -inf, 1e-45, 16777216]} : f32[7]
        %1 = constant {data = base64 "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="} : bool[80]
        %2 = fill {value = 0.1} : f32[2]
        %3 = iota {axis = 0} : f32[3]
        %4 = cast(%3) : i32[3]
        return [%0, %1, %2, %4]
      }"
    `)
  })

  it('shows a sub-graph once, and names it after that', () => {
    const inner = graphBuilder()
    const [x, y] = [inner.param(f32(2)), inner.param(f32(2))]
    const body = inner.build([inner.add('add', [x, y], noAttrs), x], ['*', '*'], ['*', '*'])
    const b = graphBuilder()
    const p = b.param(f32(2))
    const once = b.add('call', [p, p], { body })
    const twice = b.add('call', [once, p], { body })
    expect(print(b.build([b.add('item', [twice], { index: 1 })], { 'a key': '*' }, '*'))).toMatchInlineSnapshot(`
      "graph {"a key": %0} {
        %0 = param : f32[2]  // "a key"
        %1 = call(%0, %0) {body = graph @0 [%0, %1] {
          %0 = param : f32[2]  // 0
          %1 = param : f32[2]  // 1
          %2 = add(%0, %1) : f32[2]
          return [%2, %0]
        }} : f32[2]
        %2 = call(%1, %0) {body = @0} : f32[2]
        %3 = item(%2) {index = 1} : f32[2]
        return %3
      }"
    `)
  })
})
