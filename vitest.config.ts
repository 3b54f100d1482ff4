import { defineConfig } from 'vitest/config';

/** Everything but the browser journeys: those need a build (vitest.e2e.config.ts). */
export default defineConfig({
  test: {
    include: ['test/{unit,numeric,store,integration,contract,security}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'test/security/built/**'],
    pool: 'forks',
    maxWorkers: 2,
    // Generous: a machine shared with other work is slow, not wrong.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Real processes, signals and kills: in CI one more try, which the summary names.
    retry: process.env.CI ? 1 : 0,
    teardownTimeout: 10_000,
    globalSetup: ['test/helpers/ensure-kernels.ts'],
    setupFiles: ['test/helpers/setup.ts'],
  },
});
