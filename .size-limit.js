/** The whole public API, minified and gzipped, must stay small: a page should not wait for a compiler. */
export default [
  {
    name: 'fluxion, everything it exports',
    path: 'dist/index.js',
    import: '*',
    ignore: ['webgpu'],
    limit: '60 KB',
    gzip: true,
    modifyEsbuildConfig: (config) => ({ ...config, format: 'esm' }),
  },
]
