/** Sets of numbers that do not change, so that one may stand for several. */

/** All that is in either: one of the two where it has all of the other, as most do. */
export const union = (a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> => {
  if (a.size === 0 || a === b) return b
  for (const x of b) if (!a.has(x)) return new Set([...a, ...b])
  return a
}
