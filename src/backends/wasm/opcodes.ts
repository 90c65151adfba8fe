/** The instructions that the backend uses, by their names in the text format, with their bytes and what follows these. */

/** What an instruction carries in the code: nothing, indices, a lane, an offset into memory, or a constant. */
export type Immediate = 'none' | 'index' | 'lane' | 'memory' | 'memoryLane' | 'lanes16' | 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

export interface Opcode {
  readonly bytes: readonly number[]
  readonly immediate: Immediate
  /** Of a memory access: log2 of its bytes. The code promises no alignment, but WebAssembly wants a number. */
  readonly width: number
}

const leb = (value: number): number[] => {
  const out: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...out, rest]
    out.push((rest & 127) | 128)
  }
}

const plain = (names: string, first: number): [string, Opcode][] =>
  names.split(' ').map((name, i) => [name, { bytes: [first + i], immediate: 'none', width: 0 }])

const simd = (name: string, code: number, immediate: Immediate = 'none', width = 0): [string, Opcode] => [
  name,
  { bytes: [0xfd, ...leb(code)], immediate, width },
]

const simds = (prefix: string, names: string, first: number): [string, Opcode][] =>
  names
    .split(' ')
    .map((name, i) => [name, first + i] as const)
    .filter(([name]) => name !== '_')
    .map(([name, code]) => simd(`${prefix}.${name}`, code))

const one = (name: string, byte: number, immediate: Immediate, width = 0): [string, Opcode] => [name, { bytes: [byte], immediate, width }]

const atomic = (name: string, code: number): [string, Opcode] => [name, { bytes: [0xfe, code], immediate: 'memory', width: 2 }]

/** Every instruction by name. */
export const opcodes: ReadonlyMap<string, Opcode> = new Map<string, Opcode>([
  ['unreachable', { bytes: [0x00], immediate: 'none', width: 0 }],
  ['return', { bytes: [0x0f], immediate: 'none', width: 0 }],
  one('br', 0x0c, 'index'),
  one('br_if', 0x0d, 'index'),
  one('call', 0x10, 'index'),
  ...plain('drop select', 0x1a),
  one('local.get', 0x20, 'index'),
  one('local.set', 0x21, 'index'),
  one('local.tee', 0x22, 'index'),
  one('i32.load', 0x28, 'memory', 2),
  one('f32.load', 0x2a, 'memory', 2),
  one('i32.store', 0x36, 'memory', 2),
  one('f32.store', 0x38, 'memory', 2),
  one('i32.const', 0x41, 'i32'),
  one('i64.const', 0x42, 'i64'),
  one('f32.const', 0x43, 'f32'),
  one('f64.const', 0x44, 'f64'),
  ...plain('i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u', 0x45),
  ...plain('f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge', 0x5b),
  ...plain(
    'i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u',
    0x67,
  ),
  ...plain(
    'f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign',
    0x8b,
  ),
  one('f32.convert_i32_s', 0xb2, 'none'),
  one('f32.convert_i32_u', 0xb3, 'none'),
  one('f32.demote_f64', 0xb6, 'none'),
  one('f64.promote_f32', 0xbb, 'none'),
  one('i32.reinterpret_f32', 0xbc, 'none'),
  one('f32.reinterpret_i32', 0xbe, 'none'),
  ['i32.trunc_sat_f32_s', { bytes: [0xfc, 0], immediate: 'none', width: 0 }],
  ['i32.trunc_sat_f32_u', { bytes: [0xfc, 1], immediate: 'none', width: 0 }],
  simd('v128.load', 0, 'memory', 4),
  simd('v128.load32_splat', 9, 'memory', 2),
  simd('v128.store', 11, 'memory', 4),
  simd('v128.const', 12, 'v128'),
  simd('i8x16.shuffle', 13, 'lanes16'),
  simd('i32x4.splat', 17),
  simd('f32x4.splat', 19),
  simd('i32x4.extract_lane', 27, 'lane'),
  simd('i32x4.replace_lane', 28, 'lane'),
  simd('f32x4.extract_lane', 31, 'lane'),
  simd('f32x4.replace_lane', 32, 'lane'),
  ...simds('i32x4', 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u', 55),
  ...simds('f32x4', 'eq ne lt gt le ge', 65),
  ...simds('v128', 'not and andnot or xor bitselect any_true', 77),
  simd('v128.load32_lane', 86, 'memoryLane', 2),
  simd('v128.store32_lane', 90, 'memoryLane', 2),
  simd('v128.load32_zero', 92, 'memory', 2),
  ...simds('f32x4', 'ceil floor trunc nearest', 103),
  ...simds('i32x4', 'abs neg _ all_true bitmask', 160),
  ...simds('i32x4', 'shl shr_s shr_u add', 171),
  ...simds('i32x4', 'sub _ _ _ mul min_s min_u max_s max_u', 177),
  ...simds('f32x4', 'abs neg _ sqrt add sub mul div min max pmin pmax', 224),
  ...simds('i32x4', 'trunc_sat_f32x4_s trunc_sat_f32x4_u', 248),
  ...simds('f32x4', 'convert_i32x4_s convert_i32x4_u', 250),
  ...simds('f32x4', 'relaxed_madd relaxed_nmadd', 0x105),
  atomic('memory.atomic.notify', 0x00),
  atomic('memory.atomic.wait32', 0x01),
  atomic('i32.atomic.load', 0x10),
  atomic('i32.atomic.store', 0x17),
  atomic('i32.atomic.rmw.add', 0x1e),
])
