import './lib/node-webgpu.mjs'
import { main } from './lib/node-main.mjs'
import { makeWgsl } from './lib/wgsl-impl.mjs'
await main('wgsl-handwritten', async () => makeWgsl)
