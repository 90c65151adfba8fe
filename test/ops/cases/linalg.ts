/** Linear algebra: numbers from NumPy. Up to four rows are written out, five are a loop. */
import * as fx from '../../../src/index.js'
import { f32, opCase, type OpCase } from '../opCase.js'

const { linalg } = fx

/** Every step of a loop rounds, and a GPU's quotients are approximations. */
const rounds = { ulps: 16, gpuUlps: 64 } as const

const [a3, a5] = [
  f32([2.75, 1.5, 1.75, -0.5, 6, 0.25, 0, -1, 3.75], [3, 3]),
  f32(
    [8, 2, -0.25, 1, 1.75, -0.25, 8, 1, 1.25, 0.75, -1.75, 1.75, 6.25, 0.5, 0.25, 0.25, -1.75, -0.25, 8, 1.5, -0.75, -2, 2, -1, 7.5],
    [5, 5],
  ),
]
const [s3, s5] = [
  f32([2.75, 0.5, 0.875, 0.5, 6, -0.375, 0.875, -0.375, 3.75], [3, 3]),
  f32(
    [
      10, 0.875, -1, 0.625, 0.5, 0.875, 10, 1.375, -0.25, -0.625, -1, 1.375, 8.25, 0.125, 1.125, 0.625, -0.25, 0.125, 10, 0.25, 0.5, -0.625,
      1.125, 0.25, 9.5,
    ],
    [5, 5],
  ),
]
const [b3, b5] = [f32([-1, 0.25, -1.5, -1, -0.5, 0.25], [3, 2]), f32([-0.25, -1, 1, 1.25, 0.75], [5])]
const [tall, wide] = [f32([0.75, -1.25, -1.75, -1.25, 1.5, -1.75, -0.25, 2], [4, 2]), f32([1.5, 0.25, -0.5, 1.75, 2, -0.75], [2, 3])]
const nothing = f32([], [0, 0])
const noBatch = f32([], [0, 2, 2])

const choleskys: readonly OpCase[] = [
  opCase(
    'cholesky',
    [s3, s5],
    (a, b) => [fx.linalg.cholesky(a), linalg.cholesky(b)],
    [
      f32([1.6583124, 0, 0, 0.301511345, 2.43086217, 0, 0.527644853, -0.219712543, 1.85022088], [3, 3]),
      f32(
        [
          3.16227766, 0, 0, 0, 0, 0.276699295, 3.15014881, 0, 0, 0, -0.316227766, 0.464263782, 2.8168172, 0, 0, 0.197642354, -0.0967216213,
          0.0825060092, 3.15353376, 0, 0.158113883, -0.212291559, 0.452127061, 0.0510264449, 3.03692438,
        ],
        [5, 5],
      ),
    ],
    rounds,
  ),
  opCase('cholesky takes the symmetric part', [f32([4, 1, 3, 5], [2, 2])], (a) => linalg.cholesky(a), f32([2, 0, 1, 2], [2, 2])),
  opCase(
    'cholesky is NaN where there is none, matrix by matrix',
    [f32([1, 2, 2, 1, 4, 0, 0, 9, 0, 0, 0, 0, NaN, 0, 0, 1], [4, 2, 2]), f32([-1], [1, 1])],
    (a, b) => [linalg.cholesky(a), linalg.cholesky(b)],
    [f32([NaN, 0, NaN, NaN, 2, 0, 0, 3, NaN, 0, NaN, NaN, NaN, 0, NaN, NaN], [4, 2, 2]), f32([NaN], [1, 1])],
  ),
  opCase(
    'cholesky of five rows is NaN where the last pivot is negative',
    [f32([1, 4, 9, 16, -25])],
    (d) => linalg.cholesky(fx.diag(d)),
    f32([NaN, 0, 0, 0, 0, NaN, NaN, 0, 0, 0, NaN, NaN, NaN, 0, 0, NaN, NaN, NaN, NaN, 0, NaN, NaN, NaN, NaN, NaN], [5, 5]),
  ),
  opCase('cholesky of nothing', [nothing, noBatch], (a, b) => [linalg.cholesky(a), linalg.cholesky(b)], [nothing, noBatch]),
]

const systems: readonly OpCase[] = [
  opCase(
    'triangularSolve',
    [a3, b3],
    (a, b) => [
      fx.linalg.triangularSolve(a, b, { lower: true }),
      linalg.triangularSolve(a, b),
      linalg.triangularSolve(a, b, { lower: true, transpose: true }),
      linalg.triangularSolve(a, b, { unitDiagonal: true }),
    ],
    [
      f32([-0.363636364, 0.0909090909, -0.28030303, -0.159090909, -0.208080808, 0.0242424242], [3, 2]),
      f32([-0.145454545, 0.140909091, -0.244444444, -0.169444444, -0.133333333, 0.0666666667], [3, 2]),
      f32([-0.413131313, 0.0626262626, -0.272222222, -0.155555556, -0.133333333, 0.0666666667], [3, 2]),
      f32([1.9375, 1.40625, -1.375, -1.0625, -0.5, 0.25], [3, 2]),
    ],
    rounds,
  ),
  opCase(
    'triangularSolve by a loop',
    [a5, b5],
    (a, b) => [linalg.triangularSolve(a, b, { lower: true }), linalg.triangularSolve(a, b, { transpose: true })],
    [
      f32([-0.03125, -0.125976562, 0.186523438, 0.135498047, 0.0316080729], [5]),
      f32([-0.03125, -0.1171875, 0.1775, 0.167373047, 0.0796191406], [5]),
    ],
    rounds,
  ),
  opCase(
    'triangularSolve does not read the other triangle, nor a diagonal of ones',
    [
      f32([NaN, NaN, 2, Infinity], [2, 2]),
      f32([1, 4]),
      fx.ndarray(
        [
          [NaN, 1, 2, 3, 4],
          [NaN, NaN, 1, 2, 3],
          [NaN, NaN, NaN, 1, 2],
          [NaN, NaN, NaN, NaN, 1],
          [NaN, NaN, NaN, NaN, NaN],
        ],
        { dtype: 'f32' },
      ),
      f32([15, 11, 8, 6, 5]),
    ],
    (a, b, c, d) => [
      linalg.triangularSolve(a, b, { lower: true, unitDiagonal: true }),
      linalg.triangularSolve(c, d, { unitDiagonal: true }),
    ],
    [f32([1, 2]), f32([1, -3, -3, 1, 5])],
  ),
  opCase(
    'triangularSolve in batches that broadcast',
    [f32([2, 0, 1, 4, 1, 0, 0, 1], [2, 2, 2]), f32([2, 5], [2, 1])],
    (a, b) => linalg.triangularSolve(a, b, { lower: true }),
    f32([1, 1, 2, 5], [2, 2, 1]),
  ),
  opCase(
    'solve',
    [a3, b3, a5, b5],
    (a, b, c, d) => [fx.linalg.solve(a, b), linalg.solve(c, d)],
    [
      f32([-0.1, 0.158962264, -0.25, -0.154481132, -0.2, 0.0254716981], [3, 2]),
      f32([-0.00170170137, -0.170378573, 0.196760923, 0.121776123, 0.0181627805], [5]),
    ],
    { ulps: 64, gpuUlps: 256 },
  ),
  opCase(
    'solve exchanges rows',
    [
      f32([0, 1, 2, 0], [2, 2]),
      f32([3, 4]),
      f32([0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0, 0], [5, 5]),
      f32([1, 2, 4, 8, 16]),
    ],
    (a, b, c, d) => [linalg.solve(a, b), linalg.solve(c, d)],
    [f32([2, 3]), f32([1, 1, 1, 1, 1])],
  ),
  opCase(
    'solve in batches that broadcast, and of nothing',
    [f32([2, 0, 0, 4, 1, 0, 0, 1], [2, 2, 2]), f32([2, 4], [1, 2, 1]), nothing, f32([], [0]), f32([1], [1, 1]), f32([], [1, 0])],
    (a, b, c, d, e, f) => [linalg.solve(a, b), linalg.solve(c, d), linalg.solve(e, f)],
    [f32([1, 1, 2, 4], [2, 2, 1]), f32([], [0]), f32([], [1, 0])],
  ),
  opCase(
    'a singular system has no finite solution',
    [f32([1, 2, 2, 4], [2, 2]), f32([1, 1])],
    (a, b) => [fx.any(fx.isFinite(linalg.solve(a, b))), fx.any(fx.isFinite(linalg.inv(a)))],
    [fx.ndarray(false, { dtype: 'bool' }), fx.ndarray(false, { dtype: 'bool' })],
  ),
]

const determinants: readonly OpCase[] = [
  opCase(
    'inv',
    [a3, a5],
    (a, b) => [fx.linalg.inv(a), linalg.inv(b)],
    [
      f32(
        [0.343396226, -0.111320755, -0.152830189, 0.0283018868, 0.155660377, -0.0235849057, 0.00754716981, 0.041509434, 0.260377358],
        [3, 3],
      ),
      f32(
        [
          0.126011849, -0.0442335811, 0.0189715454, -0.0129045655, -0.0230308784, -0.000220511265, 0.122855239, -0.0179207627, -0.019027423,
          -0.00783122791, 0.0355095746, -0.0500236986, 0.171444904, -0.00825615012, -0.00734679765, -0.00336843979, 0.0184186099,
          0.00971433413, 0.118793696, -0.025138442, 0.0026240367, 0.0441335065, -0.047305112, 0.0116763635, 0.127549272,
        ],
        [5, 5],
      ),
    ],
    { ulps: 256, gpuUlps: 1024 },
  ),
  opCase(
    'inv of powers of two is exact',
    [f32([4], [1, 1]), f32([0, 2, 4, 0], [2, 2]), f32([0, 0, 2, 0, 0, 0, 0, 4, 8, 0, 0, 0, 0, 16, 0, 0], [4, 4]), nothing, noBatch],
    (a, b, c, d, e) => [a, b, c, d, e].map((x) => fx.add(linalg.inv(x), 0)),
    [
      f32([0.25], [1, 1]),
      f32([0, 0.25, 0.5, 0], [2, 2]),
      f32([0, 0, 0.125, 0, 0, 0, 0, 0.0625, 0.5, 0, 0, 0, 0, 0.25, 0, 0], [4, 4]),
      nothing,
      noBatch,
    ],
  ),
  opCase('det', [a3, a5], (a, b) => [fx.linalg.det(a), linalg.det(b)], [f32(66.25), f32(24747.1768)], rounds),
  opCase(
    'det of permutations, of singular matrices and of nothing',
    [
      f32([0, 1, 1, 0, 1, 0, 0, 1], [2, 2, 2]),
      f32([4, 0, 3, 2, 1]),
      f32([1, 1, 1, 1], [2, 2]),
      nothing,
      f32([-3], [1, 1]),
      f32([], [2, 0, 0]),
    ],
    (a, order, c, d, e, f) => [
      linalg.det(a),
      linalg.det(fx.oneHot(fx.cast(order, 'i32'), 5)),
      linalg.det(c),
      linalg.det(d),
      linalg.det(e),
      linalg.det(f),
    ],
    [f32([-1, 1]), f32(-1), f32(0), f32(1), f32(-3), f32([1, 1])],
  ),
  opCase(
    'slogdet',
    [a3, a5],
    (a, b) => [...fx.linalg.slogdet(fx.neg(a)), ...linalg.slogdet(b)],
    [f32(-1), f32(4.19343546), f32(1), f32(10.1164667)],
    rounds,
  ),
  opCase(
    'slogdet of what det cannot hold, of singular matrices and of nothing',
    [f32([1e30, 1e30, 1e30, 1e30, -1e30]), f32([1, 1, 1, 1], [2, 2]), nothing],
    (a, b, c) => [...linalg.slogdet(fx.diag(a)), ...linalg.slogdet(b), ...linalg.slogdet(c)],
    [f32(-1), f32(345.387764), f32(0), f32(-Infinity), f32(1), f32(0)],
    rounds,
  ),
]

const decompositions: readonly OpCase[] = [
  opCase(
    'qr',
    [tall, a5, wide],
    (t, a, w) => [...fx.linalg.qr(t), ...linalg.qr(a), ...linalg.qr(w)],
    [
      f32([-0.307793506, -0.327073765, 0.718184846, -0.581936439, -0.615587011, -0.41202799, 0.102597835, 0.62016584], [4, 2]),
      f32([-2.43669859, 0.769483764, 0, 3.09764342], [2, 2]),
      f32(
        [
          -0.971930783, -0.0668778523, -0.223322508, 0.0258973674, 0.018283604, 0.030372837, -0.922745051, 0.148946485, -0.175701821,
          0.307510775, 0.212609859, -0.23629469, -0.887504997, -0.0515188891, -0.329609696, -0.030372837, 0.205818707, -0.0357458086,
          -0.974073553, 0.0813578587, 0.0911185109, 0.214178438, -0.372825856, 0.130325416, 0.888730094,
        ],
        [5, 5],
      ),
      f32(
        [
          -8.23103882, -1.45789617, 1.79199738, -1.16176101, -0.987117201, 0, -8.71777143, -2.0059652, 0.0939147056, 1.04689765, 0, 0,
          -6.07884438, -0.394032513, -3.35079341, 0, 0, 0, -8.14240319, -0.583005407, 0, 0, 0, 0, 6.96773946,
        ],
        [5, 5],
      ),
      f32([-0.650791373, -0.759256602, -0.759256602, 0.650791373], [2, 2]),
      f32([-2.30488611, -1.68121105, 0.894838139, 0, 1.1117686, -0.108465229], [2, 3]),
    ],
    { ulps: 512, gpuUlps: 2048 },
  ),
  opCase(
    'qr of what is triangular already, of zeros and of nothing',
    [f32([2, -1, 0, 3], [2, 2]), fx.ndarray(new Float32Array(6), { shape: [3, 2] }), f32([], [3, 0])],
    (a, b, c) => [a, b, c].flatMap((x) => linalg.qr(x).map((y) => fx.add(y, 0))),
    [
      f32([1, 0, 0, 1], [2, 2]),
      f32([2, -1, 0, 3], [2, 2]),
      f32([1, 0, 0, 1, 0, 0], [3, 2]),
      f32([0, 0, 0, 0], [2, 2]),
      f32([], [3, 0]),
      nothing,
    ],
  ),
  opCase(
    'eigh',
    [s3, s5],
    (a, b) => {
      const [w, v] = fx.linalg.eigh(a)
      return [w, fx.abs(v), linalg.eigh(b)[0]]
    },
    [
      f32([2.14228934, 4.25500163, 6.10270903], [3]),
      f32([0.851133627, 0.511631443, 0.1174939, 0.158949644, 0.0378642985, 0.98656034, 0.500306466, 0.858370294, 0.113551214], [3, 3]),
      f32([6.31010564, 9.45753765, 10.2540614, 10.7369377, 10.9913575], [5]),
    ],
    { ulps: 64, gpuUlps: 128 },
  ),
  opCase(
    'eigh of diagonal matrices, of one element and of nothing',
    [f32([3, 1, 2, 1, -8]), f32([7], [1, 1]), nothing, noBatch],
    (d, one, none, batch) => [fx.diag(d), one, none, batch].flatMap((x) => linalg.eigh(x)),
    [
      f32([-8, 1, 1, 2, 3]),
      f32([0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0], [5, 5]),
      f32([7]),
      f32([1], [1, 1]),
      f32([], [0]),
      nothing,
      f32([], [0, 2]),
      noBatch,
    ],
  ),
  opCase(
    'svd',
    [tall, wide, a5],
    (t, w, a) => [...[t, w].flatMap((x) => fx.linalg.svd(x).map((y) => fx.abs(y))), linalg.svd(a)[1]],
    [
      f32([0.434557705, 0.113462288, 0.166706644, 0.909202061, 0.656593978, 0.342926786, 0.593508925, 0.207072792], [4, 2]),
      f32([3.30097652, 2.28660315], [2]),
      f32([0.353668026, 0.935371011, 0.935371011, 0.353668026], [2, 2]),
      f32([0.454962234, 0.890510733, 0.890510733, 0.454962234], [2, 2]),
      f32([3.06808591, 0.879970919], [2]),
      f32([0.730369747, 0.617571371, 0.291831517, 0.613181843, 0.781044884, 0.11822401], [2, 3]),
      f32([9.40254863, 8.95252006, 8.54328073, 7.62611641, 4.51239034], [5]),
    ],
    { ulps: 64, gpuUlps: 128 },
  ),
  opCase(
    'svd of zeros, of a rank of one, of one element and of nothing',
    [fx.ndarray(new Float32Array(6), { shape: [3, 2] }), f32([4], [1, 1]), f32([], [0, 3]), f32([0, 0, 0, 3], [2, 2])],
    (zero, one, none, rank) => [zero, one, none, rank].flatMap((x) => linalg.svd(x).map((y) => fx.abs(y))),
    [
      f32([1, 0, 0, 1, 0, 0], [3, 2]),
      f32([0, 0]),
      f32([1, 0, 0, 1], [2, 2]),
      f32([1], [1, 1]),
      f32([4]),
      f32([1], [1, 1]),
      f32([], [0, 0]),
      f32([], [0]),
      f32([], [0, 3]),
      f32([0, 1, 1, 0], [2, 2]),
      f32([3, 0]),
      f32([0, 1, 1, 0], [2, 2]),
    ],
  ),
]

export const linalgCases: readonly OpCase[] = [...choleskys, ...systems, ...determinants, ...decompositions]
