import type { Scalar } from './kernel.js'

/** What an expression is made of. */
export const partsOf = (x: Scalar): readonly Scalar[] => (x.k === 'op' ? x.args : x.k === 'load' ? [x.at] : [])

/**
 * Every expression under one, each once and after its parts. Expressions are shared, so a plain recursion may take
 * exponential time, and they are deep where many ops were fused, so it may overflow the stack. `known` parts are left out.
 */
export const postOrder = (root: Scalar, known: (x: Scalar) => boolean = () => false): Scalar[] => {
  const out: Scalar[] = []
  const seen = new Set<Scalar>()
  const stack: { readonly x: Scalar; next: number }[] = []
  const push = (x: Scalar): void => {
    if (seen.has(x) || known(x)) return
    seen.add(x)
    stack.push({ x, next: 0 })
  }
  push(root)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const part = partsOf(top.x)[top.next++]
    if (part !== undefined) push(part)
    else out.push((stack.pop() as typeof top).x)
  }
  return out
}
