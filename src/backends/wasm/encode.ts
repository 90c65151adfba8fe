/** Modules as bytes: the binary format of WebAssembly, as far as this backend needs it. */
import type { Code, Func, Import, Module, ValueType } from './code.js'
import { opcodes, type Opcode } from './opcodes.js'

const valueTypes: { readonly [T in ValueType]: number } = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }

/** Bytes that grow. */
interface Writer {
  bytes: Uint8Array<ArrayBuffer>
  length: number
}

const writer = (): Writer => ({ bytes: new Uint8Array(65_536), length: 0 })

/** Makes room for so many more bytes. */
const reserve = (w: Writer, count: number): void => {
  if (w.length + count <= w.bytes.length) return
  const larger = new Uint8Array(2 * w.bytes.length + count)
  larger.set(w.bytes)
  w.bytes = larger
}

/** A byte for which there is room: `reserve` made it. */
const byte = (w: Writer, value: number): void => {
  w.bytes[w.length++] = value
}

const put = (w: Writer, value: number): void => {
  reserve(w, 1)
  byte(w, value)
}

const unsigned = (w: Writer, value: number): void => {
  reserve(w, 5)
  let rest = value >>> 0
  for (; rest >= 128; rest >>>= 7) byte(w, (rest & 127) | 128)
  byte(w, rest)
}

const signed = (w: Writer, value: number): void => {
  let rest = value | 0
  for (; rest < -64 || rest > 63; rest >>= 7) byte(w, (rest & 127) | 128)
  byte(w, rest & 127)
}

/** Writes something with its length, which is known when all of it is there, before it. */
const sized = (w: Writer, fill: () => void): void => {
  const start = w.length
  fill()
  const [end, length] = [w.length, w.length - start]
  unsigned(w, length)
  const taken = w.length - end
  w.bytes.copyWithin(start + taken, start, end)
  w.length = start
  unsigned(w, length)
  w.length = end + taken
}

const scratch = new DataView(new ArrayBuffer(8))

const float32 = (w: Writer, value: number): void => {
  scratch.setFloat32(0, value, true)
  if (value !== value) scratch.setUint32(0, 0x7fc00000, true)
  for (let i = 0; i < 4; i++) byte(w, scratch.getUint8(i))
}

const float64 = (w: Writer, value: number): void => {
  scratch.setFloat64(0, value, true)
  for (let i = 0; i < 8; i++) byte(w, scratch.getUint8(i))
}

const text = (w: Writer, value: string): void => {
  unsigned(w, value.length)
  reserve(w, value.length)
  for (let i = 0; i < value.length; i++) byte(w, value.charCodeAt(i))
}

/** What follows an opcode. A memory access carries its alignment, then its offset. */
const immediate = (w: Writer, { immediate: kind, width }: Opcode, imm: readonly number[]): void => {
  const first = imm[0] ?? 0
  switch (kind) {
    case 'none':
      return
    case 'index':
    case 'lane':
      return unsigned(w, first)
    case 'memory':
    case 'memoryLane':
      unsigned(w, width)
      unsigned(w, first)
      return kind === 'memoryLane' ? byte(w, imm[1] ?? 0) : undefined
    case 'i32':
    case 'i64':
      return signed(w, first)
    case 'f32':
      return float32(w, first)
    case 'f64':
      return float64(w, first)
    case 'lanes16':
      for (const lane of imm) byte(w, lane)
      return
    case 'v128':
      // Four words.
      for (const word of imm) for (let i = 0; i < 4; i++) byte(w, (word >>> (8 * i)) & 255)
  }
}

const end = 0x0b

/** More than an instruction takes: its opcode, and 16 lanes or a vector. */
const mostBytes = 32

const encodeCode = (w: Writer, code: Code): void => {
  if (code.k === 'op') {
    const { args, imm } = code
    for (let i = 0; i < args.length; i++) encodeCode(w, args[i] as Code)
    const opcode = opcodes.get(code.op) as Opcode
    const { bytes } = opcode
    reserve(w, mostBytes)
    for (let i = 0; i < bytes.length; i++) byte(w, bytes[i] as number)
    if (opcode.immediate !== 'none') immediate(w, opcode, imm)
    return
  }
  if (code.k === 'if') {
    encodeCode(w, code.cond)
    put(w, 0x04)
    put(w, code.type === undefined ? 0x40 : valueTypes[code.type])
    for (const inner of code.body) encodeCode(w, inner)
    if (code.otherwise.length > 0) put(w, 0x05)
    for (const inner of code.otherwise) encodeCode(w, inner)
    return put(w, end)
  }
  put(w, code.k === 'loop' ? 0x03 : 0x02)
  put(w, 0x40)
  for (const inner of code.body) encodeCode(w, inner)
  put(w, end)
}

const encodeBody = (w: Writer, { locals, body }: Func): void => {
  // Neighbours of one type are declared together.
  const runs: { type: ValueType; count: number }[] = []
  for (const type of locals) {
    const last = runs.at(-1)
    if (last?.type === type) last.count++
    else runs.push({ type, count: 1 })
  }
  unsigned(w, runs.length)
  for (const { type, count } of runs) {
    unsigned(w, count)
    put(w, valueTypes[type])
  }
  for (const code of body) encodeCode(w, code)
  put(w, end)
}

const section = (w: Writer, id: number, count: number, fill: () => void): void => {
  put(w, id)
  sized(w, () => {
    unsigned(w, count)
    fill()
  })
}

type Signature = Pick<Import, 'params' | 'results'>

const signatureKey = ({ params, results }: Signature): string => `${params.join()}>${results.join()}`

const typeSection = (w: Writer, types: readonly Signature[]): void =>
  section(w, 1, types.length, () => {
    for (const { params, results } of types) {
      put(w, 0x60)
      for (const list of [params, results]) {
        unsigned(w, list.length)
        for (const type of list) put(w, valueTypes[type])
      }
    }
  })

const importSection = (w: Writer, { imports, memory }: Module, typeOf: (f: Signature) => number): void =>
  section(w, 2, imports.length + 1, () => {
    text(w, 'host')
    text(w, 'memory')
    put(w, 0x02)
    put(w, memory.shared ? 0x03 : 0x01)
    unsigned(w, memory.minPages)
    unsigned(w, memory.maxPages)
    for (const f of imports) {
      text(w, 'host')
      text(w, f.name)
      put(w, 0x00)
      unsigned(w, typeOf(f))
    }
  })

const exportSection = (w: Writer, { exports, funcs, imports }: Module): void =>
  section(w, 7, exports.length, () => {
    for (const name of exports) {
      text(w, name)
      put(w, 0x00)
      unsigned(w, imports.length + funcs.findIndex((f) => f.name === name))
    }
  })

/** The bytes of a module. Calls name functions by index: imports first, then `funcs`. */
export const encodeModule = (module: Module): Uint8Array<ArrayBuffer> => {
  const { funcs, imports } = module
  const types = [...new Map([...imports, ...funcs].map((f) => [signatureKey(f), f])).values()]
  const keys = types.map(signatureKey)
  const typeOf = (f: Signature): number => keys.indexOf(signatureKey(f))
  const w = writer()
  for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) put(w, b)
  typeSection(w, types)
  importSection(w, module, typeOf)
  section(w, 3, funcs.length, () => {
    for (const f of funcs) unsigned(w, typeOf(f))
  })
  exportSection(w, module)
  section(w, 10, funcs.length, () => {
    for (const f of funcs) sized(w, () => encodeBody(w, f))
  })
  return w.bytes.slice(0, w.length)
}
