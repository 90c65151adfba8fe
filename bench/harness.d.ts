/** The peers' `lib/common.mjs`, put in its place when the page is bundled. */
declare module 'harness' {
  import type { Harness } from './side.js'
  export const runWorkload: Harness['runWorkload']
}
