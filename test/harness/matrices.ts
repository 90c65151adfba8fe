/** Matrices in f64, plainly: what linear algebra is judged by. */
export type Matrix = readonly (readonly number[])[]

export const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)))
export const turned = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j]!))
export const minus = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((x, j) => x - b[i]![j]!))
export const identity = (n: number): Matrix => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)))
export const onDiagonal = (d: readonly number[]): Matrix => d.map((x, i) => d.map((_, j) => (i === j ? x : 0)))
export const symmetric = (a: Matrix): Matrix => a.map((row, i) => row.map((x, j) => (x + a[j]![i]!) / 2))

/** The largest magnitude; NaN if there is one. */
export const largest = (a: Matrix): number => a.flat().reduce((most, x) => (Math.abs(x) > most || Number.isNaN(x) ? Math.abs(x) : most), 0)

/** Eigenvalues of a symmetric matrix, ascending, by cyclic Jacobi in f64: one rotation after another. */
export const eigenvalues = (given: Matrix): readonly number[] => {
  const n = given.length
  const a = given.map((row) => [...row])
  for (let sweep = 0; sweep < 20; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (a[p]![q] === 0) continue
        const angle = Math.atan2(2 * a[p]![q]!, a[p]![p]! - a[q]![q]!) / 2
        const [c, s] = [Math.cos(angle), Math.sin(angle)]
        for (const row of a) [row[p], row[q]] = [c * row[p]! + s * row[q]!, c * row[q]! - s * row[p]!]
        const [x, y] = [a[p]!, a[q]!]
        a[p] = x.map((v, j) => c * v + s * y[j]!)
        a[q] = y.map((v, j) => c * v - s * x[j]!)
      }
  return a.map((row, i) => row[i]!).sort((x, y) => x - y)
}

/** The determinant by Leibniz' formula: exact products, no division. */
export const determinant = (a: Matrix): number =>
  a.length === 0
    ? 1
    : a[0]!.reduce((sum, x, j) => sum + (j % 2 === 0 ? x : -x) * determinant(a.slice(1).map((row) => row.filter((_, k) => k !== j))), 0)
