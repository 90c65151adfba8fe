/** A fully convolutional network finds emoji, with four ways of upsampling. */
import { fcn } from '../../src/models.js'
import { composites } from '../lib/composites.js'
import { drawSegmented, segment, type Segmented } from '../lib/segmenter.js'
import type { System } from '../runner/system.js'

const [side, maps] = [64, [12, 24, 48]] as const

export const system: System = {
  id: 'S17',
  title: 'Fully convolutional network',
  metric: 'mean_iou',
  target: '>= 0.9',
  page: 'Emoji on noise of any colour: which pixels are emoji? Convolutions and pooling make maps of 16 × 16, and upsampling brings them back to 64 × 64, by a transposed convolution, by putting maxima back where they had been, by repeating values, or by values among zeros (a bed of nails). In the first picture are emoji that the networks have never seen, the true masks, and the masks of each network in the order of the legend; the plot is the intersection over union of masks after each pass. The figure is that of the transposed convolution, which has 85 of 100 parts of the time. The other three have a few seconds each and are hardly trained: what they show is how each puts maps back, and not which is best. What is minimised is the cross-entropy of pixels and what a soft intersection over union lacks of 1.',
  run: async (ctx) => {
    const sets = await composites(ctx, { side, train: 3000, test: 250 })
    const results: Segmented[] = []
    const budget = ctx.budget.left() - 20
    for (const [upsampling, epochs, share] of [
      ['transposed', 11, 0.85],
      ['maxUnpool', 1, 0.05],
      ['nearest', 1, 0.05],
      ['bedOfNails', 1, 0.05],
    ] as const)
      // prettier-ignore
      results.push(await segment(ctx, upsampling, fcn({ maps, upsampling, groups: 4 }), sets, epochs, share * budget))
    await drawSegmented(ctx, sets, results)
    return (results[0] as Segmented).iou
  },
}
