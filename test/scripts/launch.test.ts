import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { root } from '../harness/built.js'

interface Ended {
  readonly code: number | null
  readonly output: string
}

/** Runs the fixture through the launcher, in an environment without a driver; `onOutput` may act on what it says. */
const launch = (args: readonly string[], onOutput: (text: string, kill: () => void) => void = () => undefined): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const { VK_DRIVER_FILES: _, VK_ICD_FILENAMES: __, ...env } = process.env
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/launch.ts', 'test/scripts/fixtures/answer.ts', ...args], {
      cwd: root,
      env,
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      onOutput(output, () => child.kill('SIGTERM'))
    })
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ code, output })
    })
  })

test('ends with the status of the program', async () => {
  expect(await launch(['5'])).toEqual({ code: 5, output: 'driver none\n' })
})

test('puts a software driver in reach when webgpu is asked for', async () => {
  const plain = await launch(['0', '--device', 'js'])
  const gpu = await launch(['0', '--device=webgpu'])
  expect([plain.output, gpu.output]).toEqual([
    'driver none\n',
    process.env.VK_DRIVER_FILES === undefined ? 'driver none\n' : 'driver set\n',
  ])
})

test('hands a signal on and waits for the program to end', async () => {
  const { code } = await launch(['wait'], (text, kill) => {
    if (text.endsWith('ready\n')) kill()
  })
  expect(code).toBe(7)
})
