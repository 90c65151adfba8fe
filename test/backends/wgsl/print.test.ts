import { describe, expect, test } from 'vitest'
import { workgroupsFor } from '../../../src/backends/wgsl/entry.js'
import { printWgsl } from '../../../src/backends/wgsl/print.js'
import { workgroupSize, type Kernel, type Scalar, type Stmt } from '../../../src/ir/kernel/kernel.js'
import { teamExample } from '../../ir/kernel/example.js'
import { lit, load, op, pointKernel } from '../webgpu/programs.js'

const axis = (id: number): Scalar => ({ k: 'axis', axis: id, dtype: 'i32' })

const reg: Scalar = { k: 'reg', id: 0, dtype: 'f32' }

/** Row sums of a 6 × 4 × 5 array over its last axis, of the elements above zero. */
const rowSums: Kernel = {
  name: 'row_sums',
  buffers: [
    { dtype: 'f32', size: 120, access: 'read' },
    { dtype: 'f32', size: 24, access: 'write' },
  ],
  grid: [
    { axis: 0, extent: 6 },
    { axis: 1, extent: 4 },
  ],
  body: ((): Stmt[] => {
    const row = op('add', [op('mul', [axis(0), lit(4, 'i32')], 'i32'), axis(1)], 'i32')
    const element = load(0, 'f32', op('add', [op('mul', [row, lit(5, 'i32')], 'i32'), axis(2)], 'i32'))
    return [
      { k: 'register', id: 0, dtype: 'f32', init: lit(0) },
      {
        k: 'for',
        axis: 2,
        extent: 5,
        body: [
          { k: 'let', id: 1, value: element },
          {
            k: 'if',
            cond: op('gt', [{ k: 'ref', id: 1, dtype: 'f32' }, lit(0)], 'bool'),
            body: [{ k: 'set', id: 0, value: op('add', [reg, { k: 'ref', id: 1, dtype: 'f32' }]) }],
          },
        ],
      },
      { k: 'store', buffer: 1, at: row, value: reg },
    ]
  })(),
  flops: 120,
}

describe('a kernel as WGSL', () => {
  test('reads as it is', () => {
    expect(printWgsl(rowSums)).toEqual({
      name: 'row_sums',
      workgroups: [1, 1, 1],
      source: `@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 24u) { return; }
  let i0 = i32(flat / 4u);
  let i1 = i32(flat % 4u);
  var r0: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i2 = 0; i2 < 5; i2++) {
    let v1: f32 = b0[((((i0 * 4) + i1) * 5) + i2)];
    if ((v1 > 0f)) {
      r0 = (r0 + v1);
    }
  }
  b1[((i0 * 4) + i1)] = r0;
}
`,
    })
  })

  test('does not carry its name: equal work is equal text', () => {
    expect(printWgsl({ ...rowSums, name: 'other' }).source).toBe(printWgsl(rowSums).source)
  })

  test('declares the helpers that it calls, and no others', () => {
    const source = (name: 'tanh' | 'add') =>
      printWgsl(pointKernel('k', 4, ['f32'], 'f32', op(name, name === 'add' ? [load(0), load(0)] : [load(0)]))).source
    expect(source('add').match(/^fn \w+/gm)).toEqual(['fn main'])
    expect(source('tanh').match(/^fn \w+/gm)).toEqual([
      'fn fx_is_nan',
      'fn fx_copysign',
      'fn fx_exp2i',
      'fn fx_nearest',
      'fn fx_exp_rest',
      'fn fx_exp_tail',
      'fn fx_exp_part',
      'fn fx_expm1_near',
      'fn fx_tanh',
      'fn main',
    ])
  })

  test('is a workgroup where a team works together', () => {
    expect(printWgsl(teamExample)).toMatchInlineSnapshot(`
      {
        "name": "swaps",
        "source": "@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
      @group(0) @binding(1) var<storage, read_write> b1: array<f32>;

      const team = 64u;

      @compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) member: u32) {
        let flat = id.x;
        if (flat >= 1u) { return; }
        for (var i_32 = 0; i_32 < 3; i_32++) {
          for (var point = member; point < 2u; point += team) {
            let i1 = i32(point);
            b1[i1] = (b0[i1] * b0[i1]);
          }
          storageBarrier();
          for (var point = member; point < 2u; point += team) {
            let i1 = i32(point);
            b0[i1] = b1[(1 - i1)];
          }
          storageBarrier();
          for (var point = member; point < 1u; point += team) {
            b1[0] = f32(i_32);
          }
          storageBarrier();
        }
      }
      ",
        "workgroups": [
          1,
          1,
          1,
        ],
      }
    `)
  })

  test('has a workgroup for each team of a grid', () => {
    const { source, workgroups } = printWgsl({ ...teamExample, grid: [{ axis: 7, extent: 65_536 }] })
    expect(workgroups).toEqual([32_768, 2, 1])
    expect(source).toContain('let flat = id.y * 32768u + id.x;')
  })

  test('cuts expressions that are too deep for a parser', () => {
    const deep = Array.from({ length: 500 }).reduce<Scalar>((x) => op('add', [x, lit(1)]), load(0))
    const { source } = printWgsl(pointKernel('deep', 4, ['f32'], 'f32', deep))
    const parentheses = source.split('\n').map((line) => line.match(/\(/g)?.length ?? 0)
    expect(Math.max(...parentheses)).toBeLessThan(30)
    expect(source.match(/ \+ 1f/g)).toHaveLength(500)
  })

  test('takes a second axis of workgroups when one is not enough', () => {
    expect(workgroupsFor(1)).toEqual([1, 1, 1])
    expect(workgroupsFor(workgroupSize * 65_535)).toEqual([65_535, 1, 1])
    expect(workgroupsFor(workgroupSize * 65_535 + 1)).toEqual([32_768, 2, 1])
    expect(printWgsl(pointKernel('k', workgroupSize * 65_536, [], 'i32', axis(0))).source).toContain('let flat = id.y * 2097152u + id.x;')
  })

  test('dispatches nothing for an empty grid', () => {
    const { workgroups, source } = printWgsl({
      ...rowSums,
      grid: [
        { axis: 0, extent: 0 },
        { axis: 1, extent: 4 },
      ],
    })
    expect(workgroups).toEqual([0, 1, 1])
    expect(source).not.toContain('/ 0u')
  })

  test('refuses a grid that 32-bit indices cannot count', () => {
    expect(() => printWgsl(pointKernel('huge', 2 ** 32, [], 'i32', axis(0)))).toThrow(/its grid has 4294967296 points/)
  })
})
