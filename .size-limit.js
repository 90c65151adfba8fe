/**
 * Everything exported, minified and gzipped, must stay small: a page should not wait for a compiler. The first number is
 * what loads at once; the compiler comes when something is first compiled, a backend's part when it is first asked for,
 * `verify` when it is called. The other entries are counted with the core that they share with the first.
 */
const asModule = (external) => (config) => ({
  ...config,
  format: 'esm',
  external: [...(config.external ?? []), ...external],
  // Chunks are loaded for what they export: none has effects.
  logOverride: { 'ignored-bare-import': 'silent' },
})

const lazy = ['./compile-*', './device-*', './wasm-*', './verify-*', './explain-*', './tune-*']

const entry = (name, limit, external = lazy, file = 'index') => ({
  name,
  path: `dist/${file}.js`,
  import: '*',
  ignore: ['webgpu'],
  limit,
  gzip: true,
  modifyEsbuildConfig: asModule(external),
})

const without = (...loaded) => lazy.filter((chunk) => !loaded.some((name) => chunk.startsWith(`./${name}`)))

export default [
  entry('fluxion, everything it exports', '62 KB'),
  entry('with the compiler', '106 KB', without('compile')),
  entry('with the WebGPU backend', '127 KB', without('compile', 'device')),
  entry('with the WebAssembly backend', '135 KB', without('compile', 'wasm')),
  entry('with verify and explain', '142 KB', ['./wasm-*', './tune-*']),
  entry('fluxion/nn', '61 KB', lazy, 'nn'),
  entry('fluxion/optim', '30 KB', lazy, 'optim'),
  entry('fluxion/data, without the decoders of images', '40 KB', [...lazy, './lib-*', './jpeg-js-*'], 'data'),
  entry('fluxion/interop', '40 KB', lazy, 'interop'),
  entry('fluxion/train', '40 KB', [...lazy, './nonFinite-*'], 'train'),
]
