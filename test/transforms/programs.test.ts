import { js } from '../../src/index.js'
import { testPrograms } from './programs.js'

testPrograms(() => Promise.resolve(js()), 120)
