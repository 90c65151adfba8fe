import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { progress, showTime, type Status } from '../../examples/lib/progress.js'

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const wrapLines = '\u001b[?7h'

/** A stream that looks like a terminal, or like a pipe. */
const fakeStream = (isTTY: boolean) => {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 })
  const text = (): string => String(stream.read() ?? '')
  return { stream: stream as unknown as NodeJS.WriteStream, text }
}

const status: Status = { step: 50, epoch: 2, loss: 0.12345, accuracy: 0.9712, imagesPerSecond: 12345.6, secondsLeft: 75 }

describe('progress', () => {
  it('shows epoch, loss, accuracy, speed and time left on a terminal of 80 columns, then clears the line', () => {
    const { stream, text } = fakeStream(true)
    const bar = progress({ stream, steps: 100, epochs: 3 })
    bar.update(status)
    const shown = text()
    expect(shown).toContain(hideCursor)
    const line = /█+░+ .*ETA 1:15/.exec(shown)?.[0] ?? ''
    expect(line).toContain('epoch 2/3  loss 0.1235  accuracy 97.1 %  12,346 images/s  ETA 1:15')
    expect(line.length).toBeLessThanOrEqual(80)
    bar.stop()
    const end = text()
    expect(end).toContain(showCursor)
    expect(end).toContain(wrapLines)
    bar.stop()
    expect(text()).toBe('')
  })

  it('gives the cursor back before a line that stays, and goes on', () => {
    const { stream, text } = fakeStream(true)
    const bar = progress({ stream, steps: 100, epochs: 3 })
    bar.update(status)
    bar.note('checkpoint written')
    const shown = text()
    expect(shown.indexOf('checkpoint written\n')).toBeGreaterThan(shown.lastIndexOf(showCursor))
    bar.update(status)
    expect(text()).toContain(hideCursor)
    bar.stop()
  })

  it('writes plain lines to a pipe', () => {
    const { stream, text } = fakeStream(false)
    const bar = progress({ stream, steps: 100, epochs: 3 })
    bar.update(status)
    bar.update(status)
    bar.note('checkpoint written')
    bar.update({ ...status, step: 100 })
    bar.stop()
    const lines = text().trimEnd().split('\n')
    expect(lines.map((line) => line.split('  ')[0])).toEqual(['step 50/100', 'checkpoint written', 'step 100/100'])
    expect(lines.join()).not.toContain('\u001b')
  })
})

describe('showTime', () => {
  it('is minutes and seconds', () => {
    expect([0, 9.6, 75, 3600, -1].map(showTime)).toEqual(['0:00', '0:10', '1:15', '60:00', '0:00'])
  })
})
