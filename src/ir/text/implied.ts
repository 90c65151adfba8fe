/** Attributes that say what the type says already: they are left out of the text and put back from the type. */
import type { OpName } from '../graph.js'

export type Implied = 'index' | 'shape' | 'dtype'

export const implied: { readonly [K in OpName]?: readonly Implied[] } = {
  param: ['index', 'shape', 'dtype'],
  constant: ['shape', 'dtype'],
  fill: ['shape', 'dtype'],
  iota: ['shape', 'dtype'],
  cast: ['dtype'],
  bitcast: ['dtype'],
  reshape: ['shape'],
  broadcast: ['shape'],
  fold: ['shape'],
}
