import { createRequire } from 'node:module';

/** Builds the program once before the end-to-end tests, when its output is missing or older than the sources. */
export function setup(): void {
  const require = createRequire(import.meta.url);
  const { ensureBuilt }: { ensureBuilt: () => void } = require('../../bin/lib/build.cjs');
  ensureBuilt();
}
