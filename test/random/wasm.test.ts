import { wasm } from '../../src/index.js'
import { randomTests } from './onDevice.js'

randomTests(await wasm())
