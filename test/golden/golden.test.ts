/**
 * What six small models become: the graph after all passes, its kernels, and their WGSL, as files to read. A change of
 * the compiler shows here; `npx vitest run test/golden --update` writes them anew.
 */
import { describe, expect, it } from 'vitest'
import { printWgsl } from '../../src/backends/wgsl/print.js'
import { plan } from '../../src/compile.js'
import { print } from '../../src/ir/print.js'
import { printKernel } from '../../src/ir/kernel/print.js'
import { goldenModels } from './models.js'

/** WebGPU's least: what the goldens are compiled for. */
const least = { maxBuffers: 8, tile: [4, 4] } as const

const file = (name: string, ending: string): string => `./files/${name}.${ending}`

describe.each(goldenModels)('$name', ({ name, graph, donate }) => {
  const { records, program } = plan(graph, least, donate)

  it('as a graph, traced and after all passes', async () => {
    const [first, last] = [records[0], records.at(-1)]
    await expect(`${first?.printed ?? ''}\n`).toMatchFileSnapshot(file(name, 'traced.txt'))
    await expect(`${last === undefined ? '' : print(last.graph)}\n`).toMatchFileSnapshot(file(name, 'graph.txt'))
  })

  it('as kernels', async () => {
    await expect(`${program.launches.map(({ kernel }) => printKernel(kernel)).join('\n\n')}\n`).toMatchFileSnapshot(file(name, 'kernels.txt'))
  })

  it('as WGSL', async () => {
    await expect(`${program.launches.map(({ kernel }) => printWgsl(kernel).source).join('\n\n')}\n`).toMatchFileSnapshot(file(name, 'wgsl'))
  })
})
