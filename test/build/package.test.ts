import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { built, root } from '../harness/built.js'
import { readmeExample, readmeOutput } from '../harness/readme.js'

/** A project of its own that has the packed package installed, with the dependencies that npm would give it. */
const consumer = mkdtempSync(join(tmpdir(), 'fluxion-consumer-'))

const run = (file: string, ...args: readonly string[]): string =>
  execFileSync(file, args, { cwd: consumer, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
}

beforeAll(() => {
  built()
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', consumer], {
    cwd: root,
    encoding: 'utf8',
  })
  const [archive] = JSON.parse(packed) as readonly { readonly filename: string }[]
  mkdirSync(join(consumer, 'node_modules/fluxion'), { recursive: true })
  run('tar', '-xzf', archive?.filename ?? '', '-C', 'node_modules/fluxion', '--strip-components=1')
  for (const name of Object.keys(dependencies)) {
    mkdirSync(join(consumer, 'node_modules', name, '..'), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name))
  }
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(consumer, 'example.ts'), readmeExample())
  writeFileSync(join(consumer, 'example.js'), transformSync(readmeExample(), { loader: 'ts' }).code)
})

afterAll(() => {
  rmSync(consumer, { recursive: true, force: true })
})

describe('the packed package', () => {
  test("runs the README's example in Node, as the README says", () => {
    expect(run(process.execPath, 'example.js').trim()).toBe(readmeOutput())
  })

  test("type-checks the README's example against its declarations", () => {
    const compilerOptions = { noEmit: true, strict: true, target: 'es2022', module: 'nodenext', lib: ['es2023', 'dom'], types: [] }
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['example.ts'] }))
    expect(spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], { cwd: consumer, encoding: 'utf8' }).stdout).toBe(
      '',
    )
  })

  test("points errors at the user's own line, whichever chunk they come from", () => {
    const lines = [
      "import * as fx from 'fluxion'",
      'const specs = [fx.spec([2, 3]), fx.spec([4, 5])]',
      'const report = (error) => console.log(error._tag, error.site?.line, error.site?.file.endsWith("wrong.js"))',
      'const product = (a, b) => fx.matmul(a, b)',
      'try { fx.trace(product, ...specs) } catch (error) { report(error) }',
      "await fx.compile(product, specs, { device: 'js' }).catch(report)",
      "try { await fx.compile((a) => a, [specs[0]], { device: 'js', donate: [3] }) } catch (error) { report(error) }",
    ]
    writeFileSync(join(consumer, 'wrong.js'), lines.join('\n'))
    expect(run(process.execPath, 'wrong.js').trim().split('\n')).toEqual(['ShapeError 4 true', 'ShapeError 4 true', 'TraceError 7 true'])
  })

  test('has entries that share one core', () => {
    const lines = [
      "import * as fx from 'fluxion'",
      "import * as nn from 'fluxion/nn'",
      "import * as optim from 'fluxion/optim'",
      'const begin = (key) => nn.initializers.heNormal(key, [3, 2])',
      'const specs = [fx.specOf(fx.random.keyData(0))]',
      'const [p] = fx.evaluate(fx.trace(begin, ...specs), [fx.random.keyData(0)])',
      'const descend = (p) => optim.applyUpdates(p, optim.sgd(0.5).update(p, [], p)[0])',
      'const [q] = fx.evaluate(fx.trace(descend, fx.specOf(p)), [p])',
      'console.log(q.shape.join(), q.data.every((x, i) => x === p.data[i] / 2))',
      'try { optim.linearSchedule(0, 1, 0) } catch (error) { console.log(error instanceof fx.UnsupportedError, error.site.line) }',
    ]
    writeFileSync(join(consumer, 'entries.js'), lines.join('\n'))
    expect(run(process.execPath, 'entries.js').trim().split('\n')).toEqual(['3,2 true', 'true 10'])
  })

  test('imports nothing but chunks of its own when it is loaded', () => {
    const dist = join(consumer, 'node_modules/fluxion/dist')
    const chunk = /(?:\bfrom|^import) "\.\/([\w-]+\.js)"/gm
    const load = (path: string): string => {
      const text = readFileSync(join(dist, path), 'utf8')
      return [text.replace(chunk, ''), ...[...text.matchAll(chunk)].map(([, name = '']) => load(name))].join('\n')
    }
    const code = ['index.js', 'data.js', 'interop.js', 'models.js', 'nn.js', 'optim.js', 'train.js'].map(load).join('\n')
    const imports = [...code.matchAll(/^(import|export)\b.*\bfrom\b.*$|^import ['"].*$|\brequire\(['"].*$/gm)]
    expect(imports.map(([text]) => text)).toEqual([])
  })
})
