/**
 * Leaderboard honesty in full: 50 searches of the application on samples of made-up cases, each model then scored on fresh
 * cases of the same kind. Counts how often the fresh score lies inside the corrected interval (`honest.score`).
 * Run: node bench/honesty.ts [searches] [trials]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRng, deriveSeed } from '../main/base/rng.ts';
import { auc } from './accuracy/metrics.ts';

const searches = Number(process.argv[2] ?? 50);
const trials = process.argv[3] ?? '8';
const rows = { seen: 600, fresh: 6000 };
const launcher = resolve(import.meta.dirname, '..', 'bin', 'augury.cjs');
const file = resolve(import.meta.dirname, 'results', 'honesty.json');

/** Six useful columns with a bend and a product among them, six of noise. */
function cases(count: number, seed: number): { readonly text: string; readonly labels: boolean[] } {
  const rng = createRng(seed);
  const labels: boolean[] = [];
  const lines = [[...Array.from({ length: 12 }, (_, c) => `x${c}`), 'y'].join(',')];
  for (let i = 0; i < count; i++) {
    const x = Array.from({ length: 12 }, () => rng.normal());
    const margin = x[0] + 0.7 * x[1] * x[2] + 0.5 * Math.abs(x[3]) - 0.4 * x[4] + 0.3 * x[5] - 0.4;
    labels.push(rng.next() < 1 / (1 + Math.exp(-margin)));
    lines.push([...x.map((value) => value.toFixed(4)), labels[i] ? 'yes' : 'no'].join(','));
  }
  return { text: `${lines.join('\n')}\n`, labels };
}

function augury(args: readonly string[]): string {
  const run = spawnSync(process.execPath, [launcher, ...args, '--quiet'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`augury ${args[0]} ended with ${run.status}: ${run.stderr}`);
  return run.stdout;
}

const found: { readonly shown: number; readonly low: number; readonly high: number; readonly fresh: number }[] = [];
for (let search = 0; search < searches; search++) {
  const folder = mkdtempSync(join(tmpdir(), 'augury-honesty-'));
  try {
    const fresh = cases(rows.fresh, deriveSeed(search, 'fresh'));
    writeFileSync(join(folder, 'seen.csv'), cases(rows.seen, deriveSeed(search, 'seen')).text);
    writeFileSync(join(folder, 'fresh.csv'), fresh.text);
    const workspace = ['--workspace', join(folder, 'workspace')];
    const model = join(folder, 'm.augury-model');
    const options = ['--target', 'y', '--positive', 'yes', '--trials', trials, '--json', '-o', model];
    const trained = JSON.parse(augury(['train', join(folder, 'seen.csv'), ...options, ...workspace])) as {
      readonly honest: { readonly score: { readonly value: number; readonly low: number; readonly high: number } };
    };
    augury(['score', model, join(folder, 'fresh.csv'), '-o', join(folder, 'out.csv'), ...workspace]);
    const [header, ...lines] = readFileSync(join(folder, 'out.csv'), 'utf8').trim().split('\n');
    const at = header.split(',').indexOf('probability');
    const scores = lines.map((line) => Number(line.split(',')[at]));
    const { value, low, high } = trained.honest.score;
    found.push({ shown: value, low, high, fresh: auc(scores, fresh.labels) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const inside = found.filter(({ low, high, fresh }) => low <= fresh && fresh <= high).length;
const bias = found.reduce((sum, { shown, fresh }) => sum + shown - fresh, 0) / found.length;
process.stdout.write(`inside ${inside} of ${found.length}, mean shown − fresh ${bias.toFixed(4)}\n`);
mkdirSync(resolve(file, '..'), { recursive: true });
writeFileSync(file, `${JSON.stringify({ searches, trials, inside, bias, found }, null, 2)}\n`);
