/** Brings together what the members of a workgroup have collected, each in a register of its own: halves, then the last pair. */
import { wideOf } from '../../ir/dtype.js'
import type { ScalarOp, ScalarType } from '../../ir/kernel/kernel.js'
import { emitters, type Printed, type Wide } from './scalar.js'

export const joinName = (name: ScalarOp, dtype: ScalarType): string => `fx_join_${name}_${wideOf(dtype)}`

const named = (text: string, dtype: Wide): Printed => ({ text, dtype, value: undefined })

const joinOf = (name: ScalarOp, dtype: Wide, members: number): string => {
  const parts = `fx_parts_${dtype}`
  const both = emitters[name]([named(`${parts}[member]`, dtype), named(`${parts}[member + half]`, dtype)], dtype)
  return [
    `fn ${joinName(name, dtype)}(part: ${dtype}, member: u32) -> ${dtype} {`,
    `  ${parts}[member] = part;`,
    `  workgroupBarrier();`,
    `  for (var half = ${String(members / 2)}u; half > 0u; half >>= 1u) {`,
    `    if (member < half) { ${parts}[member] = ${both}; }`,
    `    workgroupBarrier();`,
    `  }`,
    `  return workgroupUniformLoad(&${parts}[0]);`,
    `}`,
  ].join('\n')
}

/** The functions of this kind that a text calls, and the memory that they need. */
export const joinsFor = (text: string, members: number): readonly string[] => {
  const calls = new Map(
    [...text.matchAll(/\bfx_join_(\w+)_(f32|i32|u32|bool)\(/g)].map(([call, name, dtype]) => [call, [name, dtype] as [ScalarOp, Wide]]),
  )
  const dtypes = [...new Set([...calls.values()].map(([, dtype]) => dtype))]
  return [
    ...dtypes.map((dtype) => `var<workgroup> fx_parts_${dtype}: array<${dtype}, ${String(members)}>;`),
    ...[...calls.values()].map(([name, dtype]) => joinOf(name, dtype, members)),
  ]
}
