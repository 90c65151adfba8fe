import { wasm } from '../../src/index.js'
import { checkLong } from './longChecks.js'

checkLong('WebAssembly', wasm, 70_000)
