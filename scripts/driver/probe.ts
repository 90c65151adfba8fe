/** Asks the `webgpu` package for an adapter and prints what it is as JSON: run in a child process, as a driver may crash. */

import { create } from 'webgpu'

const gpu = create([])
// Dawn aborts if what `create` returned is collected while it works.
Object.assign(globalThis, { gpu })

const adapter = await gpu.requestAdapter()
const answer =
  adapter === null
    ? null
    : { name: adapter.info.description, architecture: adapter.info.architecture, fallback: adapter.info.isFallbackAdapter }
process.stdout.write(`adapter ${JSON.stringify(answer)}\n`, () => {
  process.exit(0)
})
