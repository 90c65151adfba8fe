/** An independent look at a memory plan: every buffer's bytes at every launch, counted out. */
import { executionOrder, type MemoryPlan, type Program } from '../../src/ir/kernel/program.js'
import { allStatements, postOrder, rootsOf } from '../../src/ir/kernel/walk.js'
import type { Kernel } from '../../src/ir/kernel/kernel.js'

/** Whether what a buffer holds between two launches will be read later: by a launch, or as a result. */
interface Uses {
  readonly written: readonly number[]
  readonly read: readonly number[]
}

const usesOf = ({ launches, outputs, buffers }: Program): Uses[] =>
  buffers.map(({ role }, id) => {
    const at = (access: readonly string[], isTeam = true): number[] =>
      launches.flatMap(({ kernel, bind }, i) =>
        (isTeam || kernel.team === undefined) && bind.some((b, j) => b === id && access.includes(kernel.buffers[j]?.access ?? ''))
          ? [i]
          : [],
      )
    const isGiven = role.kind === 'param' || role.kind === 'constant'
    return {
      written: [...(isGiven ? [-1] : []), ...at(['write', 'readwrite'])],
      // What a team reads and writes, it has written itself before.
      read: [...at(['read']), ...at(['readwrite'], false), ...(outputs.includes(id) ? [launches.length] : [])],
    }
  })

/** Where a buffer's bytes are: an interval of the arena, or of the memory of a buffer. */
const rangeOf = (
  program: Program,
  plan: MemoryPlan,
  id: number,
): { readonly space: string; readonly from: number; readonly to: number } => {
  const place = plan.places[id]
  const bytes = (program.buffers[id]?.size ?? 0) * 4
  if (place?.kind === 'arena') return { space: 'arena', from: place.offset, to: place.offset + bytes }
  return { space: `own ${String(place?.kind === 'alias' ? place.of : id)}`, from: 0, to: bytes }
}

/**
 * Plays the program: each launch first reads and then writes, and every byte read must be what its buffer wrote last.
 * @throws Error that names the launch and the buffers
 */
export const checkPlan = (program: Program, plan: MemoryPlan): void => {
  const uses = usesOf(program)
  const ranges = program.buffers.map((_, id) => rangeOf(program, plan, id))
  const holder = new Map<string, number>()
  const write = (id: number): void => {
    const { space, from, to } = ranges[id] as ReturnType<typeof rangeOf>
    for (let byte = from; byte < to; byte += 4) holder.set(`${space}:${String(byte)}`, id)
  }
  const read = (id: number, when: number): void => {
    const { space, from, to } = ranges[id] as ReturnType<typeof rangeOf>
    if (space === 'arena' && to > plan.arenaBytes) throw new Error(`buffer ${String(id)} is outside of the arena`)
    for (let byte = from; byte < to; byte += 4) {
      const found = holder.get(`${space}:${String(byte)}`)
      if (found !== id)
        throw new Error(
          `launch ${String(when)} reads buffer ${String(id)}, but finds what ${found === undefined ? 'nothing' : `buffer ${String(found)}`} wrote`,
        )
    }
  }
  for (const i of [-1, ...executionOrder(program, 2), program.launches.length]) {
    uses.forEach((use, id) => (use.read.includes(i) ? read(id, i) : undefined))
    uses.forEach((use, id) => (use.written.includes(i) ? write(id) : undefined))
  }
}

/** @throws Error where a kernel uses a buffer other than its access says, or leaves one unwritten */
export const checkAccess = ({ name, buffers, body }: Kernel): void => {
  const stmts = allStatements(body)
  const stores = new Set(stmts.flatMap((stmt) => (stmt.k === 'store' ? [stmt.buffer] : [])))
  const loads = new Set(
    stmts
      .flatMap(rootsOf)
      .flatMap((x) => postOrder(x))
      .flatMap((x) => (x.k === 'load' ? [x.buffer] : [])),
  )
  buffers.forEach(({ access }, i) => {
    const isAsSaid = stores.has(i) === (access !== 'read') && (!loads.has(i) || access !== 'write')
    if (!isAsSaid) throw new Error(`${name}: buffer ${String(i)} is bound for ${access}, and ${stores.has(i) ? 'written' : 'not written'}`)
  })
}
