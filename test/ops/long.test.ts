import { js } from '../../src/index.js'
import { checkLong } from './longChecks.js'

checkLong('js', js, 70_000)
