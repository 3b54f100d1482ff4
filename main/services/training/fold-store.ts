/**
 * Finished fits on disk, one file a (trial, fold), so that a killed training run goes on where it stopped. A file
 * appears under its final name only when all its bytes are on the disk; equal inputs give equal fits, so reading one
 * back is the same as fitting again.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { FitSplitOutput } from '../../compute/tasks/fit-split.ts';

export type FoldStore = {
  readonly read: (trial: number, fold: number) => Promise<FitSplitOutput | null>;
  readonly write: (trial: number, fold: number, fit: FitSplitOutput) => Promise<void>;
};

export function openFoldStore(dir: string): FoldStore {
  mkdirSync(dir, { recursive: true });
  const pathOf = (trial: number, fold: number): string => join(dir, `trial-${trial}-fold-${fold}.fit`);
  return {
    read: async (trial, fold) => {
      const path = pathOf(trial, fold);
      return existsSync(path) ? (deserialize(await readFile(path)) as FitSplitOutput) : null;
    },
    write: async (trial, fold, fit) => {
      const path = pathOf(trial, fold);
      const file = await open(`${path}.part`, 'w');
      try {
        await file.writeFile(serialize(fit));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.part`, path);
    },
  };
}
