/** What literal shapes cost the type checker, counted: an editor stays quick only while this stays small. */
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { root } from '../harness/built.js'

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
  config: { compilerOptions: object }
}

const options = ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options

/** Types instantiated to check one file, and its errors. */
const check = (file: string) => {
  const program = ts.createProgram([join(root, file)], options)
  const source = program.getSourceFile(join(root, file))
  const errors = program.getSemanticDiagnostics(source).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  return { errors, instantiations: program.getInstantiationCount() }
}

test('a model with literal shapes takes few instantiations', { timeout: 120_000 }, () => {
  const { errors, instantiations } = check('test/types/model.ts')
  expect(errors).toEqual([])
  console.info(`test/types/model.ts: ${String(instantiations)} instantiations`)
  expect(instantiations).toBeLessThan(65_000)
})
