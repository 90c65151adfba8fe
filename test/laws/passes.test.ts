/** Passes and rules keep what a graph means, to the last bit, and never make it larger. */
import { describe, expect, it } from 'vitest'
import { optimize } from '../../src/compile.js'
import type { Graph } from '../../src/ir/graph.js'
import { print } from '../../src/ir/print.js'
import { inlineCalls } from '../../src/passes/inline.js'
import { convolutions, passes, rules } from '../../src/passes/index.js'
import { rewriteGraph, type Rule } from '../../src/passes/rewrite.js'
import { fewTapsCase, simplifiableCase } from '../arbitraries/bait.js'
import { anyCase, longCase, type Case } from '../arbitraries/graph.js'
import { holds } from '../harness/law.js'
import { checkNoMore, checkNoMoreTerms, checkSame } from '../harness/same.js'

const afterEach = (value: Case): void => {
  passes.reduce<Graph>((graph, pass) => {
    const after = pass.run(graph)
    checkSame(pass.name, { ...value, graph }, after)
    if (pass.name === 'inline') return after
    checkNoMoreTerms(pass.name, graph, after)
    // That pass takes sums apart.
    if (pass.name !== 'taps') checkNoMore(pass.name, graph, after)
    return after
  }, value.graph)
}

/** A rule that counts how often it applies. */
const counted = (rule: Rule, fired: Map<string, number>): Rule => ({
  ...rule,
  rewrite: (site, node) => {
    const replaced = rule.rewrite(site, node)
    if (replaced !== undefined) fired.set(rule.name, (fired.get(rule.name) ?? 0) + 1)
    return replaced
  },
})

describe('passes', () => {
  it('keep meaning and invariants, and do not grow', { timeout: 180_000 }, () => {
    holds('every pass keeps meaning', anyCase, { runs: 2500, stream: 20 }, afterEach)
    holds('every pass keeps meaning, of what simplifies', simplifiableCase, { runs: 2500, stream: 21 }, afterEach)
    holds('every pass keeps meaning, of taps', fewTapsCase, { runs: 500, stream: 25 }, afterEach)
    holds('every pass keeps meaning, long', longCase, { runs: 150, stream: 22 }, afterEach)
  })

  it('leave nothing that they would change', { timeout: 120_000 }, () => {
    holds('passes settle', simplifiableCase, { runs: 1000, stream: 23 }, ({ graph }) => {
      const once = optimize(graph).at(-1)?.graph as Graph
      const twice = optimize(once).at(-1)?.graph as Graph
      expect(print(twice)).toBe(print(once))
    })
  })
})

/** Each rule by itself, on graphs in which it applies; and each is to be seen to apply. */
const each = (
  law: string,
  chosen: readonly Rule[],
  arbitrary: typeof simplifiableCase,
  options: { readonly runs: number; readonly stream: number },
  check: typeof checkNoMore,
): void => {
  const fired = new Map<string, number>(chosen.map(({ name }) => [name, 0]))
  holds(law, arbitrary, options, (value) => {
    const graph = inlineCalls(value.graph)
    for (const rule of chosen) {
      const before = fired.get(rule.name)
      const after = rewriteGraph(graph, [counted(rule, fired)])
      if (fired.get(rule.name) === before) continue
      checkSame(`rule ${rule.name}`, { ...value, graph }, after)
      check(`rule ${rule.name}`, graph, after)
    }
  })
  expect([...fired].filter(([, count]) => count < 5)).toEqual([])
}

describe('rules', () => {
  it('keep meaning and invariants, and do not grow, each by itself; and each is seen to apply', { timeout: 180_000 }, () => {
    each('every rule keeps meaning', rules, simplifiableCase, { runs: 5000, stream: 24 }, checkNoMore)
  })

  it('about taps keep meaning and invariants, and leave no more terms', { timeout: 180_000 }, () => {
    each('every rule about taps keeps meaning', convolutions, fewTapsCase, { runs: 1000, stream: 26 }, checkNoMoreTerms)
  })
})
