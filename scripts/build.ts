/**
 * Builds the package: self-contained ES modules with source maps, and type declarations with maps to `src`. What only
 * WebGPU needs is a chunk of its own, loaded when a GPU is first asked for.
 *
 * fp-ts and io-ts are bundled from their ES builds, so that what is unused falls away and a browser needs no bundler.
 * `webgpu` stays a dynamic import: it is a native module that only Node needs, and only for a GPU.
 */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { capture } from './command.js'
import { esBuilds } from './esBuilds.js'
import { entries, root } from './paths.js'

const bundle = (): Promise<unknown> =>
  build({
    absWorkingDir: root,
    // What several entries need is in chunks that they share: a tensor of one is a tensor to all.
    entryPoints: entries(),
    outbase: 'src',
    outdir: 'dist',
    splitting: true,
    // Beside the entry: frames of this folder are known to be the library's own.
    chunkNames: '[name]-[hash]',
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    // Loaded when they are asked for, where they are installed; `fluxion/node` alone has modules of Node.
    external: ['webgpu', 'cli-progress', 'node:*'],
    sourcemap: true,
    plugins: [esBuilds],
    logLevel: 'warning',
  })

const declarations = (): void => {
  const { ok, output } = capture(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
  })
  if (!ok) throw new Error(`the type declarations cannot be made:\n${output}`)
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
await bundle()
declarations()
