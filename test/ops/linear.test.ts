import { convCases } from './cases/conv.js'
import { productCases } from './cases/product.js'
import { checkCases } from './checkCases.js'

checkCases('products', productCases)
checkCases('convolutions', convCases)
