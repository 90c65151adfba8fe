/** Modules as bytes: the binary format of WebAssembly, as far as this backend needs it. */
import type { Code, Func, Import, Module, ValueType } from './code.js'
import { opcodes, type Opcode } from './opcodes.js'

const valueTypes: { readonly [T in ValueType]: number } = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }

/** Bytes that grow. */
interface Writer {
  bytes: Uint8Array
  length: number
}

const writer = (): Writer => ({ bytes: new Uint8Array(1024), length: 0 })

const byte = (w: Writer, value: number): void => {
  if (w.length === w.bytes.length) {
    const larger = new Uint8Array(w.bytes.length * 2)
    larger.set(w.bytes)
    w.bytes = larger
  }
  w.bytes[w.length++] = value
}

const unsigned = (w: Writer, value: number): void => {
  let rest = value >>> 0
  for (; rest >= 128; rest >>>= 7) byte(w, (rest & 127) | 128)
  byte(w, rest)
}

const signed = (w: Writer, value: number): void => {
  let rest = value | 0
  for (; rest < -64 || rest > 63; rest >>= 7) byte(w, (rest & 127) | 128)
  byte(w, rest & 127)
}

const append = (w: Writer, part: Writer): void => {
  for (let i = 0; i < part.length; i++) byte(w, part.bytes[i] as number)
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
  for (let i = 0; i < value.length; i++) byte(w, value.charCodeAt(i))
}

/** What follows an opcode. A memory access carries its alignment, then its offset. */
const immediate = (w: Writer, { immediate: kind, width }: Opcode, imm: readonly number[]): void => {
  const [first = 0, second = 0] = imm
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
      return kind === 'memoryLane' ? byte(w, second) : undefined
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

const encodeCode = (w: Writer, code: Code): void => {
  if (code.k === 'op') {
    for (const arg of code.args) encodeCode(w, arg)
    const opcode = opcodes.get(code.op) as Opcode
    for (const b of opcode.bytes) byte(w, b)
    return immediate(w, opcode, code.imm)
  }
  if (code.k === 'if') {
    encodeCode(w, code.cond)
    byte(w, 0x04)
    byte(w, code.type === undefined ? 0x40 : valueTypes[code.type])
    for (const inner of code.body) encodeCode(w, inner)
    if (code.otherwise.length > 0) byte(w, 0x05)
    for (const inner of code.otherwise) encodeCode(w, inner)
    return byte(w, end)
  }
  byte(w, code.k === 'loop' ? 0x03 : 0x02)
  byte(w, 0x40)
  for (const inner of code.body) encodeCode(w, inner)
  byte(w, end)
}

const encodeBody = ({ locals, body }: Func): Writer => {
  const w = writer()
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
    byte(w, valueTypes[type])
  }
  for (const code of body) encodeCode(w, code)
  byte(w, end)
  return w
}

const section = (w: Writer, id: number, count: number, fill: (part: Writer) => void): void => {
  const part = writer()
  unsigned(part, count)
  fill(part)
  byte(w, id)
  unsigned(w, part.length)
  append(w, part)
}

type Signature = Pick<Import, 'params' | 'results'>

const signatureKey = ({ params, results }: Signature): string => `${params.join()}>${results.join()}`

const typeSection = (w: Writer, types: readonly Signature[]): void =>
  section(w, 1, types.length, (part) => {
    for (const { params, results } of types) {
      byte(part, 0x60)
      for (const list of [params, results]) {
        unsigned(part, list.length)
        for (const type of list) byte(part, valueTypes[type])
      }
    }
  })

const importSection = (w: Writer, { imports, memory }: Module, typeOf: (f: Signature) => number): void =>
  section(w, 2, imports.length + 1, (part) => {
    text(part, 'host')
    text(part, 'memory')
    byte(part, 0x02)
    byte(part, memory.shared ? 0x03 : 0x01)
    unsigned(part, memory.minPages)
    unsigned(part, memory.maxPages)
    for (const f of imports) {
      text(part, 'host')
      text(part, f.name)
      byte(part, 0x00)
      unsigned(part, typeOf(f))
    }
  })

const exportSection = (w: Writer, { exports, funcs, imports }: Module): void =>
  section(w, 7, exports.length, (part) => {
    for (const name of exports) {
      text(part, name)
      byte(part, 0x00)
      unsigned(part, imports.length + funcs.findIndex((f) => f.name === name))
    }
  })

/** The bytes of a module. Calls name functions by index: imports first, then `funcs`. */
export const encodeModule = (module: Module): Uint8Array<ArrayBuffer> => {
  const { funcs, imports } = module
  const types = [...new Map([...imports, ...funcs].map((f) => [signatureKey(f), f])).values()]
  const keys = types.map(signatureKey)
  const typeOf = (f: Signature): number => keys.indexOf(signatureKey(f))
  const w = writer()
  for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) byte(w, b)
  typeSection(w, types)
  importSection(w, module, typeOf)
  section(w, 3, funcs.length, (part) => {
    for (const f of funcs) unsigned(part, typeOf(f))
  })
  exportSection(w, module)
  section(w, 10, funcs.length, (part) => {
    for (const f of funcs) {
      const body = encodeBody(f)
      unsigned(part, body.length)
      append(part, body)
    }
  })
  return w.bytes.slice(0, w.length)
}
