/** Everything exported, minified and gzipped, must stay small: a page should not wait for a compiler. WebGPU's part is loaded when a GPU is asked for. */
const asModule = (config) => ({ ...config, format: 'esm' })

const withoutGpu = (config) => ({ ...asModule(config), external: [...(config.external ?? []), './chunks/device-*'] })

export default [
  {
    name: 'fluxion, everything it exports',
    path: 'dist/index.js',
    import: '*',
    ignore: ['webgpu'],
    limit: '60 KB',
    gzip: true,
    modifyEsbuildConfig: withoutGpu,
  },
  {
    name: 'with the WebGPU backend',
    path: 'dist/index.js',
    import: '*',
    ignore: ['webgpu'],
    limit: '75 KB',
    gzip: true,
    modifyEsbuildConfig: asModule,
  },
]
