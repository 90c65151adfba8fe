import type { Either } from 'fp-ts/lib/Either.js'
import type { DecodeError } from '../error.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { decoding, type Fail } from './decode.js'

export interface CsvOptions {
  /** Default `,`. */
  readonly delimiter?: string
  /** Whether the first row names the columns. Default true. */
  readonly header?: boolean
}

/** A table of text. Every row has as many cells as `columns`. */
export interface Table {
  /** The names in the first row, or `0`, `1`, … without a header. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Two quotes stand for one inside quotes; outside, a cell ends at a delimiter or a line's end. */
const readCell = (text: string, start: number, delimiter: string, fail: Fail): readonly [cell: string, end: number] => {
  if (text[start] !== '"') {
    let end = start
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++
    return [text.slice(start, end), end]
  }
  let end = start + 1
  for (;;) {
    end = text.indexOf('"', end)
    if (end < 0) return fail('a quoted cell has no end', `it starts at character ${String(start)}`)
    if (text[end + 1] !== '"') break
    end += 2
  }
  const after = text[end + 1]
  if (after !== undefined && after !== delimiter && after !== '\n' && after !== '\r')
    fail('there is text after a closing quote', `at character ${String(end + 1)}`)
  return [text.slice(start + 1, end).replaceAll('""', '"'), end + 1]
}

const readRows = (text: string, delimiter: string, fail: Fail): string[][] => {
  const rows: string[][] = []
  let at = 0
  while (at < text.length) {
    const row: string[] = []
    for (;;) {
      const [cell, end] = readCell(text, at, delimiter, fail)
      row.push(cell)
      at = end + 1
      if (text[end] !== delimiter) {
        if (text[end] === '\r' && text[at] === '\n') at++
        break
      }
    }
    if (row.length > 1 || row[0] !== '') rows.push(row)
  }
  return rows
}

/** Reads comma-separated values as RFC 4180 has them: quotes, quoted line ends, any line ending. Empty lines are skipped. */
export const parseCsv = (text: string, { delimiter = ',', header = true }: CsvOptions = {}): Either<DecodeError, Table> =>
  decoding(
    'parseCsv',
    'look at the row that is named; another delimiter is { delimiter }, no names in the first row { header: false }',
    (fail) => {
      const all = readRows(text.startsWith('\ufeff') ? text.slice(1) : text, delimiter, fail)
      const columns = header ? (all[0] ?? []) : (all[0] ?? []).map((_, i) => String(i))
      const rows = header ? all.slice(1) : all
      const ragged = rows.findIndex((row) => row.length !== columns.length)
      if (ragged >= 0)
        fail(
          `row ${String(ragged + 1)} has ${String(rows[ragged]?.length)} cells, not ${String(columns.length)}`,
          `it is ${JSON.stringify(rows[ragged]?.slice(0, 8))}`,
        )
      return { columns, rows }
    },
  )

const numberIn = (table: Table, row: readonly string[], r: number, name: string, fail: Fail): number => {
  const at = table.columns.indexOf(name)
  if (at < 0) return fail(`there is no column '${name}'`, `the columns are ${table.columns.join(', ')}`)
  const cell = (row[at] as string).trim()
  const value = Number(cell)
  return cell !== '' && Number.isFinite(value) ? value : fail(`'${cell}' is no number`, `column ${name}, row ${String(r + 1)}`)
}

/** Columns of a table as f32[rows, columns]; all of them without `names`. */
export const tableNumbers = (table: Table, names: readonly string[] = table.columns): Either<DecodeError, NDArray<'f32'>> =>
  decoding('tableNumbers', 'name the columns that hold numbers, or mend the cell', (fail) => {
    const values = table.rows.flatMap((row, r) => names.map((name) => numberIn(table, row, r, name, fail)))
    return ndarray(Float32Array.from(values), { shape: [table.rows.length, names.length], dtype: 'f32' })
  })
