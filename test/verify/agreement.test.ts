/** No false alarms: whole programs, and all their kernels, agree with the reference on the JS backend. */
import { describe, it } from 'vitest'
import { js } from '../../src/backends/js/device.js'
import { compile } from '../../src/compile.js'
import { range } from '../../src/ir/shape.js'
import { verify } from '../../src/verify/verify.js'
import { anyCase, longCase, type Case } from '../arbitraries/graph.js'
import { stateCase } from '../arbitraries/state.js'
import { holdsAsync } from '../harness/law.js'

const check =
  (donates: boolean) =>
  async ({ graph, args }: Case): Promise<void> => {
    const run = await compile(graph, { device: js(), donate: donates ? range(graph.params) : [] })
    const report = await verify(run, args as never, { thorough: true })
    if (!report.agreed) throw new Error(report.text)
  }

describe('verify', () => {
  it('agrees with every kernel of the JS backend', { timeout: 120_000 }, async () => {
    await holdsAsync('verify agrees on js', anyCase, { runs: 250, stream: 900 }, check(false))
    await holdsAsync('verify agrees on js, long', longCase, { runs: 40, stream: 901 }, check(false))
    await holdsAsync('verify agrees on js, donated', stateCase, { runs: 60, stream: 902 }, check(true))
  })
})
