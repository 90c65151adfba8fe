/** The rules of the Kernel IR, checked: what backends may rely on. */
import { VerifyError } from '../../error.js'
import { roundTo } from '../dtype.js'
import type { GridAxis, Kernel, KernelBuffer, Scalar, Stmt } from './kernel.js'
import { sharedFault } from './shared.js'
import { signatureFault } from './signature.js'
import { allStatements, bodyOf, distinct, keyer, partsOf, postOrder, rootsOf } from './walk.js'

/** A block of statements being checked: what was declared in it, and the expressions found good there. */
interface Block {
  readonly names: Map<string, string>
  readonly good: Set<Scalar>
}

interface Checker {
  readonly kernel: Kernel
  /** Innermost last. An expression that is good in an open block stays good: names are only added. */
  readonly blocks: Block[]
  /** Every let and register so far, and every axis with its extent. */
  readonly ids: Set<string>
  /** Buffers stored to so far in the order of the text: by this point, where a team shares out points. */
  readonly stored: Set<number>
  /** Own arrays that were loaded from: nothing is stored to them any more. */
  readonly filled: Set<number>
  /** The buffers that an expression loads from. */
  readonly loads: Map<Scalar, ReadonlySet<number>>
  readonly lets: Map<number, Scalar>
  /** An index as text. */
  readonly key: (at: Scalar) => string
  /** Elements of buffers for `reread` that were stored to. */
  readonly places: Set<string>
}

const places = (): Pick<Checker, 'lets' | 'key' | 'places'> => {
  const lets = new Map<number, Scalar>()
  return { lets, key: keyer(lets), places: new Set() }
}

/**
 * Checks a kernel: every ref, register and axis in scope where it is used, dtypes consistent, buffers in range and used as
 * their access says, indices i32, ids unique, extents whole numbers, and at every grid point all loads of a buffer before its
 * stores (but for those `reread`): of an `each` in a kernel of teams, which has nothing outside of these but loops.
 * @throws VerifyError with the kernel and the path to the statement
 */
export const verifyKernel = (kernel: Kernel): void => {
  const checker: Checker = {
    kernel,
    blocks: [newBlock()],
    ids: new Set(),
    stored: new Set(),
    filled: new Set(),
    loads: new Map(),
    ...places(),
  }
  if (!/^[A-Za-z_]\w*$/.test(kernel.name)) fail(checker, 'name', 'the name is no identifier')
  kernel.arrays?.forEach(({ size }, i) => isExtent(size) || fail(checker, `arrays.${String(i)}`, `${String(size)} is no size`))
  kernel.buffers.forEach(({ size }, i) => isExtent(size) || fail(checker, `buffers.${String(i)}`, `${String(size)} is no size`))
  checkGrid(checker, 'grid', kernel.grid)
  if (kernel.workgroup !== undefined && (kernel.workgroup === 0 || !isExtent(kernel.workgroup)))
    fail(checker, 'workgroup', `${String(kernel.workgroup)} is no number of points`)
  const fault = sharedFault(kernel)
  if (fault !== undefined) fail(checker, 'arrays', fault)
  if (kernel.team === undefined) return checkBody(checker, 'body', kernel.body)
  if (kernel.team === 0 || !isExtent(kernel.team)) fail(checker, 'team', `${String(kernel.team)} is no number of members`)
  checkTeam(checker, 'body', kernel.body)
}

/** What a team goes through together: loops, and points shared out. Between two `each`s all stores are seen, so each begins anew. */
const checkTeam = (checker: Checker, path: string, body: readonly Stmt[]): void =>
  body.forEach((stmt, i) => {
    const at = `${path}.${String(i)}`
    inBlock(checker, () => {
      if (stmt.k === 'for') {
        declareAxis(checker, at, stmt.axis, stmt.extent)
        checkTeam(checker, `${at}.body`, stmt.body)
      } else if (stmt.k === 'while') {
        checkScalar(checker, `${at}.cond`, stmt.cond, 'bool')
        checkTeam(checker, `${at}.body`, stmt.body)
      } else if (stmt.k === 'each') {
        checkGrid(checker, `${at}.grid`, stmt.grid)
        checkBody(checker, `${at}.body`, stmt.body)
      } else fail(checker, at, `a team does not share out ${stmt.k}`)
    })
    checker.stored.clear()
  })

const checkGrid = (checker: Checker, path: string, grid: readonly GridAxis[]): void =>
  grid.forEach(({ axis, extent }, i) => declareAxis(checker, `${path}.${String(i)}`, axis, extent))

const newBlock = (): Block => ({ names: new Map(), good: new Set() })

const fail = ({ kernel }: Checker, path: string, problem: string): never => {
  throw new VerifyError({
    op: 'verifyKernel',
    problem,
    facts: [`in kernel ${kernel.name}`, `at ${path}`],
    help: 'the kernel was made or changed by something that does not keep the rules of the Kernel IR',
  })
}

const isExtent = (n: number): boolean => Number.isInteger(n) && n >= 0

/** Brings a name into the innermost block. Lets and registers are unique in the kernel, axes where they are visible. */
const declare = (checker: Checker, path: string, name: string, dtype: string): void => {
  const isTaken = name.startsWith('axis') ? lookup(checker, name) !== undefined : checker.ids.has(name)
  if (isTaken) fail(checker, path, `${name} is declared twice`)
  checker.ids.add(name)
  checker.blocks.at(-1)?.names.set(name, dtype)
}

const lookup = ({ blocks }: Checker, name: string): string | undefined => blocks.findLast(({ names }) => names.has(name))?.names.get(name)

const declareAxis = (checker: Checker, path: string, axis: number, extent: number): void => {
  if (!isExtent(axis) || !isExtent(extent)) fail(checker, path, `axis ${String(axis)} < ${String(extent)}: both are whole numbers from 0`)
  declare(checker, path, `axis ${String(axis)}`, 'i32')
}

const checkBody = (checker: Checker, path: string, body: readonly Stmt[]): void =>
  body.forEach((stmt, i) => checkStmt(checker, `${path}.${String(i)}`, stmt))

const checkStmt = (checker: Checker, path: string, stmt: Stmt): void => {
  switch (stmt.k) {
    case 'let':
      checkScalar(checker, `${path}.value`, stmt.value)
      checker.lets.set(stmt.id, stmt.value)
      return declare(checker, path, `ref ${String(stmt.id)}`, stmt.value.dtype)
    case 'register':
      checkScalar(checker, `${path}.init`, stmt.init, stmt.dtype)
      return declare(checker, path, `reg ${String(stmt.id)}`, stmt.dtype)
    case 'set': {
      const dtype = lookup(checker, `reg ${String(stmt.id)}`) ?? fail(checker, path, `reg ${String(stmt.id)} is not declared here`)
      return checkScalar(checker, `${path}.value`, stmt.value, dtype)
    }
    case 'for':
      return checkLoop(checker, path, stmt)
    case 'if':
      checkScalar(checker, `${path}.cond`, stmt.cond, 'bool')
      return inBlock(checker, () => checkBody(checker, `${path}.body`, stmt.body))
    case 'store':
      return checkStore(checker, path, stmt)
    case 'while':
    case 'each':
      return fail(checker, path, `only a team runs ${stmt.k}`)
  }
}

const inBlock = (checker: Checker, check: () => void): void => {
  checker.blocks.push(newBlock())
  check()
  checker.blocks.pop()
}

/** A body is checked twice where it stores: what it loads at the second round comes after what it stored at the first. */
const checkLoop = (checker: Checker, path: string, { axis, extent, body, apart }: Extract<Stmt, { k: 'for' }>): void => {
  inBlock(checker, () => {
    declareAxis(checker, path, axis, extent)
    const before = checker.stored.size
    checkBody(checker, `${path}.body`, body)
    if (apart === true) checkApart(checker, path, axis, body)
    else if (extent > 1 && checker.stored.size > before) checkLoadsIn(checker, `${path}.body`, body)
  })
}

/** Rounds that are apart store where the axis says, and load of what they store to only what they store themselves. */
const checkApart = (checker: Checker, path: string, axis: number, body: readonly Stmt[]): void => {
  const stmts = allStatements(body)
  const stores = stmts.flatMap((stmt) => (stmt.k === 'store' && stmt.buffer >= 0 ? [stmt] : []))
  const isOfRound = (x: Scalar): boolean =>
    postOrder(x).some((part) => {
      const named = part.k === 'ref' ? checker.lets.get(part.id) : undefined
      return (part.k === 'axis' && part.axis === axis) || (named !== undefined && isOfRound(named))
    })
  if (!stores.every(({ at }) => isOfRound(at))) fail(checker, path, 'rounds that are apart store to one place')
  const buffers = new Set(stores.map(({ buffer }) => buffer))
  const own = new Set(stores.map(({ buffer, at }) => placeOf(checker, buffer, at)))
  for (const x of distinct(stmts.flatMap(rootsOf))) {
    if (x.k === 'load' && buffers.has(x.buffer) && !own.has(placeOf(checker, x.buffer, x.at)))
      fail(checker, path, `a round loads of buffer ${String(x.buffer)} what it does not store, though rounds are apart`)
  }
}

const checkStore = (checker: Checker, path: string, { buffer, at, value }: Extract<Stmt, { k: 'store' }>): void => {
  const { dtype, access, reread } = bufferOf(checker, path, buffer)
  if (access === 'read') fail(checker, path, `buffer ${String(buffer)} may only be read`)
  checkScalar(checker, `${path}.at`, at, 'i32')
  checkScalar(checker, `${path}.value`, value, dtype)
  if (reread === true) checker.places.add(placeOf(checker, buffer, at))
  else if (buffer >= 0) checker.stored.add(buffer)
  else if (checker.filled.has(buffer) && checker.kernel.arrays?.[-1 - buffer]?.changes !== true)
    fail(checker, path, `array ${String(-1 - buffer)} is stored to after it was loaded`)
}

/** An element that a point stores to or loads. */
const placeOf = ({ key }: Checker, buffer: number, at: Scalar): string => `${String(buffer)}: ${key(at)}`

const bufferOf = (checker: Checker, path: string, buffer: number): KernelBuffer => {
  const { buffers, arrays = [] } = checker.kernel
  const own = arrays[-1 - buffer]
  if (own !== undefined) return { ...own, access: 'readwrite' }
  return buffers[buffer] ?? fail(checker, path, `there is no buffer ${String(buffer)}`)
}

/** Loads of all expressions of a body again, now that it has stored. */
const checkLoadsIn = (checker: Checker, path: string, body: readonly Stmt[]): void =>
  body.forEach((stmt, i) => {
    const at = `${path}.${String(i)}`
    rootsOf(stmt).forEach((x) => checkLoads(checker, at, x))
    checkLoadsIn(checker, `${at}.body`, bodyOf(stmt))
  })

const checkLoads = (checker: Checker, path: string, x: Scalar): void => {
  const late = [...(checker.loads.get(x) ?? [])].find((buffer) => checker.stored.has(buffer))
  if (late !== undefined) fail(checker, path, `buffer ${String(late)} is loaded after it was stored to`)
}

const checkScalar = (checker: Checker, path: string, root: Scalar, dtype: string = root.dtype): void => {
  const { blocks, loads } = checker
  for (const x of postOrder(root, (part) => blocks.some(({ good }) => good.has(part)))) {
    const problem = scalarFault(checker, path, x)
    if (problem !== undefined) fail(checker, path, problem)
    blocks.at(-1)?.good.add(x)
    if (!loads.has(x))
      loads.set(
        x,
        loadsOf(
          x,
          partsOf(x).map((part) => loads.get(part) ?? noBuffers),
        ),
      )
  }
  if (root.dtype !== dtype) fail(checker, path, `${root.dtype} where ${dtype} is due`)
  checkLoads(checker, path, root)
}

const noBuffers: ReadonlySet<number> = new Set<number>()

/** Shares the sets of the parts where it can: most expressions load nothing, or what one part loads. */
const loadsOf = (x: Scalar, parts: readonly ReadonlySet<number>[]): ReadonlySet<number> => {
  const largest = parts.reduce((best, part) => (part.size > best.size ? part : best), noBuffers)
  const extra = parts.flatMap((part) => [...part]).concat(x.k === 'load' ? [x.buffer] : [])
  return extra.every((buffer) => largest.has(buffer)) ? largest : new Set(extra)
}

const scalarFault = (checker: Checker, path: string, x: Scalar): string | undefined => {
  switch (x.k) {
    case 'lit':
      return Object.is(roundTo[x.dtype](x.value), x.value) ? undefined : `${String(x.value)} is no value of ${x.dtype}`
    case 'axis':
      return nameFault(checker, `axis ${String(x.axis)}`, x.dtype)
    case 'ref':
    case 'reg':
      return nameFault(checker, `${x.k} ${String(x.id)}`, x.dtype)
    case 'load': {
      const { dtype, access, reread } = bufferOf(checker, path, x.buffer)
      if (x.buffer < 0) checker.filled.add(x.buffer)
      if (reread === true) {
        if (!checker.places.has(placeOf(checker, x.buffer, x.at))) return `buffer ${String(x.buffer)} is loaded where it was not stored to`
      } else if (access === 'write') return `buffer ${String(x.buffer)} may only be written`
      if (x.at.dtype !== 'i32') return `an index is i32, not ${x.at.dtype}`
      return x.dtype === dtype ? undefined : `buffer ${String(x.buffer)} holds ${dtype}, not ${x.dtype}`
    }
    case 'op':
      return signatureFault(x.op, x.args, x.dtype)
  }
}

const nameFault = (checker: Checker, name: string, dtype: string): string | undefined => {
  const declared = lookup(checker, name)
  if (declared === undefined) return `${name} is not declared here`
  return declared === dtype ? undefined : `${name} is ${declared}, not ${dtype}`
}
