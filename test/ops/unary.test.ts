import { activationCases } from './cases/activation.js'
import { castCases } from './cases/cast.js'
import { unaryCases } from './cases/unary.js'
import { checkCases } from './checkCases.js'

checkCases('unary ops', unaryCases)
checkCases('activations', activationCases)
checkCases('casts', castCases)
