/** fluxion/interop: arrays from and for other programs. */
export { encodeSafetensors, parseSafetensors, type Tensors } from './interop/safetensors.js'
export { encodeNpy, encodeNpz, parseNpy, parseNpz } from './interop/npy.js'
export { parseTfjsLayers, parseTfjsWeights, type Shards, type TfjsLayer, type TfjsLayers, type TfjsOp } from './interop/tfjs.js'
