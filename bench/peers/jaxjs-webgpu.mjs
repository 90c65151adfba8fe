import './lib/iterator-shim.mjs'
import './lib/node-webgpu.mjs'
import { main } from './lib/node-main.mjs'
import { makeJax } from './lib/jaxjs-impl.mjs'
const jit = process.env.JIT !== '0'
await main('jaxjs-webgpu' + (jit ? '' : '-nojit'), async () => {
  const jax = await import('@jax-js/jax')
  return () => makeJax(jax, 'webgpu', jit)
})
