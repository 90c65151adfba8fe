/** A U-Net finds emoji, and the same network without its skip connections. */
import { fcn, unet } from '../../src/models.js'
import { composites } from '../lib/composites.js'
import { drawSegmented, segment } from '../lib/segmenter.js'
import type { System } from '../runner/system.js'

const [side, epochs, config] = [32, 4, { maps: [8, 24, 48], groups: 4 }] as const

export const system: System = {
  id: 'S18',
  title: 'U-Net',
  metric: 'iou_above_that_without_skips',
  target: '>= 0.01',
  page: 'The network of S17 with skip connections: maps on the way down are put beside those of the same size on the way up, so that what is fine goes straight across, and what is below adds what it is part of. In the first picture are emoji that neither network has ever seen, the true masks, those of the U-Net, and those of the same network without skips, trained as long: its edges are blurred. The plot is the intersection over union after each pass, and the figure by how much the U-Net is ahead.',
  run: async (ctx) => {
    const sets = await composites(ctx, { side, train: 8000, test: 500 })
    const share = (ctx.budget.left() - 15) / 2
    const withSkips = await segment(ctx, 'U-Net', unet(config), sets, epochs, share)
    const without = await segment(ctx, 'without skips', fcn(config), sets, epochs, share)
    ctx.note(`IoU ${withSkips.iou.toFixed(3)} with skips, ${without.iou.toFixed(3)} without`)
    await drawSegmented(ctx, sets, [withSkips, without])
    return withSkips.iou - without.iou
  },
}
