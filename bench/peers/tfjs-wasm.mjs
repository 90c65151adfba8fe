import { main } from './lib/node-main.mjs'
import { makeTf } from './lib/tfjs-impl.mjs'
await main('tfjs-wasm', async () => {
  const { default: tf } = await import('@tensorflow/tfjs')
  await import('@tensorflow/tfjs-backend-wasm')
  return () => makeTf(tf, 'wasm')
})
