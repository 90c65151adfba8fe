import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { withCache } from '../harness/cache.js'

withCache()

test('a real adapter, begun with single outputs, finds larger tiles by itself', async () => {
  const device: fx.Device = {
    ...(await fx.webgpu()),
    tile: [1, 1],
    choices: {
      tile: [
        [1, 1],
        [4, 4],
      ],
    },
  }
  const size = [fx.spec([256, 256]), fx.spec([256, 256])] as const
  const { tuning } = await fx.compile((x, y) => fx.matmul(x, y), size, { device, tune: true })
  expect(Object.values(tuning.kernels)).toEqual([{ tile: [4, 4] }])
})
