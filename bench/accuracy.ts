/**
 * Accuracy recomputed from outside: splits a real data set, trains on one part with `augury train`, scores the other with
 * `augury score`, and computes the metric here from the two files alone (labels held out, predictions written). Nothing
 * of the application is imported. Run: node bench/accuracy.ts [set,…] [--budget 60s] [--folds 5]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Papa from 'papaparse';

type Row = Record<string, string>;

type DataSet = {
  readonly name: string;
  readonly file: string;
  readonly testFile?: string;
  readonly target: string;
  readonly delimiter?: string;
  readonly metric: 'auc' | 'rmse' | 'accuracy';
  readonly bar: string;
  readonly removeDuplicates?: boolean;
  readonly positive?: string;
  /** Label of the test file → label of the training file. */
  readonly label?: (text: string) => string;
};

const root = resolve(import.meta.dirname, '..');
const data = resolve(root, '..', 'shared', 'data');

const sets: readonly DataSet[] = [
  {
    name: 'telco_churn',
    file: 'telco_churn/Telco-Customer-Churn.csv',
    target: 'Churn',
    metric: 'auc',
    positive: 'Yes',
    bar: 'AUC ≥ 0.848, ECE ≤ 1.5 %',
  },
  {
    name: 'adult_income',
    file: 'adult_income/adult_train.csv',
    testFile: 'adult_income/adult_test.csv',
    target: 'class',
    metric: 'auc',
    positive: '>50K',
    bar: 'AUC ≥ 0.928',
    label: (text) => text.replace(/\.$/, ''),
  },
  {
    name: 'california_housing',
    file: 'california_housing/housing.csv',
    target: 'median_house_value',
    metric: 'rmse',
    bar: 'RMSE ≤ 45 800',
  },
  {
    name: 'white_wine',
    file: 'wine_quality/winequality-white.csv',
    target: 'quality',
    delimiter: ';',
    metric: 'rmse',
    removeDuplicates: true,
    bar: 'RMSE ≤ 0.71',
  },
  {
    name: 'covertype_7class',
    file: 'covertype_7class/train.csv',
    target: 'Cover_Type',
    metric: 'accuracy',
    bar: 'accuracy ≥ 0.865, Id refused',
  },
  {
    name: 'diabetes_brfss_254k',
    file: 'diabetes_brfss_254k/diabetes_binary_health_indicators_BRFSS2015.csv.gz',
    target: 'Diabetes_binary',
    metric: 'auc',
    positive: '1',
    bar: 'AUC ≥ 0.830',
  },
];

const argument = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(name);
  return at >= 0 ? (process.argv[at + 1] ?? fallback) : fallback;
};
const wanted = (process.argv[2]?.startsWith('--') ? undefined : process.argv[2])?.split(',');
const budget = argument('--budget', '60s');
const foldCount = Number(argument('--folds', '5'));

function readRows(set: DataSet, file: string): Row[] {
  const bytes = readFileSync(join(data, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const rows = Papa.parse<Row>(text, { header: true, skipEmptyLines: true, delimiter: set.delimiter ?? '' }).data;
  if (!set.removeDuplicates) return rows;
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(row);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Mulberry32: the split must not depend on the application's own generator. */
function shuffled(count: number, seed: number): number[] {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function augury(args: readonly string[], workspace: string): unknown {
  const run = spawnSync(
    process.execPath,
    [join(root, 'bin', 'augury.cjs'), ...args, '--workspace', workspace, '--json', '--quiet'],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (run.status !== 0 && run.status !== 7)
    throw new Error(`augury ${args[0]} ended with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

function auc(scores: readonly number[], labels: readonly boolean[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let rankSum = 0;
  let positives = 0;
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && scores[order[j]] === scores[order[i]]) j++;
    for (let k = i; k < j; k++) {
      if (labels[order[k]]) {
        rankSum += (i + j + 1) / 2;
        positives++;
      }
    }
    i = j;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

/** Expected calibration error over ten equal-mass bins. */
function ece(scores: readonly number[], labels: readonly boolean[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let total = 0;
  for (let b = 0; b < 10; b++) {
    const bin = order.slice(Math.floor((b * order.length) / 10), Math.floor(((b + 1) * order.length) / 10));
    const predicted = bin.reduce((sum, i) => sum + scores[i], 0);
    const observed = bin.reduce((sum, i) => sum + (labels[i] ? 1 : 0), 0);
    total += Math.abs(predicted - observed) / order.length;
  }
  return total;
}

type Held = { readonly probability: number; readonly prediction: string; readonly truth: string };

function runFold(
  set: DataSet,
  train: readonly Row[],
  test: readonly Row[],
  fold: number,
): { held: Held[]; seconds: number; excluded: string[] } {
  const dir = mkdtempSync(join(tmpdir(), 'augury-accuracy-'));
  try {
    const write = (name: string, rows: readonly Row[]): string => {
      const path = join(dir, name);
      writeFileSync(path, Papa.unparse(rows as Row[], { newline: '\n' }));
      return path;
    };
    const trainFile = write('train.csv', train);
    const testFile = write(
      'test.csv',
      test.map(({ [set.target]: _truth, ...rest }) => rest),
    );
    const started = performance.now();
    const trained = augury(
      ['train', trainFile, '--target', set.target, '--budget', budget, '-o', join(dir, 'm.augury-model')],
      join(dir, 'ws'),
    ) as { model: string; excluded: { column: string }[] };
    const seconds = (performance.now() - started) / 1000;
    augury(['score', join(dir, 'm.augury-model'), testFile, '-o', join(dir, 'scored.csv')], join(dir, 'other'));
    const scored = Papa.parse<Row>(readFileSync(join(dir, 'scored.csv'), 'utf8'), {
      header: true,
      skipEmptyLines: true,
    }).data;
    if (scored.length !== test.length)
      throw new Error(`${set.name} fold ${fold}: ${scored.length} predictions for ${test.length} rows`);
    const truthOf = set.label ?? ((text: string) => text);
    const held = scored.map((row, i) => ({
      probability: Number(row.probability),
      prediction: row.prediction,
      truth: truthOf(test[i][set.target]),
    }));
    return { held, seconds, excluded: trained.excluded.map((entry) => entry.column) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function judge(set: DataSet, held: readonly Held[]): Record<string, number> {
  if (set.metric === 'rmse') {
    const squares = held.reduce((sum, row) => sum + (Number(row.prediction) - Number(row.truth)) ** 2, 0);
    return { rmse: Math.sqrt(squares / held.length) };
  }
  if (set.metric === 'accuracy') {
    return { accuracy: held.filter((row) => row.prediction === row.truth).length / held.length };
  }
  const same = (truth: string): boolean => truth === set.positive || Number(truth) === Number(set.positive);
  const scores = held.map((row) => row.probability);
  const labels = held.map((row) => same(row.truth));
  return { auc: auc(scores, labels), ece: ece(scores, labels) };
}

const results: unknown[] = [];
for (const set of sets) {
  if (wanted !== undefined && !wanted.includes(set.name)) continue;
  if (!existsSync(join(data, set.file))) {
    process.stderr.write(`${set.name}: data not here, skipped\n`);
    continue;
  }
  const rows = readRows(set, set.file);
  const folds: { metrics: Record<string, number>; seconds: number }[] = [];
  let excluded: string[] = [];
  const all: Held[] = [];
  if (set.testFile !== undefined) {
    const done = runFold(set, rows, readRows(set, set.testFile), 0);
    all.push(...done.held);
    folds.push({ metrics: judge(set, done.held), seconds: done.seconds });
    excluded = done.excluded;
  } else {
    const order = shuffled(rows.length, 20261121);
    for (let fold = 0; fold < foldCount; fold++) {
      const test = order.filter((_, i) => i % 5 === fold).map((i) => rows[i]);
      const train = order.filter((_, i) => i % 5 !== fold).map((i) => rows[i]);
      const done = runFold(set, train, test, fold);
      all.push(...done.held);
      folds.push({ metrics: judge(set, done.held), seconds: done.seconds });
      excluded = done.excluded;
      process.stderr.write(
        `${set.name} fold ${fold + 1}: ${JSON.stringify(folds[fold].metrics)} in ${done.seconds.toFixed(1)} s\n`,
      );
    }
  }
  const mean: Record<string, number> = {};
  for (const name of Object.keys(folds[0].metrics))
    mean[name] = folds.reduce((sum, fold) => sum + fold.metrics[name], 0) / folds.length;
  // Calibration error of one fold is mostly sampling noise; of all held-out rows together it is not.
  const pooled = judge(set, all);
  const result = { set: set.name, bar: set.bar, mean, pooled, folds, excluded };
  results.push(result);
  process.stdout.write(
    `${set.name}: mean ${JSON.stringify(mean)}, pooled ${JSON.stringify(pooled)} (bar: ${set.bar}); left out: ${excluded.join(', ') || 'nothing'}\n`,
  );
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  const file = join(root, 'bench', 'results', 'accuracy.json');
  const previous = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { sets: { set: string }[] }).sets : [];
  const merged = [...previous.filter((old) => old.set !== set.name), result];
  const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.versions.node };
  writeFileSync(
    file,
    `${JSON.stringify({ budget, date: new Date().toISOString().slice(0, 10), machine, sets: merged }, null, 2)}\n`,
  );
}
