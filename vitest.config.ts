import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['./test/stores.ts'],
    pool: 'forks',
    // One more than the smallest machine has cores: tests wait for stores and pages a sixth of the time.
    maxWorkers: 3,
    // Loading all capabilities takes longer than most files' tests: a worker does it once. Each file has databases of its own.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
