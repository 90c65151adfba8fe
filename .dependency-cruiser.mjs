// Imports go one way: ir <- ops <- passes <- compile, ir/kernel <- backends <- compile. Each rule says what a folder may see.

/** A folder that may import itself and what is listed, and nothing else of `src`, packages or Node. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, ...(name === 'backends-see-kernels-only' ? { pathNot: '^src/backends/reference/' } : {}) },
  to: { pathNot: allowed, path: '^(src|node_modules)/|^(node:)?[a-z_]+$' },
})

const leaf = '^src/(error|site)\\.ts$'
const fp = '^node_modules/(fp-ts|io-ts|@webgpu/types)/'
/** What is made of ops and transformations alone, each with an entry `src/name.ts` of its own. */
const libraries = ['nn', 'optim']

/** Other entries: the rules below say what they may see. */
const others = ['models', 'data', 'interop', 'train', 'node']

const data = '^src/ir/(dtype|half|shape|ndarray|tree|type)\\.ts$'

export default {
  forbidden: [
    only('leaves', leaf, [leaf], 'error and site import nothing else, so that everything may import them'),
    only(
      'kernel-ir-sees-dtype-and-shape',
      '^src/ir/kernel/',
      ['^src/ir/kernel/', '^src/ir/(dtype|shape|number)\\.ts$', fp, leaf],
      'the Kernel IR knows nothing of graphs or ops',
    ),
    only('ir-is-the-bottom', '^src/ir/', ['^src/ir/', fp, leaf], 'the IR depends on fp-ts and io-ts only'),
    only('ops-build-ir', '^src/ops/', ['^src/(ops|ir)/', fp, leaf], 'the functions that a user calls only build IR'),
    only('passes-rewrite-ir', '^src/passes/', ['^src/(passes|ops|ir)/', fp, leaf], 'a pass maps IR to IR and knows no backend'),
    only(
      'transforms-compose-passes',
      '^src/transforms/',
      ['^src/(transforms|passes|ops|ir)/', fp, leaf],
      'grad and its kin are functions from functions to functions, on any backend',
    ),
    only(
      'backends-see-kernels-only',
      '^src/backends/',
      ['^src/backends/', '^src/ir/kernel/', '^node_modules/webgpu/', data, fp, leaf],
      'a backend prints and runs kernels; only the oracle sees ops',
    ),
    only(
      'oracle-sees-graphs',
      '^src/backends/reference/',
      ['^src/backends/(reference/|backend\\.ts$)', '^src/ir/', fp, leaf],
      'the reference evaluator evaluates graphs',
    ),
    only(
      'verify-holds-programs-against-the-oracle',
      '^src/verify/',
      [
        '^src/(verify|ir|passes)/',
        '^src/backends/(reference|wgsl)/',
        '^src/backends/(backend|alone)\\.ts$',
        '^src/(compile|executable|version)\\.ts$',
        fp,
        leaf,
      ],
      'verify knows programs and the reference; devices are values to it',
    ),
    {
      name: 'backends-are-strangers',
      comment: 'one backend never imports another',
      severity: 'error',
      from: { path: '^src/backends/([^/]+)/', pathNot: '^src/backends/webgpu/' },
      to: { path: '^src/backends/[^/]+/', pathNot: '^src/backends/$1/' },
    },
    {
      name: 'webgpu-uses-the-wgsl-printer',
      comment: 'and no other backend',
      severity: 'error',
      from: { path: '^src/backends/webgpu/' },
      to: { path: '^src/backends/[^/]+/', pathNot: '^src/backends/(webgpu|wgsl)/' },
    },
    ...libraries.map((library) =>
      only(
        `${library}-is-built-on-ops`,
        `^src/${library}/`,
        [`^src/(${library}|transforms|ops|ir)/`, fp, leaf],
        'what users could write themselves: ops, transformations and trees, never backends or the compiler',
      ),
    ),
    only(
      'data-reads-files-and-builds-on-ops',
      '^src/data/',
      ['^src/(data|ops|ir)/', '^node_modules/(fast-png|fflate|jpeg-js|pure-rand)/', fp, leaf],
      'readers and batches are host code; augmentation is ops',
    ),
    only(
      'interop-reads-and-writes-files',
      '^src/interop/',
      ['^src/interop/', '^src/data/(decode|gzip)\\.ts$', '^src/ir/', '^node_modules/fflate/', fp, leaf],
      'files of other programs are arrays, or graphs',
    ),
    only(
      'train-runs-programs',
      '^src/train/',
      [
        '^src/(train|ir|ops)/',
        '^src/data/(batches|gzip)\\.ts$',
        '^src/interop/',
        '^src/backends/',
        '^src/verify/',
        '^src/(compile|executable|lazy)\\.ts$',
        fp,
        leaf,
      ],
      'a loop around a compiled step',
    ),
    only(
      'node-is-files-and-terminals',
      '^src/node/',
      ['^src/(node|train)/', '^node_modules/(@types/)?cli-progress/', '^(node:)?(fs|path)'],
      'what only Node has',
    ),
    {
      name: 'models-never-see-backends',
      comment: 'a model is a pure function made of the public ops and transformations',
      severity: 'error',
      from: { path: '^src/models/' },
      to: { path: '^src/(backends|passes|compile\\.ts$)' },
    },
    {
      name: 'no-barrel',
      comment: 'the entries are for users: inside, import the file that has it',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: `^src/(${['index', ...libraries, ...others].join('|')})\\.ts$` },
    },
    {
      name: 'no-node-in-src',
      comment: 'the library runs in a browser, but for the entry that says in its name that it does not',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/node(/|\\.ts$)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'webgpu-is-optional',
      comment: 'the native module is loaded in Node, when a GPU is asked for',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^node_modules/webgpu/', dynamic: false },
    },
    {
      name: 'src-sees-src-only',
      comment: 'the library does not depend on its tests or tools',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|examples|bench)/' },
    },
    {
      name: 'no-cycles',
      comment: 'what is in a cycle cannot be understood one by one',
      severity: 'error',
      from: { path: '^(src|examples|scripts)/' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'an import that is not there; scripts that make data run where what they compare with is installed',
      severity: 'error',
      from: { pathNot: '/make[A-Z][A-Za-z]*\\.mjs$' },
      to: { couldNotResolve: true, pathNot: '^@webgpu/types$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
}
