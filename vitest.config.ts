import { defineConfig } from 'vitest/config'

/**
 * Three kinds of test. `pure` ones share two processes. Each `device` file has a process of its own, one at a time:
 * an adapter holds much memory and every core, and a driver that crashes must not take other tests with it.
 * `types` are checked by tsc and run nothing.
 */
const device = [
  'test/backends/webgpu/**/*.test.ts',
  'test/backends/wgsl/**/*.test.ts',
  'test/browser/**/*.test.ts',
  'test/build/**/*.test.ts',
  'test/examples/**/*.test.ts',
  'test/scripts/**/*.test.ts',
  'test/**/webgpu*.test.ts',
]

const shared = { pool: 'forks', testTimeout: 60_000, hookTimeout: 180_000 } as const

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'pure', include: ['test/**/*.test.ts'], exclude: device, isolate: false, sequence: { groupOrder: 0 } } },
      { test: { ...shared, name: 'device', include: device, maxWorkers: 1, sequence: { groupOrder: 1 } } },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: ['test/types/**/*.test-d.ts'], tsconfig: 'tsconfig.json' },
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
