/**
 * Everything exported, minified and gzipped, must stay small: a page should not wait for a compiler. The first number is
 * what loads at once; the compiler comes when something is first compiled, a backend's part when it is first asked for,
 * `verify` when it is called.
 */
const asModule = (external) => (config) => ({
  ...config,
  format: 'esm',
  external: [...(config.external ?? []), ...external],
  // Chunks are loaded for what they export: none has effects.
  logOverride: { 'ignored-bare-import': 'silent' },
})

const entry = (name, limit, external) => ({
  name,
  path: 'dist/index.js',
  import: '*',
  ignore: ['webgpu'],
  limit,
  gzip: true,
  modifyEsbuildConfig: asModule(external),
})

export default [
  entry('fluxion, everything it exports', '61 KB', ['./compile-*', './device-*', './wasm-*', './verify-*', './explain-*']),
  entry('with the compiler', '86 KB', ['./device-*', './wasm-*', './verify-*', './explain-*']),
  entry('with the WebGPU backend', '101 KB', ['./wasm-*', './verify-*', './explain-*']),
  entry('with the WebAssembly backend', '105 KB', ['./device-*', './verify-*', './explain-*']),
  entry('with verify and explain', '114 KB', ['./wasm-*']),
]
