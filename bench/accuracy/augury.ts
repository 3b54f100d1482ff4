/** Augury as a user runs it: `augury train` on one file, `augury score` on the other. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { DataSet } from './sets.ts';

const launcher = resolve(import.meta.dirname, '..', '..', 'bin', 'augury.cjs');

function augury(args: readonly string[], workspace: string): unknown {
  const run = spawnSync(process.execPath, [launcher, ...args, '--workspace', workspace, '--json', '--quiet'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.status === 0 || run.status === 7) return JSON.parse(run.stdout);
  throw new Error(`augury ${args[0]} ended with ${run.status}: ${run.stderr}`);
}

/** Trains on train.csv and scores test.csv of the folder into augury.csv. */
export function runAugury(
  set: DataSet,
  folder: string,
  budget: string,
  learners = 'all',
): { readonly seconds: number; readonly excluded: readonly string[] } {
  const started = performance.now();
  const model = join(folder, 'm.augury-model');
  const trained = augury(
    [
      'train',
      join(folder, 'train.csv'),
      '--target',
      set.target,
      '--budget',
      budget,
      '--learners',
      learners,
      '-o',
      model,
    ],
    join(folder, 'workspace'),
  ) as { excluded: { column: string }[] };
  const seconds = (performance.now() - started) / 1000;
  augury(['score', model, join(folder, 'test.csv'), '-o', join(folder, 'augury.csv')], join(folder, 'other'));
  return { seconds, excluded: trained.excluded.map((entry) => entry.column) };
}
