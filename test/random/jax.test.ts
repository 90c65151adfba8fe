import { expect, test } from 'vitest'
import { checkCases } from '../ops/checkCases.js'
import { askedNames, goldenNames, jaxCases } from './jaxCases.js'

test('all that JAX was asked is asked here', () => {
  expect(askedNames).toEqual(goldenNames)
})

checkCases("jax.random's numbers", jaxCases)
