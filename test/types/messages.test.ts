/** What tsc says of shapes that do not fit, in the user's words. */
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { root } from '../harness/built.js'

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
  config: { compilerOptions: object }
}
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)

const name = join(root, 'test/types/wrong.ts')

/** The messages for lines of code, a line each. */
const messagesOf = (lines: readonly string[]): string[] => {
  const text = ["import * as fx from '../../src/index.js'", 'const x = fx.zeros([2, 3, 5])', ...lines].join('\n')
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  const wrong: ts.CompilerHost = {
    ...host,
    getSourceFile: (file, version) => (file === name ? ts.createSourceFile(file, text, version) : read(file, version)),
    fileExists: (file) => file === name || ts.sys.fileExists(file),
  }
  const program = ts.createProgram([name], options, wrong)
  const found = program.getSemanticDiagnostics(program.getSourceFile(name))
  return lines.map((_, i) =>
    found
      .filter(({ file, start = 0 }) => file?.getLineAndCharacterOfPosition(start).line === i + 2)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
      .join(' '),
  )
}

const cases: readonly (readonly [code: string, says: string])[] = [
  ['fx.add(x, fx.zeros([4]))', 'shapes do not broadcast'],
  ['fx.where(fx.gt(x, 0), x, fx.zeros([4]))', 'shapes do not broadcast'],
  ["fx.where(fx.gt(x, 0), x, fx.zeros([5], 'i32'))", 'the dtypes differ'],
  ['fx.clamp(x, 0, fx.zeros([4]))', 'shapes do not broadcast'],
  ['fx.matmul(x, fx.zeros([4, 7]))', 'the inner axes differ'],
  ['fx.matmul(x, fx.zeros([4, 5, 7]))', 'the batches do not broadcast'],
  ['fx.dot(x, fx.zeros([4]))', 'the inner axes differ'],
  ['fx.sum(x, { axis: 3 })', 'there is no axis 3 in a shape of 3 axes'],
  ['fx.roll(x, 1, { axis: 3 })', 'there is no axis 3 in a shape of 3 axes'],
  ['fx.transpose(x, [0, 1])', '2 axes are named, and there are 3'],
  ['fx.transpose(x, [0, 1, 1])', 'axis 2 is not named'],
  ['fx.squeeze(x, 1)', 'an axis of length 3 cannot go'],
  ['fx.reshape(x, [31])', '30 elements do not fill a shape of 31'],
  ['fx.reshape(x, [4, -1])', '30 elements do not divide into the shape'],
  ['fx.reshape(x, [-1, -1])', 'more than one axis is -1'],
  ['fx.broadcastTo(x, [4])', 'the shape does not broadcast to this one'],
  ['fx.slice(x, [0, 0, 0], [2, 3, 6])', 'keep 0 <= start <= limit <= length'],
  ['fx.slice(x, [0], [2])', 'give a start and a limit for each of 3 axes'],
  ['fx.pad(x, [[0, 1]])', '1 widths are given, and there are 3 axes'],
  ['fx.split(x, 2, { axis: 1 })', 'an axis of 3 does not split into 2 equal pieces'],
  ['fx.split(x, [1, 1], { axis: 1 })', 'the pieces are 2 long together, the axis 3'],
  ['fx.repeat(x, [1, 2], { axis: 1 })', '2 counts are given, and the axis is not as long'],
  ["fx.takeAlongAxis(x, fx.zeros([2, 4, 1], 'i32'))", 'the shapes do not meet on the other axes'],
  ["fx.gather(x, fx.zeros([4], 'i32'))", 'there are 1 axes of indices, and 3 of x'],
  ['fx.topK(x, 6)', 'there are 5 elements on the last axis, not 6'],
  ['fx.concat([x, fx.zeros([2, 4, 5])])', 'the shapes differ'],
  ['fx.conv(x, fx.zeros([8, 4, 3]))', 'images have 3 channels, kernels take 4'],
  ['fx.conv(x, fx.zeros([8, 3, 3, 3]))', 'images have 1 spatial axes, kernels 2'],
  ['fx.convTranspose(x, fx.zeros([8, 4, 3]))', 'images have 3 channels, kernels take 4'],
  ["fx.einsum('bij,bjk->bik', x, fx.zeros([2, 4, 7]))", "the axes 'j' differ"],
  ["fx.einsum('ij->ji', x)", 'a term names more or fewer axes than its operand has'],
  ["fx.einsum('...ij,...jk->...ik', x, fx.zeros([4, 5, 7]))", "what '...' stands for does not broadcast"],
  ["fx.einsum('...j->j', x)", "the result leaves out '...'"],
  ["fx.einsum('bij->bik', x)", "the result has 'k', which no operand has"],
  ['fx.scan((c: typeof x) => [c, []] as const, x, [x, fx.zeros([3])])', 'the numbers of rows differ'],
  ['fx.linalg.det(x)', 'the matrix is not square'],
  ['fx.linalg.solve(fx.zeros([4, 5, 5]), fx.zeros([3, 5, 2]))', 'the batches do not broadcast'],
]

test('errors of shapes say what is wrong', { timeout: 120_000 }, () => {
  const messages = messagesOf(cases.map(([code]) => code))
  expect(messages.map((message, i) => (message.includes(cases[i]![1]) ? cases[i]![1] : message))).toEqual(cases.map(([, says]) => says))
})
