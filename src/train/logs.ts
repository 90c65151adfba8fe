/** Logs that other programs read: CSV and TensorBoard's. */
import type { Callback, EpochRecord, Figures, StepRecord } from './callback.js'
import type { Store } from './store.js'
import { fileVersion, scalarsEvent, tfRecord } from './tensorboard.js'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const utf8 = (words: string): Uint8Array => new TextEncoder().encode(words)

interface Columns {
  readonly steps: readonly string[] | null
  readonly epochs: readonly string[] | null
}

/** Rows of a log that are of the run so far: those after the checkpoint that it goes on from are written again. */
const cutAfter = async (store: Store, name: string, step: number): Promise<void> => {
  const before = await store.read(name)
  if (before === undefined) return
  const [header = '', ...rows] = text(before).split('\n')
  // The last row may be torn by a process that died; what is whole ends with a newline.
  const kept = step === 0 ? [] : rows.slice(0, -1).filter((row) => Number(row.split(',')[0]) <= step)
  await store.write(name, utf8(step === 0 ? '' : [header, ...kept, ''].join('\n')))
}

const appendRows = async (
  store: Store,
  name: string,
  known: readonly string[] | null,
  rows: readonly { readonly step: number; readonly epoch: number; readonly figures: Figures }[],
): Promise<readonly string[] | null> => {
  if (rows.length === 0) return known
  const columns = known ?? Object.keys((rows[0] as (typeof rows)[number]).figures).sort()
  const header = known === null ? [`step,epoch,${columns.join(',')}`] : []
  const lines = rows.map(({ step, epoch, figures }) => [step, epoch, ...columns.map((column) => figures[column] ?? '')].join(','))
  await store.append(name, utf8([...header, ...lines, ''].join('\n')))
  return columns
}

const ofEpoch = ({ step, epoch, metrics, validation }: EpochRecord) => ({
  step,
  epoch,
  figures: {
    ...metrics,
    ...Object.fromEntries(Object.entries(validation).map(([key, figure]) => [Object.hasOwn(metrics, key) ? `val_${key}` : key, figure])),
  },
})

const ofStep = ({ step, epoch, metrics }: StepRecord) => ({ step, epoch, figures: metrics })

/** Writes `steps.csv` and `epochs.csv` (or `<prefix>steps.csv`), a row for each. A resumed run goes on where its checkpoint was. */
export const csvLog = (store: Store, prefix = ''): Callback<Columns> => ({
  name: `csvLog(${prefix})`,
  init: { steps: null, epochs: null },
  onStart: async (memory, { resumedAt }) => {
    for (const name of ['steps', 'epochs']) await cutAfter(store, `${prefix}${name}.csv`, resumedAt)
    return memory
  },
  onSteps: async (memory, records) => ({
    ...memory,
    steps: await appendRows(store, `${prefix}steps.csv`, memory.steps, records.map(ofStep)),
  }),
  onEpoch: async (memory, record) => ({
    ...memory,
    epochs: await appendRows(store, `${prefix}epochs.csv`, memory.epochs, [ofEpoch(record)]),
  }),
})

export interface TensorboardOptions {
  /** Seconds since 1970. Default the system's clock. */
  readonly now?: () => number
  /** The end of the file's name. Default `fluxion`. */
  readonly host?: string
}

/** Writes an event file for TensorBoard: `train/<metric>` for each step, `validation/<figure>` for each epoch. A resumed run begins a new file, as TensorBoard expects. */
export const tensorboardLog = (
  store: Store,
  { now = () => Date.now() / 1000, host = 'fluxion' }: TensorboardOptions = {},
): Callback<string> => {
  const add = (name: string, events: readonly Uint8Array[]): Promise<void> =>
    store.append(name, Uint8Array.from(events.flatMap((event) => [...tfRecord(event)])))
  const tagged = (tag: string, figures: Figures): Figures =>
    Object.fromEntries(Object.entries(figures).map(([key, figure]) => [`${tag}/${key}`, figure]))
  return {
    name: 'tensorboardLog',
    init: '',
    onStart: async (_, { resumedAt }) => {
      const name = `events.out.tfevents.${now().toFixed(0).padStart(10, '0')}.${host}.${String(resumedAt)}`
      await store.write(name, new Uint8Array())
      await add(name, [fileVersion(now())])
      return name
    },
    onSteps: async (name, records) => {
      await add(
        name,
        records.map(({ step, metrics }) => scalarsEvent(now(), step, tagged('train', metrics))),
      )
      return name
    },
    onEpoch: async (name, { step, validation }) => {
      if (Object.keys(validation).length > 0) await add(name, [scalarsEvent(now(), step, tagged('validation', validation))])
      return name
    },
  }
}
