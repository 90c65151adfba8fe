import { js } from '../../src/index.js'
import { programTests } from './programs.js'

programTests('js', js)
