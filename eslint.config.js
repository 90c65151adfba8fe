// Types are checked strictly everywhere; sizes and purity in `src`. A rule that is off says why.

import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist', 'out', 'coverage', '.cache', 'node_modules', '**/*.js', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      // An index in bounds by construction is asserted as `xs[i] as T`, which says the type; `xs[i]!` stays forbidden.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Rules and devices are records of functions that use no `this`, so they may be taken off them.
      '@typescript-eslint/unbound-method': 'off',
      // `x !== x` is the test for NaN, and the one that costs nothing in a kernel.
      'no-self-compare': 'off',
      // A loop over indices often needs the index; where it does not, `for … of` reads better and people see it.
      '@typescript-eslint/prefer-for-of': 'off',
      // Effects at the end of an arrow (`xs.forEach((x, i) => (out[i] = x))`) are the house style for one-line loops.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // `(d: DType) => Float32Array` and the like are tables, written as `Record` or as an index signature by need.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // A generic used once still ties an argument's literal shape to the result.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // `Record<never, never>` is what an op without attributes carries.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // Some functions are asynchronous by their interface and not by what they do.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 40, skipComments: true, skipBlankLines: true }],
      'max-depth': ['error', 4],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals: it is plain data.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
    },
  },
  { files: ['scripts/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Tests hand over values of every kind on purpose.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
    },
  },
)
