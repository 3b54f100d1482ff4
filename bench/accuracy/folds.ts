/** Splits of a set into training and test files: the authors' own, or 5 × 4/5–1/5 of a fixed shuffle. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Papa from 'papaparse';
import type { DataSet } from './sets.ts';

export type Row = Record<string, string>;

/** One split: rows to train on and rows to be judged on. */
export type Fold = { readonly train: readonly Row[]; readonly test: readonly Row[] };

const data = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'data');

/** True when the set's files are on this machine. */
export const isHere = (set: DataSet): boolean => existsSync(join(data, set.file));

function readRows(set: DataSet, file: string): Row[] {
  const bytes = readFileSync(join(data, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  const parsed = Papa.parse<Row>(text, { header: true, skipEmptyLines: true, delimiter: set.delimiter ?? '' }).data;
  const rows = parsed.map((row) => {
    for (const leak of set.leaks ?? []) delete row[leak];
    return row;
  });
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

/** The first `count` splits of the set (one where its authors gave a test file). */
export function foldsOf(set: DataSet, count: number): readonly Fold[] {
  const rows = readRows(set, set.file);
  if (set.testFile !== undefined) return [{ train: rows, test: readRows(set, set.testFile) }];
  const order = shuffled(rows.length, 20261121);
  return Array.from({ length: Math.min(5, count) }, (_, fold) => ({
    train: order.filter((_, i) => i % 5 !== fold).map((i) => rows[i]),
    test: order.filter((_, i) => i % 5 === fold).map((i) => rows[i]),
  }));
}

/** Writes train.csv and test.csv (labels held out) into the folder; gives the labels of the test rows. */
export function writeFold(set: DataSet, fold: Fold, folder: string): readonly string[] {
  const write = (name: string, rows: readonly Row[]): void =>
    writeFileSync(join(folder, name), Papa.unparse(rows as Row[], { newline: '\n' }));
  write('train.csv', fold.train);
  write(
    'test.csv',
    fold.test.map(({ [set.target]: _truth, ...rest }) => rest),
  );
  const labelOf = set.label ?? ((text: string) => text);
  return fold.test.map((row) => labelOf(row[set.target]));
}

/** Predictions of a file with the columns `prediction` and, for two classes, `probability`, beside the true labels. */
export function readHeld(file: string, truths: readonly string[]) {
  const scored = Papa.parse<Row>(readFileSync(file, 'utf8'), { header: true, skipEmptyLines: true }).data;
  if (scored.length !== truths.length)
    throw new Error(`${file}: ${scored.length} predictions for ${truths.length} rows`);
  return scored.map((row, i) => ({
    probability: Number(row.probability),
    prediction: row.prediction,
    truth: truths[i],
  }));
}
