/** What each launch of a program computes. */
import type { Executable } from '../executable.js'
import type { Origin } from '../passes/draft.js'
import { fusedNodes } from '../passes/parts.js'

/** What a launch computes: one group of nodes, or one of those of a loop that is one kernel. */
export interface Part {
  readonly launch: number
  readonly origin: Origin
  readonly nodes: readonly number[]
  /** How often in one run of the launch. */
  readonly runs: number
}

export interface Unit {
  readonly launch: number
  readonly parts: readonly Part[]
}

export const unitsOf = ({ program, origins }: Executable): readonly Unit[] =>
  program.launches.map(({ origin: own, parts }, launch) => ({
    launch,
    parts: (parts ?? (own === undefined ? [] : [{ origin: own, runs: 1 }])).flatMap(({ origin: at, runs }): Part[] => {
      const origin = origins[at]
      if (origin === undefined) return []
      return [{ launch, origin, runs, nodes: fusedNodes(origin.graph, origin.schedule, origin.group) }]
    }),
  }))
