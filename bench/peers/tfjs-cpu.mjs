import { main } from './lib/node-main.mjs'
import { makeTf } from './lib/tfjs-impl.mjs'
await main('tfjs-cpu', async () => {
  const { default: tf } = await import('@tensorflow/tfjs')
  return () => makeTf(tf, 'cpu')
})
