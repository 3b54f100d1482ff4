/**
 * Accuracy against peers on the same files: every split is written once, Augury and each peer train on it within the same
 * budget and threads, and the metric is recomputed here from what each wrote. Ranks are averaged over sets.
 * Run: node bench/peers/accuracy.ts PYTHON [set,…] [--budget 60] [--folds 5] [--peers a,b] [--again peer,…] [--limit 300]
 * A peer runs with its own defaults; one that takes longer than the limit is ended, and shown and ranked as that. What is in bench/results/accuracy-peers.json for the same budget is kept and not run again, unless named in --again.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runAugury } from '../accuracy/augury.ts';
import { foldsOf, isHere, readHeld, writeFold } from '../accuracy/folds.ts';
import { judge } from '../accuracy/metrics.ts';
import { type DataSet, dataSets } from '../accuracy/sets.ts';
import { accuracyTable } from './accuracy-table.ts';
import { replaceSection } from './section.ts';

const allPeers = ['lightgbm', 'lightgbm_optuna', 'catboost', 'ebm', 'tabm', 'autogluon'] as const;

type Score = { readonly value: number; readonly ece?: number; readonly seconds: number };
/** Ended because it took longer than so many seconds. */
type OverLimit = { readonly overLimit: number };
type Outcome = Score | OverLimit | { readonly error: string };
/** Outcomes by set, fold and competitor. */
type Results = Record<string, Record<string, Outcome>[]>;

const [python, ...rest] = process.argv.slice(2);
if (python === undefined) throw new Error('the Python to run the peers with is missing');
const argument = (name: string, fallback: string): string => {
  const at = rest.indexOf(name);
  return at >= 0 ? (rest[at + 1] ?? fallback) : fallback;
};
const wanted = rest[0] === undefined || rest[0].startsWith('--') ? undefined : rest[0].split(',');
const budget = Number(argument('--budget', '60'));
const foldCount = Number(argument('--folds', '5'));
const competitors = ['augury', ...argument('--peers', allPeers.join(',')).split(',').filter(Boolean)];
const again = argument('--again', '').split(',');
const limitSeconds = Number(argument('--limit', '300'));
const file = resolve(import.meta.dirname, '..', 'results', 'accuracy-peers.json');

type Saved = { readonly budget: number; readonly sets: Results };
const saved: Saved | null = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Saved) : null;
const results: Results = saved?.budget === budget ? saved.sets : {};

/** Seconds the peer took, or that it was ended at the limit, with every process it had started. */
async function runPeer(set: DataSet, peer: string, folder: string): Promise<number | OverLimit> {
  const script = join(import.meta.dirname, 'accuracy.py');
  const args = [script, folder, peer, set.target, set.metric, set.positive ?? '-', String(budget)];
  const child = spawn(python, args, { detached: true, env: { ...process.env, OMP_NUM_THREADS: '2' } });
  const text = { out: '', error: '' };
  child.stdout.on('data', (part: Buffer) => {
    text.out += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    text.error += part.toString();
  });
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, limitSeconds * 1000);
  const [status] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  if (over) return { overLimit: limitSeconds };
  if (status !== 0) throw new Error(text.error.trim().split('\n').at(-1) ?? 'failed');
  return (JSON.parse(text.out.trim().split('\n').at(-1) ?? '') as { seconds: number }).seconds;
}

async function runOne(set: DataSet, name: string, folder: string, truths: readonly string[]): Promise<Outcome> {
  try {
    const seconds = name === 'augury' ? runAugury(set, folder, `${budget}s`).seconds : await runPeer(set, name, folder);
    if (typeof seconds !== 'number') return seconds;
    const metrics = judge(set, readHeld(join(folder, `${name}.csv`), truths));
    return { value: metrics[set.metric], seconds, ...('ece' in metrics ? { ece: metrics.ece } : {}) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** True when the competitor was ended at the limit in a split of the set. */
const wasOver = (set: string, name: string): boolean =>
  (results[set] ?? []).some((fold) => fold[name] !== undefined && 'overLimit' in fold[name]);

/** Splits of the set that every competitor of the table has run, so that all means are over the same rows; all where there is none. */
function countedFolds(set: string): readonly Record<string, Outcome>[] {
  const folds = results[set] ?? [];
  const shared = folds.filter((fold) => competitors.every((name) => fold[name] !== undefined));
  return shared.length > 0 ? shared : folds;
}

/** Mean over those splits; NaN without one, or where the limit ended one. */
function meanOf(set: string, name: string): number {
  if (wasOver(set, name)) return Number.NaN;
  const values = countedFolds(set).flatMap((fold) => {
    const score = fold[name];
    return score !== undefined && 'value' in score ? [score.value] : [];
  });
  return values.length === 0 ? Number.NaN : values.reduce((a, b) => a + b, 0) / values.length;
}

/** Mean rank over the sets every competitor finished or was ended in; ties share, and so do those ended, who come last. */
function meanRanks(names: readonly string[]): Record<string, number> {
  const ranks: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (const set of dataSets) {
    const sign = set.metric === 'rmse' ? 1 : -1;
    const losses = names.map((name) =>
      wasOver(set.name, name) ? Number.POSITIVE_INFINITY : sign * meanOf(set.name, name),
    );
    if (losses.some((loss) => Number.isNaN(loss))) continue;
    losses.forEach((loss, i) => {
      const better = losses.filter((other) => other < loss).length;
      const same = losses.filter((other) => other === loss).length;
      ranks[names[i]].push(1 + better + (same - 1) / 2);
    });
  }
  return Object.fromEntries(names.map((name) => [name, ranks[name].reduce((a, b) => a + b, 0) / ranks[name].length]));
}

function save(): void {
  const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.versions.node };
  const date = new Date().toISOString().slice(0, 10);
  const ranks = meanRanks(['augury', ...allPeers]);
  writeFileSync(file, `${JSON.stringify({ budget, date, machine, ranks, sets: results }, null, 2)}\n`);
}

for (const set of dataSets) {
  if (wanted !== undefined && !wanted.includes(set.name)) continue;
  if (!isHere(set)) {
    process.stderr.write(`${set.name}: data not here, skipped\n`);
    continue;
  }
  for (const [index, fold] of foldsOf(set, foldCount).entries()) {
    results[set.name] ??= [];
    results[set.name][index] ??= {};
    const scores = results[set.name][index];
    const open = competitors.filter((name) => scores[name] === undefined || again.includes(name));
    if (open.length === 0) continue;
    const folder = mkdtempSync(join(tmpdir(), 'augury-peers-'));
    try {
      const truths = writeFold(set, fold, folder);
      for (const name of open) {
        const score = await runOne(set, name, folder, truths);
        scores[name] = score;
        process.stdout.write(`${set.name} ${index + 1} ${name}: ${JSON.stringify(score)}\n`);
        save();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
const ranks = meanRanks(competitors);
for (const [name, rank] of Object.entries(ranks)) process.stdout.write(`${name}: mean rank ${rank.toFixed(2)}\n`);
const when = `Measured ${new Date().toISOString().slice(0, 10)}, ${budget} s each, at most ${foldCount} split(s) a set.`;
replaceSection(
  'accuracy-peers',
  `${when}\n\n${accuracyTable(dataSets, competitors, { meanOf, splitsOf: (name) => countedFolds(name).length, wasOver, ranks })}`,
);
