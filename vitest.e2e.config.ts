import { defineConfig } from 'vitest/config';

/** Journeys on the built program: Chromium on the loopback host, the stand-in for Electron, the packaged layout. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.{ts,tsx}', 'test/security/built/**/*.test.ts'],
    pool: 'forks',
    // Each file has a host, a workspace and a browser of its own
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // A browser on a loaded machine: what passes the second time is shown as tried again, never hidden.
    retry: 1,
    teardownTimeout: 20_000,
    globalSetup: ['test/helpers/ensure-build.ts'],
    setupFiles: ['test/helpers/setup.ts'],
  },
});
