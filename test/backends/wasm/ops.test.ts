import { wasm } from '../../../src/backends/wasm/wasm.js'
import { scalarOpTests } from '../scalarOps.js'

scalarOpTests('WebAssembly', wasm)
