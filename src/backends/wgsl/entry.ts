/** The entry point of a kernel: which point an invocation computes, and how many workgroups are dispatched. */
import { UnsupportedError } from '../../error.js'
import {
  arrayBuffer,
  bufferName,
  pointsOf,
  workgroupSize,
  type GridAxis,
  type Kernel,
  type OwnArray,
  type ScalarType,
} from '../../ir/kernel/kernel.js'
import { sharesArrays } from '../../ir/kernel/shared.js'

/** WebGPU's limit on workgroups along one axis; larger grids take a second axis. */
const maxWorkgroups = 65535

/** `i32` is a type. */
export const axisName = (axis: number): string => (axis === 32 ? 'i_32' : `i${String(axis)}`)

export const wordType = (dtype: ScalarType): string => (dtype === 'bool' ? 'u32' : dtype)

/** Workgroups per axis for that many points: one axis while it fits, else two of about equal use. */
export const workgroupsFor = (points: number, each = workgroupSize): readonly [number, number, number] => {
  const groups = Math.ceil(points / each)
  const y = Math.max(1, Math.ceil(groups / maxWorkgroups))
  return [Math.ceil(groups / y), y, 1]
}

export const checkPoints = (kernel: Kernel, points: number): void => {
  if (points <= 2 ** 31) return
  throw new UnsupportedError({
    op: kernel.name,
    problem: `its grid has ${String(points)} points, more than indices of 32 bits can tell apart`,
    facts: [`grid: [${kernel.grid.map(({ extent }) => String(extent)).join(', ')}]`],
    help: 'split the array along an axis and compute the parts one by one',
  })
}

/** The indices of a point: its number taken apart, last axis fastest. */
export const printAxes = (grid: readonly GridAxis[], point: string, indent: string): string[] => {
  const points = pointsOf(grid)
  let inner = points
  return grid.map(({ axis, extent }) => {
    const outer = inner
    inner = inner / Math.max(1, extent)
    const high = inner <= 1 ? point : `${point} / ${String(inner)}u`
    const text = extent <= 1 ? '0u' : outer === points ? high : `${high} % ${String(extent)}u`
    return `${indent}let ${axisName(axis)} = i32(${text});`
  })
}

/** Which invocation or workgroup this is, of dispatches that have a second axis at need. */
const numberOf = ([x, y]: readonly [number, number, number], each: number): string =>
  y === 1 ? 'id.x' : `id.y * ${String(x * each)}u + id.x`

/**
 * The entry point around the lines of the body: one invocation for each point of the grid, or one workgroup for each team. Where
 * workgroups share arrays, whole ones return, so that those who go on can wait for one another.
 */
export const printMain = (kernel: Kernel, lines: readonly string[], needsZero: boolean): string => {
  const { grid, team, members, workgroup = workgroupSize, arrays = [] } = kernel
  const dispatched = workgroupsFor(pointsOf(grid), pointsEach(kernel))
  const points = pointsOf(grid)
  const isJoint = team !== undefined || members !== undefined || sharesArrays(kernel)
  const each = pointsEach(kernel)
  const inputs = [
    isJoint ? '@builtin(workgroup_id) id: vec3<u32>' : '@builtin(global_invocation_id) id: vec3<u32>',
    ...(isJoint ? ['@builtin(local_invocation_index) member: u32'] : []),
    ...(needsZero ? ['@builtin(num_workgroups) groups: vec3<u32>'] : []),
  ]
  const first = sharesArrays(kernel)
    ? [
        `  let block = ${numberOf(dispatched, 1)};`,
        `  if (block >= ${String(points / workgroup)}u) { return; }`,
        `  let flat = block * ${String(workgroup)}u + member;`,
      ]
    : [`  let flat = ${numberOf(dispatched, each)};`, `  if (flat >= ${String(points)}u) { return; }`]
  return [
    ...arrays.flatMap((array, i) => (array.shared === true ? [`var<workgroup> ${declareArray(array, i)}`] : [])),
    ...(team === undefined ? [] : [`const team = ${String(team)}u;`, '']),
    `@compute @workgroup_size(${String(team ?? members ?? workgroup)})`,
    `fn main(${inputs.join(', ')}) {`,
    // Zero, since there are fewer groups than that; but no compiler can know it.
    ...(needsZero ? ['  fx_zero = groups.x >> 31u;'] : []),
    ...first,
    ...printAxes(grid, 'flat', '  '),
    ...arrays.flatMap((array, i) => (array.shared === true ? [] : [`  var ${declareArray(array, i)}`])),
    ...lines,
    '}',
  ].join('\n')
}

/** The points that a workgroup computes. */
export const pointsEach = ({ team, members, workgroup = workgroupSize }: Kernel): number =>
  team === undefined && members === undefined ? workgroup : 1

const declareArray = ({ dtype, size }: OwnArray, i: number): string =>
  `${bufferName(arrayBuffer(i))}: array<${wordType(dtype)}, ${String(size)}>;`
