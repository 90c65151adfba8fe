/** What runs in a page of Chromium: one workload on one device. */
import { runSide, type Harness, type Side } from './side.js'

declare global {
  interface Window {
    runFluxion?: (side: Side) => Promise<object>
  }
}

/** Served from the peers' folder. */
const path = '/harness.js'

window.runFluxion = async (side) => runSide((await import(path)) as Harness, side)
