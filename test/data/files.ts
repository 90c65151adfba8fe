/** Small files of every format, made by hand from the formats' descriptions. */

export const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

const le = (value: number, bytes: number): number[] => Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) & 255)

const be = (value: number, bytes: number): number[] => le(value, bytes).reverse()

export const idx = (shape: readonly number[], data: readonly number[], code = 8): Uint8Array =>
  Uint8Array.from([0, 0, code, shape.length, ...shape.flatMap((n) => be(n, 4)), ...data])

/** A WAV file of any format; `extra` goes before the samples as a chunk of odd length. */
export const wav = (code: number, bits: number, channels: number, samples: readonly number[], extra = false): Uint8Array => {
  const frame = (channels * bits) / 8
  const format = [...le(code, 2), ...le(channels, 2), ...le(8000, 4), ...le(8000 * frame, 4), ...le(frame, 2), ...le(bits, 2)]
  const chunks = [
    ...latin('fmt '),
    ...le(16, 4),
    ...format,
    ...(extra ? [...latin('LIST'), ...le(3, 4), 1, 2, 3, 0] : []),
    ...latin('data'),
    ...le(samples.length, 4),
    ...samples,
  ]
  return Uint8Array.from([...latin('RIFF'), ...le(4 + chunks.length, 4), ...latin('WAVE'), ...chunks])
}

export const bvh = `HIERARCHY
ROOT Hips
{
  OFFSET 0 1 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Chest
  {
    OFFSET 0 5.5 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 2 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.008333
1 2 3 4 5 6 7 8 9
-1 -2 -3 -4 -5 -6 -7 -8 -9.5
`

export const obj = `# a square and a triangle
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0 0
f 1/1 2/1/1 3//1 4
f -4 -3 -2
`

export const off = `OFF # a tetrahedron's corner
4 2 0
0 0 0
1 0 0
0 1 0
0 0 1
3 0 1 2 255 0 0
4 0 1 2 3
`

const header = (format: string): string =>
  `ply\nformat ${format} 1.0\ncomment x\nelement vertex 3\nproperty float x\nproperty float y\nproperty double z\nproperty uchar red\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n`

export const plyText = latin(`${header('ascii')}0 0 0 255\n1 0 0.5 128\n0 1 0 0\n3 0 1 2\n`)

export const plyBinary = (littleEndian: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(3 * 17 + 13))
  const rows = [
    [0, 0, 0, 255],
    [1, 0, 0.5, 128],
    [0, 1, 0, 0],
  ] as const
  rows.forEach(([x, y, z, red], i) => {
    view.setFloat32(17 * i, x, littleEndian)
    view.setFloat32(17 * i + 4, y, littleEndian)
    view.setFloat64(17 * i + 8, z, littleEndian)
    view.setUint8(17 * i + 16, red)
  })
  view.setUint8(51, 3)
  for (let i = 0; i < 3; i++) view.setInt32(52 + 4 * i, i, littleEndian)
  return Uint8Array.from([...latin(header(littleEndian ? 'binary_little_endian' : 'binary_big_endian')), ...new Uint8Array(view.buffer)])
}
