/** fluxion/nn: layers, losses and initialisers as pure functions on trees of parameters. */
export { fanOf, type Fan, type Initializer } from './nn/initializers.js'
export * as initializers from './nn/initializers.js'
