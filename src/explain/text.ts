/** An explanation as text, in lines of at most 100 characters. */
import { showBytes } from '../ir/dtype.js'
import type { Opening } from '../passes/schedule.js'
import { showType } from '../ir/type.js'
import type { Explanation, KernelExplanation, KeptRows, LoopExplanation, Section, StoredValue } from './explanation.js'

const width = 100

const plural = (n: number, one: string, many = `${one}s`): string => `${String(n)} ${n === 1 ? one : many}`

const showFlops = (flops: number): string =>
  flops < 1e3
    ? `${String(flops)} flops`
    : flops < 1e6
      ? `${(flops / 1e3).toFixed(1)} Kflops`
      : flops < 1e9
        ? `${(flops / 1e6).toFixed(1)} Mflops`
        : `${(flops / 1e9).toFixed(1)} Gflops`

/** Words in lines that begin with `indent`, the first with `head`. */
const wrap = (head: string, text: string, indent = ' '.repeat(head.length)): string[] => {
  const lines: string[] = []
  let line = head
  for (const word of text.split(' ')) {
    const isFirst = line === head || line === indent
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
    }
    line = line === head || line === indent ? `${line}${word}` : `${line} ${word}`
  }
  return [...lines, line]
}

const cut = (line: string): string => (line.length > width ? `${line.slice(0, width - 3)}...` : line)

/** `%5`, of a node's text. */
const idOf = (node: string): string => node.split(' ')[0] ?? node

const openings: { readonly [K in Opening['kind']]: (source: string) => string } = {
  reduction: () => 'as a reduction: several share a kernel only where they go through the same data, or whole rows',
  loop: (source) => `it reads ${source}, which a loop gives`,
  inputs: () => 'it reads nothing that another kernel computes',
  index: (source) => `it reads ${source} at other places than it writes`,
  shape: (source) => `its shape is not that of ${source}, which it reads`,
  beside: (source) => `the kernel of ${source} would read too many arrays as large as its results`,
  full: (source) => `the kernel of ${source} computes as many nodes as it may`,
  buffers: (source) => `with it, the kernel of ${source} would bind more buffers than the device allows`,
}

const placings: { readonly [K in StoredValue['why']]: string } = {
  reduction: 'a reduction, which nothing computes twice',
  loop: 'a result of a loop',
  result: 'a result',
  step: 'for the next round, or for after the loop',
  enters: 'a loop reads it',
  shared: 'wanted in several places',
  repeated: 'a reader would compute it many times',
  limit: 'a reader could not bind all that it is made of',
  large: 'the expression would be too long',
  transposed: 'a product reads its rows in order, many times',
}

const showStored = ({ node, bytes, why, readBy, result }: StoredValue): string => {
  const readers = readBy.length === 0 ? '' : `, read by launch${readBy.length === 1 ? '' : 'es'} ${readBy.join(', ')}`
  const kind =
    result === undefined
      ? placings[why]
      : `${result === '' ? 'the result' : `the result ${result}`}${why === 'result' ? '' : `; ${placings[why]}`}`
  return `${idOf(node)}, ${showBytes(bytes)}: ${kind}${readers}`
}

const showOpening = ({ kind, source }: Opening): string => openings[kind](source === undefined ? '' : `%${String(source)}`)

const showNodes = (nodes: readonly string[]): string[] => nodes.map((node, i) => cut(`     ${i === 0 ? 'fuses ' : '      '} ${node}`))

const showEnds = (ends: readonly StoredValue[]): string[] =>
  ends.flatMap((end, i) => wrap(i === 0 ? '     ends   ' : '            ', `by storing ${showStored(end)}`, '            '))

/** What a kernel that is a whole loop does, part by part: node numbers are those of the graph that a part is in. */
const showSection = ({ loops, runs, nodes, ends }: Section): string[] => {
  const head = loops.length === 0 ? `once, outside of loops` : `${plural(runs, 'time')}, in ${loops.join(', in ')}`
  return ['', ...wrap('     runs   ', head), ...showNodes(nodes), ...showEnds(ends)]
}

const showKernel = (kernel: KernelExplanation): string[] => {
  const { launch, name, runs, loops, sections, reads, begins, bytesRead, bytesWritten, bytesSaved, flops, workgroups } = kernel
  const isLoop = sections.some((section) => section.runs > 1) || sections.length > 1
  const times = `${runs > 1 ? `, runs ${String(runs)} times` : ''}${isLoop ? ', all rounds of a loop in one launch' : ''}`
  const groups = workgroups.some((n) => n > 1) ? `, ${workgroups.join(' x ')} workgroups` : ''
  const saved = bytesSaved > 0 ? `; fusion saves ${showBytes(bytesSaved)}` : ''
  const reading = sections.length === 0 || reads.length === 0 ? [] : wrap('     reads  ', reads.join(', '))
  const beginning = begins === undefined ? [] : wrap('     begins ', showOpening(begins))
  const moving = `${showBytes(bytesRead)} read, ${showBytes(bytesWritten)} written, ${showFlops(flops)}${saved}`
  const head = ['', cut(`${String(launch).padStart(3)}  ${name}${times}${groups}`)]
  if (isLoop) return [...head, ...reading, ...wrap('     moves  ', moving), ...sections.flatMap(showSection)]
  if (sections.length === 0) return [...head, '     moves  data between the steps of a loop']
  return [
    ...head,
    ...loops.map((loop) => cut(`     in     ${loop}`)),
    ...sections.flatMap(({ nodes }) => showNodes(nodes)),
    ...reading,
    ...beginning,
    ...sections.flatMap(({ ends }) => showEnds(ends)),
    ...wrap('     moves  ', moving),
  ]
}

/** Launches 3, 4, 5 and 9 as `3 to 5, 9`. */
const showRuns = (numbers: readonly number[]): string => {
  const runs = numbers.reduce<(readonly [number, number])[]>((all, n) => {
    const last = all.at(-1)
    return last?.[1] === n - 1 ? [...all.slice(0, -1), [last[0], n]] : [...all, [n, n]]
  }, [])
  return runs.map(([from, to]) => (from === to ? String(from) : `${String(from)} to ${String(to)}`)).join(', ')
}

const sumOf = (rows: readonly KeptRows[]): number => rows.reduce((sum, { bytes }) => sum + bytes, 0)

/** `2 matmul, 1 tanh`. */
const countOps = (rows: readonly KeptRows[]): string => {
  const ops = rows.map(({ op }) => op)
  return [...new Set(ops)].map((op) => `${String(ops.filter((other) => other === op).length)} ${op}`).join(', ')
}

const showLoop = ({ node, depth, rounds, launches, isOneKernel, bytesRead, bytesWritten, keeps, again }: LoopExplanation): string[] => {
  const indent = '  '.repeat(depth)
  const times = rounds === undefined ? 'as often as its condition holds' : plural(rounds, 'round')
  const where = `${isOneKernel ? 'all in' : 'each'} launch${launches.length === 1 ? '' : 'es'} ${showRuns(launches)}`
  const more = (text: string): string[] => wrap(`${indent}    `, text)
  return [
    ...wrap(indent, `${node}: ${times}, ${where}`, `${indent}    `),
    ...more(`a round reads ${showBytes(bytesRead)} and writes ${showBytes(bytesWritten)}`),
    ...(keeps.length === 0
      ? []
      : more(
          `keeps ${showBytes(sumOf(keeps))} of all rounds: ${keeps.map((kept) => `${idOf(kept.node)}, ${showType(kept.type)}`).join('; ')}`,
        )),
    ...(again.length === 0
      ? []
      : more(
          `computes again what a loop before it has computed (${countOps(again)} a round), so that ${showBytes(sumOf(again))} need not be kept`,
        )),
  ]
}

const showLoops = ({ loops }: Omit<Explanation, 'text'>): string[] =>
  loops.length === 0 ? [] : ['', 'Loops, and what one round of each moves', ...loops.flatMap(showLoop)]

const showSummary = ({ totals, memory }: Omit<Explanation, 'text'>): string => {
  const { opsTraced, opsCompiled, launches, dispatches, distinctKernels, bytesRead, bytesWritten, bytesUnfused, bytesSaved, flops } = totals
  const repeats = dispatches === launches ? '' : `, ${String(dispatches)} with those in loops repeated`
  const share = bytesUnfused === 0 ? 0 : Math.round((100 * bytesSaved) / bytesUnfused)
  return [
    `${plural(opsTraced, 'op')} were traced; ${String(opsCompiled)} are left after all passes, in ${plural(distinctKernels, 'kernel')} and`,
    `${plural(launches, 'launch', 'launches')}${repeats}, in one submit. A call reads ${showBytes(bytesRead)} and writes ${showBytes(bytesWritten)}, where one`,
    `kernel for each op would move ${showBytes(bytesUnfused)}: fusion saves ${showBytes(bytesSaved)}, or ${String(share)} %. It does about`,
    `${showFlops(flops)}. Memory peaks at ${showBytes(memory.peakBytes)}${memory.peakLaunch < 0 ? '' : `, at launch ${String(memory.peakLaunch)}`}.`,
  ].join(' ')
}

const bars = 40

/** More launches than this are shown several to a line, by the one that needs most. */
const mostLines = 60

const peaks = (timeline: readonly number[]): readonly number[] => {
  const step = Math.max(1, Math.ceil(timeline.length / mostLines))
  return Array.from({ length: Math.ceil(timeline.length / step) }, (_, line) => {
    const launches = timeline.slice(line * step, (line + 1) * step)
    return line * step + launches.indexOf(Math.max(...launches))
  })
}

const showMemory = ({ memory, kernels }: Omit<Explanation, 'text'>): string[] => {
  const { peakBytes, arenaBytes, fixedBytes, timeline, peakLaunch, alive } = memory
  const most = Math.max(1, ...timeline)
  const shown = alive.slice(0, 12)
  const rest = alive.slice(12).reduce((sum, { bytes }) => sum + bytes, 0)
  const line = (bytes: number, launch: number): string =>
    cut(
      `${String(launch).padStart(5)} ${showBytes(bytes).padStart(10)}  ${'#'.repeat(Math.round((bars * bytes) / most)).padEnd(bars)}  ${kernels[launch]?.name ?? ''}`,
    )
  return [
    '',
    'Memory',
    ...wrap(
      '  ',
      `${showBytes(peakBytes)} at the peak: ${showBytes(fixedBytes)} of arguments, constants and results, and ${showBytes(arenaBytes)} that all intermediates share.`,
    ),
    ...(peakLaunch < 0
      ? []
      : ['', '  intermediates alive at each launch', ...peaks(timeline).map((launch) => line(timeline[launch] as number, launch))]),
    '',
    peakLaunch < 0 ? '  what takes it' : `  what is there at the peak, launch ${String(peakLaunch)}`,
    ...shown.map(({ name, bytes, role }) =>
      cut(
        `${showBytes(bytes).padStart(16)}  ${role.padEnd(8)}  ${name}${name === 'scratch' ? ', which a loop in one kernel works in' : ''}`,
      ),
    ),
    ...(rest > 0 ? [`${showBytes(rest).padStart(16)}  ${plural(alive.length - 12, 'other')}`] : []),
  ]
}

const showRest = ({ recomputed, inPlace, checkpointing }: Omit<Explanation, 'text'>): string[] => {
  const { checkpoints, again, bytesNotKept } = checkpointing
  return [
    ...(recomputed.length === 0 ? [] : ['', 'Computed in several kernels rather than stored']),
    ...recomputed.map(({ node, launches, bytesSaved }) =>
      cut(`  ${showBytes(bytesSaved).padStart(10)} saved  ${node}, in launches ${launches.join(', ')}`),
    ),
    ...(inPlace.length === 0 ? [] : ['', 'Written over donated arguments']),
    ...inPlace.map(({ result, param, bytes }) => cut(`  ${showBytes(bytes).padStart(10)}  ${result} in ${param}`)),
    ...(checkpoints === 0 && again === 0
      ? []
      : [
          '',
          ...wrap(
            'Checkpoints  ',
            `${plural(checkpoints, 'function')}: ${plural(again, 'node is', 'nodes are')} computed again for the backward pass, so that ${showBytes(bytesNotKept)} need not be kept.`,
            '  ',
          ),
        ]),
  ]
}

/** The whole as text. */
export const showExplanation = (explanation: Omit<Explanation, 'text'>): string =>
  [
    ...wrap('', showSummary(explanation)),
    '',
    'Kernels, in order',
    ...explanation.kernels.flatMap(showKernel),
    ...showLoops(explanation),
    ...showRest(explanation),
    ...showMemory(explanation),
  ].join('\n')
