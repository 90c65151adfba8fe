/**
 * Kernels whose texts differ in sizes alone, as one text that reads them: the steps of an optimiser for each parameter, say, or products
 * of one form. Where compiling takes long, it is done once for all of them.
 */
import { range } from '../../ir/shape.js'
import { groupBy } from './wide.js'

/** A text, and the words of a uniform buffer that it reads after the buffers of the kernel; none where it stands for itself. */
export interface Sized {
  readonly source: string
  readonly sizes: readonly number[]
}

/** Whole numbers: not hexadecimal, not of floats, not within names, and not what signed numbers are divided by, which is faster where it is known. */
const whole = /(?<![\w.])(?:(?<![/%] )\d+|\d+u)(?![\w.])/g

/** Lines of what must be known when a text is compiled: sizes of arrays and workgroups. */
const constant = /^@|^const |array</

const isBarred = (source: string): boolean => source.includes('Barrier()') || source.includes('workgroupUniformLoad')

interface Text {
  readonly source: string
  /** The text without the numbers that may be read. */
  readonly form: string
  readonly numbers: readonly string[]
}

const textOf = (source: string): Text => {
  const numbers: string[] = []
  const start = source.indexOf('fn main(')
  const lines = source.slice(start).split('\n')
  const parts = lines.map((line) =>
    constant.test(line)
      ? line
      : line.replace(whole, (number) => {
          numbers.push(number)
          return number.endsWith('u') ? '#u' : '#'
        }),
  )
  return { source, form: source.slice(0, start) + parts.join('\n'), numbers }
}

/** Elements of a vector, as uniform buffers hold them. */
const width = 4

const places = ['x', 'y', 'z', 'w'] as const

/** The text of some that have one form, which reads the numbers that they do not share. */
const joined = (texts: readonly Text[]): readonly Sized[] => {
  const [first] = texts as readonly [Text]
  const columns = first.numbers.map((_, i) => texts.map(({ numbers }) => numbers[i] as string))
  const keys = columns.map((column) => (new Set(column).size > 1 ? column.join() : undefined))
  const slots = [...new Set(keys.filter((key) => key !== undefined))]
  const nameOf = (i: number): string => {
    const key = keys[i]
    return key === undefined ? (first.numbers[i] as string) : `n${String(slots.indexOf(key))}`
  }
  const bindings = first.source.match(/^@group\(0\) @binding/gm)?.length ?? 0
  const vectors = Math.ceil(slots.length / width)
  const declared = `@group(0) @binding(${String(bindings)}) var<uniform> fx_sizes: array<vec4<u32>, ${String(vectors)}>;\n`
  const lets = slots.map((key, k) => {
    const type = key.endsWith('u') ? 'u32' : 'i32'
    return `  let n${String(k)} = ${type}(fx_sizes[${String(Math.floor(k / width))}].${places[k % width] as string});\n`
  })
  let next = 0
  const start = first.form.indexOf('fn main(')
  const main = first.form.slice(start).replace(/#u?/g, () => nameOf(next++))
  const body = main.indexOf('\n') + 1
  const source = `${declared}${first.form.slice(0, start)}${main.slice(0, body)}${lets.join('')}${main.slice(body)}`
  const at = slots.map((key) => keys.indexOf(key))
  return texts.map(({ numbers }) => ({
    source,
    sizes: range(vectors * width).map((k) => (k < at.length ? Number.parseInt(numbers[at[k] as number] as string, 10) : 0)),
  }))
}

/** For each text, one that computes the same; texts that differ in sizes alone get one and the same. */
export const shareSizes = (sources: readonly string[]): ReadonlyMap<string, Sized> => {
  const texts = [...new Set(sources)].map(textOf)
  const groups = [
    ...groupBy(
      texts.filter(({ source }) => !isBarred(source)),
      ({ form }) => form,
    ).values(),
  ].filter(({ length }) => length > 1)
  return new Map(groups.flatMap((group) => joined(group).map((sized, i) => [(group[i] as Text).source, sized] as const)))
}
