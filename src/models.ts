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
export { convolve2d, convParameters, correlate2d, outputLength, receptiveField, sensitivity, type LayerSize } from './models/filtering.js'
export { mlp, type Mlp, type MlpOptions, type MlpParams } from './models/mlp.js'
export { perceptron, perceptronEpoch, perceptronFit, perceptronLoss, type Perceptron, type PerceptronFit } from './models/perceptron.js'
export { alexnet, type AlexNetConfig } from './models/alexnet.js'
export {
  googlenet,
  inception,
  type GoogLeNetConfig,
  type GoogLeNetOutputs,
  type GoogLeNetParams,
  type GoogLeNetState,
  type InceptionMaps,
  type InceptionName,
  type InceptionOptions,
} from './models/googlenet.js'
export { resnet, residualBlock, type ResNetConfig } from './models/resnet.js'
export { vgg, type VggConfig } from './models/vgg.js'
export { lenet5, lenetConnections, scaledTanh, type LeNetConfig } from './models/lenet.js'
export { reluJacobian, sigmoidJacobian, softmaxJacobian, tanhJacobian } from './models/activations.js'
export { chunkedBptt, elmanJacobians, stepJacobians, throughTime, truncatedBptt } from './models/bptt.js'
export {
  binaryCrossEntropy,
  categoricalMle,
  discreteCrossEntropy,
  discreteEntropy,
  discreteKl,
  gaussianMle,
  gaussianPrior,
  laplacePrior,
  ridge,
} from './models/estimators.js'
export {
  blurCells,
  complexCells,
  gaborBank,
  globalComplexCells,
  neocognitronCells,
  simpleCells,
  templateCells,
  type GaborOptions,
} from './models/hmax.js'
export { leastNorm, modularAddition, randomFeatures, type ModularOptions, type ModularParams } from './models/doubleDescent.js'
export { regularisedMlp, type RegularisedOptions } from './models/regularised.js'
export { tower, type Tower, type TowerOptions, type TowerParams } from './models/residual.js'
export {
  attentionWeights,
  causalMask,
  selfAttention,
  selfAttentionInit,
  type SelfAttentionOptions,
  type SelfAttentionParams,
} from './models/selfAttention.js'
export {
  klToStandard,
  reparametrize,
  vae,
  vaeLoss,
  type BetaOptions,
  type Elbo,
  type LogGaussian,
  type Vae,
  type VaeOptions,
  type VaeParams,
} from './models/vae.js'
export {
  fcn,
  intersectionOverUnion,
  unet,
  type FcnConfig,
  type SegmentationConfig,
  type SegmentationParams,
  type Unpooling,
} from './models/segmentation.js'
export {
  fineTuned,
  gpt,
  type FineTuned,
  type FineTunedOptions,
  type FineTunedParams,
  type Gpt,
  type GptConfig,
  type GptParams,
  type KvCache,
} from './models/gpt.js'
export { lstm, lstmGates, lstmTrace, lstmUpdate, type LstmGates, type LstmWeights } from './models/lstm.js'
export {
  languageModel,
  recurrentNetwork,
  type LanguageModel,
  type LanguageModelParams,
  type RecurrentNetwork,
  type RecurrentParams,
} from './models/rnn.js'
export {
  autoencoder,
  covariance,
  principalComponents,
  subspaceAngles,
  type Autoencoder,
  type AutoencoderParams,
  type PrincipalComponents,
} from './models/autoencoder.js'
export { semiSupervisedVae, type SemiSupervised, type SemiSupervisedOptions, type SemiSupervisedParams } from './models/semiSupervised.js'
export { mutualInformation, mutualInformationGap, type Information, type InformationOptions } from './models/disentanglement.js'
export { inpaint, psnr, squareHoles, type PsnrOptions } from './models/restoration.js'
export { layersModel, type LayersModelParams } from './models/layersModel.js'
export { faceRecognition, faceRecognitionParams, type FaceRecognitionConfig, type FaceRecognitionParams } from './models/faceRecognition.js'
