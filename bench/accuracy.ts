/**
 * Accuracy recomputed from outside: splits a real data set, trains on one part with `augury train`, scores the other with
 * `augury score`, and computes the metric here from the two files alone (labels held out, predictions written).
 * Run: node bench/accuracy.ts [set,…] [--budget 60s] [--folds 5] [--learners trees,linear,ebm,mlp]
 * With learners the result is printed and not kept: what is kept is the default.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runAugury } from './accuracy/augury.ts';
import { foldsOf, isHere, readHeld, writeFold } from './accuracy/folds.ts';
import { type Held, judge } from './accuracy/metrics.ts';
import { type DataSet, dataSets } from './accuracy/sets.ts';

const argument = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(name);
  return at >= 0 ? (process.argv[at + 1] ?? fallback) : fallback;
};
const wanted = (process.argv[2]?.startsWith('--') ? undefined : process.argv[2])?.split(',');
const budget = argument('--budget', '60s');
const learners = argument('--learners', 'all');
const foldCount = Number(argument('--folds', '5'));
const file = resolve(import.meta.dirname, 'results', 'accuracy.json');

function runSet(set: DataSet) {
  const folds: { metrics: Record<string, number>; seconds: number }[] = [];
  const all: Held[] = [];
  let excluded: readonly string[] = [];
  for (const fold of foldsOf(set, foldCount)) {
    const folder = mkdtempSync(join(tmpdir(), 'augury-accuracy-'));
    try {
      const truths = writeFold(set, fold, folder);
      const run = runAugury(set, folder, budget, learners);
      const held = readHeld(join(folder, 'augury.csv'), truths);
      const metrics = judge(set, held);
      all.push(...held);
      folds.push({ metrics, seconds: run.seconds });
      excluded = run.excluded;
      process.stderr.write(`${set.name} ${folds.length}: ${JSON.stringify(metrics)} in ${run.seconds.toFixed(1)} s\n`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const mean = Object.fromEntries(
    Object.keys(folds[0].metrics).map((name) => [
      name,
      folds.reduce((sum, fold) => sum + fold.metrics[name], 0) / folds.length,
    ]),
  );
  // Calibration error of one fold is mostly sampling noise; of all held-out rows together it is not.
  return { set: set.name, bar: set.bar, mean, pooled: judge(set, all), folds, excluded };
}

for (const set of dataSets) {
  if (wanted !== undefined ? !wanted.includes(set.name) : set.bar === undefined) continue;
  if (!isHere(set)) {
    process.stderr.write(`${set.name}: data not here, skipped\n`);
    continue;
  }
  const result = runSet(set);
  const { mean, pooled, excluded } = result;
  process.stdout.write(
    `${set.name}: mean ${JSON.stringify(mean)}, pooled ${JSON.stringify(pooled)} (bar: ${set.bar ?? 'none'}); left out: ${excluded.join(', ') || 'nothing'}\n`,
  );
  if (learners !== 'all') continue;
  const previous = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { sets: { set: string }[] }).sets : [];
  const merged = [...previous.filter((old) => old.set !== set.name), result];
  const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.versions.node };
  mkdirSync(resolve(file, '..'), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ budget, date: new Date().toISOString().slice(0, 10), machine, sets: merged }, null, 2)}\n`,
  );
}
