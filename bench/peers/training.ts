/**
 * Training time, accuracy and memory against LightGBM (as it comes, and with quantised gradients) and XGBoost's hist, on the
 * same values, alternating, each in a process of its own. Wall time runs from values in memory to model, binning included.
 * Run: node bench/peers/training.ts PYTHON [--shape dense,…] [--threads 1,2] [--seeds 2]
 * Every seed makes other data; times are medians over seeds, AUC means. Results: bench/results/training-peers.json; shapes
 * that are not run again stay in it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { errorOfMean, mean } from './seed-means.ts';
import { type Shape, shapes } from './training-shapes.ts';
import { writeTrainingTable } from './training-table.ts';

const peers = ['lightgbm', 'lightgbm-quantised', 'xgboost'] as const;
/** What one process measured; of several, medians, the mean AUC and its standard error over seeds. */
export type Run = {
  readonly seconds: number;
  readonly binSeconds: number;
  readonly cpuSeconds: number;
  readonly auc: number;
  readonly aucError?: number;
  /** By seed, where several ran: other programs saw the same data. */
  readonly aucs?: readonly number[];
  readonly peakMb: number;
  readonly version?: string;
};

const [python, ...rest] = process.argv.slice(2);
if (python === undefined) throw new Error('the Python to run the peers with is missing');
const argument = (name: string, fallback: string): string => {
  const at = rest.indexOf(name);
  return at >= 0 ? (rest[at + 1] ?? fallback) : fallback;
};
const wanted = argument('--shape', shapes.map(({ name }) => name).join(',')).split(',');
const threadCounts = argument('--threads', '1,2').split(',').map(Number);
const seeds = Number(argument('--seeds', '2'));
const file = resolve(import.meta.dirname, '..', 'results', 'training-peers.json');

function writeData(folder: string, shape: Shape, seed: number): void {
  const args = [join(import.meta.dirname, 'training-data.ts'), folder, shape.name, String(seed)];
  const done = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error(`the data of ${shape.name} could not be written`);
}

function run(name: string, folder: string, threads: number): Run {
  const [command, args] =
    name === 'augury'
      ? [process.execPath, [join(import.meta.dirname, 'training-run.ts'), folder, String(threads)]]
      : [python, [join(import.meta.dirname, 'training.py'), folder, String(threads), name]];
  const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
  const done = spawnSync(command, args, { encoding: 'utf8', env, maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(`${name} failed: ${done.stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '') as Run;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

function summary(runs: readonly Run[]): Run {
  const of = (pick: (run: Run) => number): number => median(runs.map(pick));
  return {
    seconds: of(({ seconds }) => seconds),
    binSeconds: of(({ binSeconds }) => binSeconds),
    cpuSeconds: of(({ cpuSeconds }) => cpuSeconds),
    auc: mean(runs.map(({ auc }) => auc)),
    peakMb: of(({ peakMb }) => peakMb),
    ...(runs.length > 1 ? { aucError: errorOfMean(runs.map(({ auc }) => auc)), aucs: runs.map(({ auc }) => auc) } : {}),
    ...(runs[0].version === undefined ? {} : { version: runs[0].version }),
  };
}

/** By shape, threads and competitor. */
export type Results = Record<string, Record<string, Record<string, Run>>>;
type Saved = { readonly shapes: Results };
const results: Results = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Saved).shapes : {};

function report(shape: Shape, threads: number, all: Record<string, Run>): void {
  const fastest = Math.min(...peers.map((peer) => all[peer].seconds));
  const leanest = Math.min(...peers.map((peer) => all[peer].peakMb));
  process.stdout.write(`${shape.name}, ${threads} threads\n`);
  for (const [name, { seconds, binSeconds, cpuSeconds, auc, aucError, peakMb }] of Object.entries(all)) {
    const figures = `${seconds.toFixed(2)} s (binning ${binSeconds.toFixed(2)}, CPU ${cpuSeconds.toFixed(2)})`;
    const error = aucError === undefined ? '' : ` ± ${aucError.toFixed(5)}`;
    process.stdout.write(`  ${name}: ${figures}, AUC ${auc.toFixed(5)}${error}, ${peakMb.toFixed(0)} MB\n`);
  }
  const time = (all.augury.seconds / fastest).toFixed(2);
  process.stdout.write(
    `  time ${time} of the fastest, memory ${(all.augury.peakMb / leanest).toFixed(2)} of the leanest\n`,
  );
}

for (const shape of shapes.filter(({ name }) => wanted.includes(name))) {
  const runs = new Map<string, Run[]>();
  for (let seed = 1; seed <= seeds; seed++) {
    const folder = mkdtempSync(join(tmpdir(), 'augury-training-'));
    try {
      writeData(folder, shape, seed);
      for (const threads of threadCounts) {
        for (const name of ['augury', ...peers]) {
          const key = `${threads} ${name}`;
          runs.set(key, [...(runs.get(key) ?? []), run(name, folder, threads)]);
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  results[shape.name] ??= {};
  for (const threads of threadCounts) {
    const all = Object.fromEntries(
      ['augury', ...peers].map((name) => [name, summary(runs.get(`${threads} ${name}`) ?? [])]),
    );
    results[shape.name][threads] = all;
    report(shape, threads, all);
  }
  const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.versions.node };
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(file, `${JSON.stringify({ date, machine, shapes: results }, null, 2)}\n`);
  writeTrainingTable(results, `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${date}`);
}
