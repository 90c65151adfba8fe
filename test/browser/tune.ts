/** What the browser test of tuning runs in the page. */
import * as fx from 'fluxion'

const compiled = async (): Promise<fx.Tuning> =>
  (await fx.compile((x: fx.Tensor<fx.Shape, 'f32'>) => fx.matmul(x, x), [fx.spec([64, 64])], { device: 'wasm', tune: true })).tuning

/** The tunings of two compilations, and what the page's database holds after the first. */
export const tune = async (): Promise<{ readonly first: fx.Tuning; readonly second: fx.Tuning; readonly kept: readonly string[] }> => {
  const first = await compiled()
  const kept = await new Promise<readonly string[]>((resolve, reject) => {
    const opening = indexedDB.open('fluxion')
    opening.onerror = () => {
      reject(new Error('there is no database'))
    }
    opening.onsuccess = () => {
      const reading = opening.result.transaction('tunings').objectStore('tunings').getAll()
      reading.onsuccess = () => {
        opening.result.close()
        resolve(reading.result as string[])
      }
    }
  })
  return { first, second: await compiled(), kept }
}
