/** What happens where the chunk that holds the compiler cannot be fetched. */
import { afterEach, expect, test, vi } from 'vitest'

const chunks = ['compile', 'explain/explain', 'verify/verify'].map((name) => `../../src/${name}.js`)

afterEach(() => {
  for (const chunk of chunks) vi.doUnmock(chunk)
  vi.resetModules()
})

/** The entry, with chunks that cannot be loaded. */
const offline = async () => {
  vi.resetModules()
  const lost = () => {
    throw new TypeError('Failed to fetch dynamically imported module')
  }
  for (const chunk of chunks) vi.doMock(chunk, lost)
  return import('../../src/lazy.js')
}

const graph = {} as never

test('compileTE gives an error, and does not reject', async () => {
  const { compileTE } = await offline()
  expect(await compileTE(graph)()).toMatchObject({ _tag: 'Left', left: { _tag: 'DeviceError', detail: { op: 'compile' } } })
})

test('compile, explain and verify reject with a FluxionError that says why', async () => {
  const { compile, explain, verify } = await offline()
  await expect(compile(graph)).rejects.toMatchObject({ _tag: 'DeviceError', detail: { op: 'compile' } })
  await expect(explain({} as never)).rejects.toMatchObject({ _tag: 'DeviceError', detail: { op: 'explain' } })
  await expect(verify({} as never, [])).rejects.toMatchObject({ _tag: 'DeviceError', detail: { op: 'verify' } })
})
