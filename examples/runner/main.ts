/** Runs systems: the command line of `npm run example` and `npm run examples`. */
import { join } from 'node:path'
import { writeWhole } from '../../src/node.js'
import { runNode } from '../../scripts/command.js'
import { root } from '../../scripts/paths.js'
import { complaint, runCommand } from '../lib/commandLine.js'
import { onInterrupt } from '../lib/interrupt.js'
import { contextOf } from './context.js'
import { parseOptions, usage, type RunnerOptions } from './options.js'
import { systemIds, systemOf } from './all.js'
import { meets } from './system.js'

/** Seven digits: a figure is read by people, too. */
const rounded = (x: number): number => Number(x.toPrecision(7))

const runOne = async (id: string, options: RunnerOptions): Promise<number> => {
  const system = await systemOf(id)
  const interruption = onInterrupt()
  const { ctx, pictures } = contextOf(id, options, process.stdout, interruption.signal)
  ctx.note(`${id} ${system.title}: ${system.metric} ${system.target}`)
  const value = rounded(await system.run(ctx))
  if (interruption.signal.aborted) return interruption.code()
  const result = { system: id, metric: system.metric, value, target: system.target, ok: meets(value, system.target) }
  const seconds = Math.round(ctx.budget.spent())
  await writeWhole(
    join(options.out, id, 'result.json'),
    `${JSON.stringify({ ...result, seconds, device: options.device, seed: options.seed, pictures: pictures() })}\n`,
  )
  ctx.note(`${String(seconds)} s, results in ${join(options.out, id)}`)
  ctx.note(JSON.stringify(result))
  return result.ok ? 0 : 1
}

/** Each in a process of its own: one that runs out of memory, or crashes a driver, takes no other with it. */
const runEach = async (ids: readonly string[], { seconds, device, seed, out }: RunnerOptions): Promise<number> => {
  const missed: string[] = []
  for (const id of ids) {
    const options = ['--budget', String(seconds), '--device', device, '--seed', String(seed), '--out', out]
    const code = await runNode(['--import', 'tsx', join(root, 'examples/runner/main.ts'), id, ...options], process.env)
    if (code >= 128) return code
    if (code !== 0) missed.push(id)
  }
  process.stdout.write(
    `${String(ids.length - missed.length)} of ${String(ids.length)} systems meet their targets${missed.length > 0 ? `; not ${missed.join(', ')}` : ''}\n`,
  )
  return missed.length === 0 ? 0 : 1
}

const start = async (options: RunnerOptions): Promise<number> => {
  const known = await systemIds()
  const ids = options.ids === 'all' ? known : options.ids
  const unknown = ids.find((id) => !known.includes(id))
  if (unknown !== undefined) {
    process.stderr.write(`error: there is no system '${unknown}': there are ${known.join(', ')}\n`)
    return 2
  }
  return ids.length === 1 ? runOne(ids[0] as string, options) : runEach(ids, options)
}

await runCommand({ usage, parse: parseOptions, start, complain: complaint })
