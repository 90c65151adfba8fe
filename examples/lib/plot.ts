import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { PNG } from 'pngjs'
import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

export type { TopLevelSpec } from 'vega-lite'

const require = createRequire(import.meta.url)

/** A chart as SVG. Deterministic: text is measured by estimate, not by what fonts this machine has. */
export const toSvg = async (spec: TopLevelSpec): Promise<string> =>
  new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' }).toSVG()

/** The fonts come with the project's dependencies: a server often has none of its own. */
const fontFiles = (): string[] => {
  const folder = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf')
  return ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(folder, name))
}

export const fontName = 'DejaVu Sans'

/** An SVG as a PNG, `scale` pixels to the unit. */
export const toPng = (svg: string, scale: number): Uint8Array =>
  new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    background: 'white',
    font: { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: fontName },
  })
    .render()
    .asPng()

/** A grey picture, 0 white to 255 black, as a data URL that a chart can show. */
export const inkUrl = (ink: Uint8Array, width: number): string => {
  const png = new PNG({ width, height: ink.length / width, colorType: 0 })
  ink.forEach((x, i) => png.data.set([255 - x, 255 - x, 255 - x, 255], 4 * i))
  return `data:image/png;base64,${PNG.sync.write(png, { colorType: 0 }).toString('base64')}`
}

/** Smooths a noisy series: an exponential moving average, corrected for its start. */
export const smooth = (values: readonly number[], keep: number): number[] => {
  let sum = 0
  let weight = 0
  return values.map((x) => {
    sum = keep * sum + (1 - keep) * x
    weight = keep * weight + (1 - keep)
    return sum / weight
  })
}
