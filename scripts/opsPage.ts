/**
 * Writes docs/ops.md: every public function on tensors and every op of the IR, from the code itself: signatures and
 * docstrings by the TypeScript compiler, rules from the tables. `--check` writes nothing and fails where the page is out of date.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { format, resolveConfig } from 'prettier'
import ts from 'typescript'
import { bounds } from '../src/backends/wgsl/bounds.js'
import { bodyKeysOf, isPointOp, type OpName } from '../src/ir/graph.js'
import { signatures } from '../src/ir/ops/point.js'
import { opDef, opNames } from '../src/ir/ops/table.js'
import { words } from '../src/ir/ops/words.js'
import { root } from './paths.js'

const page = join(root, 'docs/ops.md')

const program = ts.createProgram([join(root, 'src/index.ts')], {
  ...ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config, ts.sys, root)
    .options,
  noEmit: true,
})
const checker = program.getTypeChecker()

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

const docOf = (symbol: ts.Symbol | undefined): string =>
  symbol === undefined ? '' : oneLine(ts.displayPartsToString(symbol.getDocumentationComment(checker)))

const throwsOf = (symbol: ts.Symbol): string[] =>
  symbol.getJsDocTags(checker).flatMap(({ name, text }) => (name === 'throws' ? [oneLine(ts.displayPartsToString(text))] : []))

const fileOf = (symbol: ts.Symbol): string => relative(root, symbol.declarations?.[0]?.getSourceFile().fileName ?? '')

const cell = (text: string): string => text.replaceAll('|', '\\|')

const code = (text: string): string => `\`${text}\``

// The public functions.

interface Public {
  readonly name: string
  readonly symbol: ts.Symbol
  readonly signatures: readonly string[]
}

const resolved = (symbol: ts.Symbol): ts.Symbol => ((symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol))

const typeOf = (symbol: ts.Symbol): ts.Type | undefined => {
  const [declaration] = symbol.declarations ?? []
  return declaration === undefined ? undefined : checker.getTypeOfSymbolAtLocation(symbol, declaration)
}

const flags = ts.TypeFormatFlags.NoTruncation

const signaturesOf = (symbol: ts.Symbol): string[] =>
  (typeOf(symbol)?.getCallSignatures() ?? []).map((signature) => checker.signatureToString(signature, undefined, flags))

const exportsOf = (symbol: ts.Symbol, prefix: string): Public[] =>
  checker.getExportsOfModule(symbol).flatMap((exported): Public[] => {
    const target = resolved(exported)
    if ((target.flags & ts.SymbolFlags.ValueModule) !== 0) return exportsOf(target, `${prefix}${exported.name}.`)
    // Classes are types to a user: functions begin with a small letter.
    if (!/^[a-z]/.test(exported.name) || (target.flags & ts.SymbolFlags.Value) === 0 || !/^src\/(ops|transforms)\//.test(fileOf(target)))
      return []
    return [{ name: prefix + exported.name, symbol: target, signatures: signaturesOf(target) }]
  })

const publics = (): Public[] => {
  const source = program.getSourceFile(join(root, 'src/index.ts'))
  const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  return symbol === undefined ? [] : exportsOf(symbol, '')
}

/** Core ops named in the definition of a function: by `apply('op'`, `unary('op'` and the like. */
const coreOps = ({ symbol }: Public): OpName[] => {
  const text = symbol.declarations?.map((declaration) => declaration.getText()).join('\n') ?? ''
  const named = [...text.matchAll(/\b(?:apply|point|unary|binary|compare|reduced)\(\s*'(\w+)'/g)].map(([, name = '']) => name)
  return [...new Set(named)].filter((name): name is OpName => opNames.includes(name as OpName))
}

const linkTo = (op: string): string => `[${code(op)}](#${op.toLowerCase()}-op)`

const showPublic = (one: Public): string => {
  const doc = docOf(one.symbol)
  const core = coreOps(one)
  const throwing = throwsOf(one.symbol)
  return [
    `#### ${code(one.name)}`,
    one.signatures.length === 0
      ? ''
      : `\`\`\`ts\n${one.signatures
          .slice(0, 4)
          .map((text) => `${one.name}${text}`)
          .join('\n')}\n\`\`\``,
    doc === '' && core.length === 1 ? opDoc(core[0] as OpName) : doc,
    [
      ...(core.length === 0
        ? []
        : [`Core ops: ${core.map(linkTo).join(', ')}.${core.length === 1 ? ` Error: ${boundText(core[0] as OpName)}.` : ''}`]),
      ...throwing.map((text) => `Throws ${text}.`),
    ].join(' '),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

// The ops of the IR.

/** The declarations at the top of the files of a folder, by name. */
const declared = (folder: string): ReadonlyMap<string, ts.VariableDeclaration> =>
  new Map(
    program
      .getSourceFiles()
      .filter(({ fileName }) => relative(root, fileName).startsWith(folder))
      .flatMap(({ statements }) => statements.flatMap((s) => (ts.isVariableStatement(s) ? s.declarationList.declarations : [])))
      .map((declaration) => [declaration.name.getText(), declaration] as const),
  )

const documentationOf = (declaration: ts.VariableDeclaration | undefined): string =>
  declaration === undefined ? '' : docOf(checker.getSymbolAtLocation(declaration.name))

/** The rows of a folder's tables: the initializer of every property named after an op. */
const rowsOf = (folder: string): ReadonlyMap<string, ts.Expression> => {
  const found = new Map<string, ts.Expression>()
  for (const { initializer } of declared(folder).values()) {
    if (initializer === undefined || !ts.isObjectLiteralExpression(initializer)) continue
    for (const property of initializer.properties)
      if (ts.isPropertyAssignment(property)) found.set(property.name.getText(), property.initializer)
  }
  return found
}

const records = declared('src/ir/ops/')
const attrs = new Map(
  [...(program.getSourceFile(join(root, 'src/ir/graph.ts'))?.statements ?? [])]
    .filter(ts.isInterfaceDeclaration)
    .filter(({ name }) => name.text === 'AttrsOf')
    .flatMap(({ members }) => members.filter(ts.isPropertySignature))
    .map((member) => [member.name.getText(), member] as const),
)

const opDoc = (op: OpName): string => {
  const member = attrs.get(op)
  return documentationOf(records.get(op)) || docOf(member === undefined ? undefined : checker.getSymbolAtLocation(member.name))
}

const attrsText = (op: OpName): string => {
  const type = oneLine(attrs.get(op)?.type?.getText() ?? 'NoAttrs')
  return type === 'NoAttrs' ? 'none' : code(type.replaceAll('readonly ', ''))
}

/** Longer rules are told by their docstrings, or by where they are. */
const longestRule = 200

/** A row of a table: its text where that is short, what is said of the function it names, or where to look. */
const ruleText = (
  rows: ReadonlyMap<string, ts.Expression>,
  declarations: ReadonlyMap<string, ts.VariableDeclaration>,
  op: OpName,
): string => {
  const row = rows.get(op)
  if (row === undefined) return ''
  const text = oneLine(row.getText())
  if (text === 'none') return 'none'
  const doc = documentationOf(declarations.get(/^\w+/.exec(text)?.[0] ?? ''))
  const where = `a rule of its own in ${code(relative(root, row.getSourceFile().fileName))}`
  if (/^\w+(\('\w+'\))?$/.test(text)) return doc === '' ? where : doc
  return text.length <= longestRule ? code(text) : where
}

const [derivativeRows, derivativeNames] = [rowsOf('src/passes/derivative/'), declared('src/passes/derivative/')]
const [batchRows, batchNames] = [rowsOf('src/passes/batching/'), declared('src/passes/batching/')]

const derivativeText = (op: OpName): string =>
  bodyKeysOf(op).length > 0 || op === 'item'
    ? 'by its graphs, again as graphs: `src/passes/derivative/nest.ts`'
    : ruleText(derivativeRows, derivativeNames, op)

const batchText = (op: OpName): string => {
  if (bodyKeysOf(op).length > 0 || op === 'item') return 'its graphs are batched in turn: `src/passes/batching/nest.ts`'
  return isPointOp(op) ? 'elementwise: what is one for all is repeated' : ruleText(batchRows, batchNames, op)
}

const sums: ReadonlySet<string> = new Set(['reduceSum', 'matmul', 'conv', 'fold'])

const boundText = (op: OpName): string => {
  if (sums.has(op)) return 'n · 2⁻²⁴ of the sum of the absolute values of its n terms; on JS, f64'
  const bound = op in bounds ? bounds[op as keyof typeof bounds] : undefined
  if (bound === undefined || bound.ulp === 0) return 'exact'
  if (bound.ulp === 0.5) return 'correctly rounded'
  return `${String(bound.ulp)} ulp on WebGPU and WebAssembly${bound.abs === undefined ? '' : `, or ${String(bound.abs)}`}; on JS, the engine's own`
}

const takesText = {
  float: 'f32, f16',
  numeric: 'f32, f16, i32, u32',
  integer: 'i32, u32',
  bool: 'bool',
  bits: 'i32, u32, bool',
  any: 'any',
} as const

const typeWords = (op: OpName): { readonly shapes: string; readonly dtypes: string } => {
  if (!isPointOp(op)) return words[op]
  const { takes, gives, arity } = signatures[op]
  const shapes = arity === 1 ? 'x → x' : `${['x', 'y', 'z'].slice(0, arity).join(', ')}, all of one shape → that shape`
  return { shapes, dtypes: `${op === 'select' ? 'a bool, then ' : ''}${takesText[takes]}${gives === 'bool' ? ' → bool' : ''}` }
}

const kinds = { source: 'a buffer', view: 'a view', point: 'elementwise', reduce: 'a reduction', graph: 'carries graphs' } as const

const showOp = (op: OpName): string => {
  const { arity, lower } = opDef(op)
  const { shapes, dtypes } = typeWords(op)
  const rows: readonly (readonly [string, string])[] = [
    ['arguments', `${arity < 0 ? '1 or more' : String(arity)}; ${kinds[lower.kind]}`],
    ['attributes', attrsText(op)],
    ['shapes', shapes],
    ['dtypes', dtypes],
    ['derivative', derivativeText(op)],
    ['`vmap`', batchText(op)],
    ['error', boundText(op)],
  ]
  return [
    `<a id="${op.toLowerCase()}-op"></a>`,
    `#### ${code(op)}`,
    opDoc(op),
    ['|     |     |', '| --- | --- |', ...rows.map(([name, text]) => `| ${name} | ${cell(text)} |`)].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const intro = `# Ops

Made from the code by \`npm run docs\`. First the functions that you call, by the file that has them; then the ops of the IR, which
they are made of and which \`print\` shows.

- **Shapes.** Public functions broadcast as NumPy does; ops of the IR do not ([ADR 2](adr/0002-core-ops-do-not-broadcast.md)).
- **Backends.** Every op runs on the reference, JS, WebAssembly and WebGPU; f16 on JS, and on GPUs that have it.
- **Places out of range.** Reads are clamped: indices of \`take\`, \`takeAlongAxis\` and \`gather\` into the axis, starts of \`dynamicSlice\` so that
  the box lies inside, those of \`dynamicUpdateSlice\`, too. Writes of \`scatterAdd\` and \`scatterSet\` are dropped, and \`oneHot\` gives zeros.
  Negative indices are out of range; none counts from the end. It is the same on every backend, in derivatives and in batches.
- **Derivatives.** A public function has the derivatives of the ops it is made of. In the rules, \`g\` is the cotangent of the
  result; a rule gives one for each argument. "none" is a derivative of zero.
- **Errors.** In units in the last place of an f32 (ulp), as \`src/backends/wgsl/bounds.ts\` states and the laws check.`

const render = async (): Promise<string> => {
  const all = publics()
  const files = [...new Set(all.map(({ symbol }) => fileOf(symbol)))].sort()
  const sections = files.map((file) =>
    [`### ${code(file)}`, ...all.filter(({ symbol }) => fileOf(symbol) === file).map(showPublic)].join('\n\n'),
  )
  const text = [intro, '## Functions', ...sections, '## Ops of the IR', ...opNames.map(showOp)].join('\n\n')
  return format(text, { ...(await resolveConfig(page)), parser: 'markdown' })
}

const after = await render()
if (process.argv.includes('--check')) {
  if (!existsSync(page) || readFileSync(page, 'utf8') !== after) {
    process.stderr.write('docs/ops.md is out of date: run `npm run docs`\n')
    process.exitCode = 1
  }
} else writeFileSync(page, after)
