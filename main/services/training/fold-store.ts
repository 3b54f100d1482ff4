/**
 * Finished fits on disk, one file a (trial, fold), so that a killed training run goes on where it stopped. A file
 * appears under its final name only when all its bytes are on the disk; equal inputs give equal fits, so reading one
 * back is the same as fitting again.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { FitSplitOutput } from '../../compute/tasks/fit-split.ts';

export type FoldStore = {
  readonly read: (trial: number, fold: number) => FitSplitOutput | null;
  readonly write: (trial: number, fold: number, fit: FitSplitOutput) => void;
};

export function openFoldStore(dir: string): FoldStore {
  mkdirSync(dir, { recursive: true });
  const pathOf = (trial: number, fold: number): string => join(dir, `trial-${trial}-fold-${fold}.fit`);
  return {
    read: (trial, fold) => {
      const path = pathOf(trial, fold);
      return existsSync(path) ? (deserialize(readFileSync(path)) as FitSplitOutput) : null;
    },
    write: (trial, fold, fit) => {
      const path = pathOf(trial, fold);
      const file = openSync(`${path}.part`, 'w');
      try {
        const bytes = serialize(fit);
        let done = 0;
        while (done < bytes.length) done += writeSync(file, bytes, done);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.part`, path);
    },
  };
}
