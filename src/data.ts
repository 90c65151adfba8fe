/** fluxion/data: files read, batches drawn, images changed, text cut into tokens. */
export { orThrow } from './data/decode.js'
export { fromArrays, mapBatches, subset, takeRows, type Dataset } from './data/dataset.js'
export { batches, type Batches, type BatchOptions, type BatchSource, type BatchState } from './data/batches.js'
export { generator, permutation, type Generator } from './data/shuffle.js'
export { gunzip } from './data/gzip.js'
export { parseIdx, parseIdxBytes, type Idx, type IdxData } from './data/idx.js'
export { parseCsv, tableNumbers, type CsvOptions, type Table } from './data/csv.js'
export {
  arrayToImage,
  encodePng,
  flattenAlpha,
  imageToArray,
  parseImage,
  parseJpeg,
  parsePng,
  resizeImage,
  type Image,
} from './data/image.js'
export { encodeWav, parseWav, type Audio } from './data/wav.js'
export { charTokenizer, parseText, type Tokenizer } from './data/text.js'
export { bpeTokenizer, gpt2Bytes, parseBpe, trainBpe, type Bpe } from './data/bpe.js'
export { jointPositions, type KinematicsOptions } from './data/kinematics.js'
export { parseBvh, type BvhChannel, type BvhJoint, type Motion } from './data/bvh.js'
export { parseObj, parseOff, type Mesh } from './data/mesh.js'
export { parsePly, type Ply } from './data/ply.js'
export { addNoise, affineMaps, affineWarp, randomAffine, randomFlip, type AffineOptions } from './data/augment.js'
