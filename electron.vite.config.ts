import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;
const at = (path: string): string => resolve(root, path);

/** Every program of the main side; the names are what main/entries.ts looks for. */
const entries = {
  index: at('main/index.ts'),
  host: at('main/host.ts'),
  cli: at('main/cli.ts'),
  'compute-worker': at('main/compute/worker.ts'),
  inference: at('main/inference/process.ts'),
};

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      minify: false,
      rolldownOptions: {
        input: entries,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      minify: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    base: './',
    html: { cspNonce: '__CSP_NONCE__' },
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: at('renderer/index.html') } },
    },
  },
});
