import { describe, expect, test } from 'vitest'
import { entriesOf, flatten, pathsOf, sameTree, unflatten, type TreeDef } from '../../src/ir/tree.js'

const isNumber = (x: unknown): x is number => typeof x === 'number'

const refuse = (x: unknown, path: string): never => {
  throw new Error(`${String(x)} at ${path}`)
}

const flat = (value: unknown) => flatten(value, isNumber, refuse)

describe('a tree', () => {
  test.each([
    { value: 1, leaves: [1], paths: [''], tree: '*' },
    { value: [1, [2, 3]], leaves: [1, 2, 3], paths: ['0', '1.0', '1.1'], tree: ['*', ['*', '*']] },
    { value: { b: 1, a: { d: 2, c: 3 } }, leaves: [3, 2, 1], paths: ['a.c', 'a.d', 'b'], tree: { a: { c: '*', d: '*' }, b: '*' } },
    { value: {}, leaves: [], paths: [], tree: {} },
    { value: [[], {}], leaves: [], paths: [], tree: [[], {}] },
    {
      value: { layers: [{ w: 1 }, { w: 2 }] },
      leaves: [1, 2],
      paths: ['layers.0.w', 'layers.1.w'],
      tree: { layers: [{ w: '*' }, { w: '*' }] },
    },
  ])('of $value comes apart and together', ({ value, leaves, paths, tree }) => {
    expect(flat(value)).toEqual({ leaves, paths, tree })
    expect(unflatten(tree as TreeDef, leaves)).toEqual(value)
    expect(pathsOf(tree as TreeDef)).toEqual(paths)
  })

  test('is counted in sorted order, whatever order its keys were made in', () => {
    expect(flat({ b: 2, a: 1 }).leaves).toEqual([1, 2])
    expect(sameTree(flat({ b: 2, a: 1 }).tree, flat({ a: 1, b: 2 }).tree)).toBe(true)
  })

  test('with keys like numbers is counted in one order on both sides', () => {
    const value = { 10: 1, 9: 2, a: 3 }
    const { leaves, tree, paths } = flat(value)
    expect(unflatten(tree, leaves)).toEqual(value)
    expect(pathsOf(tree)).toEqual(paths)
    expect(entriesOf(tree).map(([key]) => key)).toEqual(['10', '9', 'a'])
  })

  test('may have keys that every object inherits', () => {
    const value = { constructor: 1, toString: 2, ['__proto__x']: 3 }
    const { leaves, tree } = flat(value)
    expect(leaves).toHaveLength(3)
    expect(unflatten(tree, leaves)).toEqual(value)
  })

  test('of null-prototype records', () => {
    const value: unknown = Object.assign(Object.create(null) as object, { a: 1 })
    expect(flat(value).leaves).toEqual([1])
  })

  test.each([
    { value: [1, 'x'], says: 'x at 1' },
    { value: { a: { b: null } }, says: 'null at a.b' },
    { value: { a: undefined }, says: 'undefined at a' },
    { value: new Map(), says: '[object Map] at ' },
  ])('refuses other things: $says', ({ value, says }) => {
    expect(() => flat(value)).toThrow(says)
  })

  test('is the same when structure and keys are', () => {
    expect(sameTree(['*', { a: '*' }], ['*', { a: '*' }])).toBe(true)
    expect(sameTree(['*'], { 0: '*' })).toBe(false)
    expect(sameTree({ a: '*' }, { b: '*' })).toBe(false)
    expect(sameTree('*', ['*'])).toBe(false)
  })
})
