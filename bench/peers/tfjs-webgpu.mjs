import './lib/node-webgpu.mjs'
import { main } from './lib/node-main.mjs'
import { makeTf } from './lib/tfjs-impl.mjs'
await main('tfjs-webgpu', async () => {
  globalThis.window = globalThis // tfjs registers the backend only when there is a window
  const { default: tf } = await import('@tensorflow/tfjs')
  await import('@tensorflow/tfjs-backend-webgpu')
  return () => makeTf(tf, 'webgpu')
})
