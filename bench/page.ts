/** What runs in a page of Chromium: one workload on one device. */
import * as harness from 'harness'
import { runSide, type Side } from './side.js'

declare global {
  interface Window {
    runFluxion?: (side: Side) => Promise<object>
  }
}

window.runFluxion = (side) => runSide(harness, side)
