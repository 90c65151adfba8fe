import { attentionCases } from './cases/attention.js'
import { convTransposeCases } from './cases/convTranspose.js'
import { einsumCases } from './cases/einsum.js'
import { checkCases } from './checkCases.js'

checkCases('einsum', einsumCases)
checkCases('transposed convolutions', convTransposeCases)
checkCases('attention', attentionCases)
