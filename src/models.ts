/** fluxion/models: the systems of a course in machine perception, each a pure function of its configuration. */
export {
  diagonalCrossEntropy,
  diagonalEntropy,
  diagonalKl,
  gaussianCrossEntropy,
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
  gaussianSample,
  type DiagonalGaussian,
  type Gaussian,
} from './models/gaussian.js'
export { convolve2d, convParameters, correlate2d, outputLength, receptiveField, type LayerSize } from './models/filtering.js'
export { mlp, type Mlp, type MlpOptions, type MlpParams } from './models/mlp.js'
export { perceptron, perceptronEpoch, perceptronFit, perceptronLoss, type Perceptron, type PerceptronFit } from './models/perceptron.js'
