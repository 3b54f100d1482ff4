import { createRequire } from 'node:module';

/** Compiles the WebAssembly kernels once before the tests, when they are missing or their sources changed. */
export function setup(): void {
  const require = createRequire(import.meta.url);
  const { ensureKernels }: { ensureKernels: () => void } = require('../../bin/lib/kernels.cjs');
  ensureKernels();
}
