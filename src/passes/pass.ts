import type { Graph } from '../ir/graph.js'

/** A step from graph to graph that keeps what the graph computes. */
export interface Pass {
  readonly name: string
  /** Why it is there, for people. */
  readonly reason: string
  run(graph: Graph): Graph
}
