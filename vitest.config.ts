import { defineConfig } from 'vitest/config';

/** Everything but the browser journeys: those need a build (vitest.e2e.config.ts). */
export default defineConfig({
  test: {
    include: ['test/{unit,numeric,store,integration,contract,security}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'test/security/built/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    globalSetup: ['test/helpers/ensure-kernels.ts'],
    setupFiles: ['test/helpers/setup.ts'],
  },
});
