/** The names of the public page, family by family. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

export const opsByFamily = {
  creation: words('zeros ones full arange linspace eye iota oneHot constant'),
  unary: words(`neg abs sign exp expm1 log log1p sqrt rsqrt square reciprocal sin cos tan asin acos atan sinh cosh tanh
    sigmoid relu leakyRelu elu gelu silu softplus erf floor ceil round logicalNot isNan isFinite cast bitcast`),
  binary: words(`add sub mul div pow maximum minimum atan2 mod eq ne lt le gt ge logicalAnd logicalOr logicalXor
    bitAnd bitOr bitXor shiftLeft shiftRight`),
  ternary: words('where clamp'),
  reduce: words('sum mean prod max min any all variance std norm logsumexp argmax argmin'),
  scanLike: words('cumsum cumprod cummax softmax logSoftmax'),
  shape: words(`reshape transpose swapAxes moveAxis expandDims squeeze broadcastTo concat stack split slice pad flip tile
    repeat roll tril triu diag`),
  index: words('take takeAlongAxis gather scatterAdd scatterSet dynamicSlice dynamicUpdateSlice'),
  linear: words('matmul dot einsum conv convTranspose maxPool avgPool attention'),
  sort: words('sort argsort topK'),
} as const

export const linalgNames = words('cholesky triangularSolve solve inv det slogdet qr eigh svd')

export const randomNames = words('key split foldIn uniform normal bernoulli categorical permutation truncatedNormal gumbel')

export const transformNames = words(`grad valueAndGrad vjp jvp jacobian hessian vmap checkpoint customVjp stopGradient
  scan foriLoop whileLoop cond`)

export const programNames = words(`ndarray toNested spec specOf trace print toJSON fromJSON compile compileTE webgpu js
  verify explain checkGrads`)
