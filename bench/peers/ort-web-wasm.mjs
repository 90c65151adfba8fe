// onnxruntime-web, its wasm build under node (inputs are copied into the wasm heap and outputs out of it at every run)
import { main } from './lib/node-main.mjs'
import { makeOrt } from './lib/onnx-build.mjs'
const threads = +(process.env.THREADS ?? 2)
await main(`ort-web-wasm-${threads}t`, async () => {
  const ort = await import('onnxruntime-web')
  ort.env.wasm.numThreads = threads
  return () => makeOrt(ort, { executionProviders: ['wasm'], graphOptimizationLevel: 'all', logSeverityLevel: 3 })
})
