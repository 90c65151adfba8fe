/** The weights of others: an upscaler that was trained for TensorFlow.js, on the picture that comes with it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fx from '../../src/index.js'
import { imageToArray, orThrow, parseImage, type Image } from '../../src/data.js'
import { parseTfjsLayers } from '../../src/interop.js'
import { layersModel, psnr, type LayersModelParams } from '../../src/models.js'
import { upsampleNearest } from '../../src/nn.js'
import { npmPackage } from '../lib/fetch.js'
import { run } from '../lib/learner.js'
import type { System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const factor = 2

const image = async (path: string): Promise<Image> => orThrow(await parseImage(new Uint8Array(await readFile(path)))())

/** f32[1, 3, h, w] from 0 to 1; it is nowhere transparent. */
const colours = (picture: Image): fx.NDArray<'f32'> => {
  const { shape, data } = imageToArray(picture)
  const [, h = 0, w = 0] = shape
  return fx.ndarray(data.slice(0, 3 * h * w), { shape: [1, 3, h, w] })
}

const plane = (array: fx.NDArray<'f32'>) => ({ shape: array.shape.slice(1), data: array.data })

export const system: System = {
  id: 'weights',
  title: 'Weights of others',
  metric: 'greatest_difference_in_levels',
  target: '<= 5',
  page: 'A network of residual dense blocks (ESRGAN-slim, 12 convolutions) that its authors trained with Keras and run with TensorFlow.js: the graph and the weights are read from their files and become a module like any other. The first picture has what it is given, each pixel as a square, and what it makes of it; the second, what its authors publish as its result, and where the two differ, a level of 255 being a twentieth of black. The answer is that of TensorFlow.js itself within 10⁻⁶; the published picture, of which it is not said how it was made, differs from both by up to 5 levels of 255, and mostly by none or one.',
  run: async (ctx) => {
    const folder = await npmPackage('@upscalerjs/esrgan-slim', '1.0.0')
    const files = join(folder, `models/x${String(factor)}`)
    const shard = 'group1-shard1of1.bin'
    const model = layersModel(
      orThrow(
        parseTfjsLayers(await readFile(join(files, 'model.json'), 'utf8'), { [shard]: new Uint8Array(await readFile(join(files, shard))) }),
      ),
    )
    const given = colours(await image(join(folder, 'assets/fixture.png')))
    const published = colours(await image(join(folder, `assets/samples/${String(factor)}x/result.png`)))
    const params = await run(ctx, model.init, fx.random.keyData(ctx.seed))
    const upscale = (p: LayersModelParams, x: F32, want: F32) => {
      const made: F32 = fx.div(fx.round(fx.mul(fx.clamp(model.apply(p, x), 0, 1), 255)), 255)
      const squares = upsampleNearest(x, factor)
      const levels: F32 = fx.mul(fx.abs(fx.sub(made, want)), 255)
      return { made, squares, levels, near: psnr(made, want), before: psnr(squares, want), most: fx.max(levels), same: fx.mean(fx.cast(fx.lt(levels, 1.5), 'f32')) } // prettier-ignore
    }
    const { made, squares, levels, near, before, most, same } = await run(ctx, upscale, params, given, published)
    ctx.note(`${(await near.item()).toFixed(1)} dB from the published picture, squares ${(await before.item()).toFixed(1)} dB`)
    ctx.note(`${(100 * (await same.item())).toFixed(1)} % of the values are within a level`)
    const differences = await levels.toNDArray()
    const shades = fx.ndarray(
      differences.data.map((v) => 1 - Math.min(1, v / 20)),
      { shape: [...differences.shape] },
    )
    await ctx.plot.images('upscaled', [plane(await squares.toNDArray()), plane(await made.toNDArray())], { columns: 2 })
    await ctx.plot.images('difference', [plane(published), plane(shades)], { columns: 2 })
    return Math.round(await most.item())
  },
}
