import { wasm } from '../../src/index.js'
import { programTests } from './programs.js'

const device = await wasm()

programTests('wasm', () => device)
