/**
 * Scoring against LightGBM, XGBoost and ONNX Runtime in memory, one row at a time, and file to file against pandas with
 * LightGBM: alternating runs, medians, rows a second.
 *   node bench/peers/scoring.ts [--python …] [--leaves 31,255] [--threads 1,2] [--repeats 3] [--rows 1000000]
 *     [--parts memory,row,files]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { predictTreeRow } from '../../main/ml/trees/predict.ts';
import { median } from '../result.ts';
import { type PeerProcess, peerSeconds, startPeer } from './peer-process.ts';
import { alternate, createSpeedReport, ratioTo, readSpeedOptions } from './speed-report.ts';
import { readColumns, readTrees } from './tree-file.ts';
import { startThreads } from './tree-threads.ts';

const options = readSpeedOptions();
const { folder, python, rows, repeats } = options;
const inMemory = options.wants('memory') || options.wants('row');
const peer: PeerProcess | null = inMemory
  ? await startPeer(python, join(import.meta.dirname, 'trees_peer.py'), [folder, '200000'])
  : null;
const report = createSpeedReport('scoring', peer === null ? {} : await peer.ask({ op: 'versions' }));
const root = resolve(import.meta.dirname, '..', '..');

if (peer !== null) {
  for (const leaves of options.leaves) await peer.ask({ op: 'train', leaves });
  if (options.wants('memory')) await measureMemory(peer);
  if (options.wants('row')) for (const leaves of options.leaves) measureRow(leaves);
  peer.close();
}
if (options.wants('files')) await measureFiles();
report.write();

async function measureMemory(from: PeerProcess): Promise<void> {
  const threads = startThreads(folder, Math.max(...options.threads));
  for (const leaves of options.leaves) {
    for (const count of options.threads) {
      const other = (op: string) => ({
        name: op,
        rows,
        run: () => peerSeconds(from, { op, leaves, threads: count, rows }),
      });
      const own = { name: 'augury', rows, run: () => threads.seconds('score', leaves, count, rows) };
      const peers = ['lightgbm', 'xgboost', 'xgboost-inplace', 'onnxruntime'];
      const rowsPerSecond = await alternate([own, ...peers.map(other)], repeats);
      const ratio = ratioTo(rowsPerSecond, peers);
      const barred = leaves <= 64;
      report.add({
        what: `scoring ${rows.toLocaleString('en')} rows × 100 trees, ${leaves} leaves`,
        threads: count,
        rowsPerSecond,
        ratio,
        bar: barred ? '≥ 4' : null,
        met: barred && ratio !== null ? ratio >= 4 : null,
      });
    }
  }
  await threads.close();
}

/** One row after the other in this process, each timed. */
function measureRow(leaves: number): void {
  const trees = readTrees(folder, leaves);
  const columns = readColumns(folder);
  const row = new Float32Array(columns.length);
  const out = new Float64Array(1);
  const times: number[] = [];
  for (let i = 0; i < 30_000; i++) {
    for (let f = 0; f < row.length; f++) row[f] = columns[f][i];
    const start = performance.now();
    predictTreeRow(trees, row, out);
    if (i >= 10_000) times.push((performance.now() - start) / 1000);
  }
  const seconds = median(times);
  report.add({
    what: `one row × 100 trees, ${leaves} leaves, median`,
    threads: 1,
    rowsPerSecond: { augury: Math.round(1 / seconds) },
    ratio: null,
    bar: leaves <= 64 ? '< 10 µs' : null,
    met: leaves <= 64 ? seconds < 10e-6 : null,
  });
}

/** The installed command on a file against a script, each with its start. */
async function measureFiles(): Promise<void> {
  const { ensureBuilt } = createRequire(import.meta.url)('../../bin/lib/build.cjs') as { ensureBuilt: () => void };
  if (process.env.AUGURY_FROM_SOURCE !== '1') ensureBuilt();
  const work = mkdtempSync(join(tmpdir(), 'augury-files-'));
  const run = (file: string, args: readonly string[]): number | null => {
    const start = performance.now();
    const env = { ...process.env, AUGURY_HOME: join(work, 'home') };
    const done = spawnSync(file, args, { env, encoding: 'utf8' });
    if (done.status === 0) return (performance.now() - start) / 1000;
    process.stderr.write(`${String(done.stderr).slice(-2000)}\n`);
    return null;
  };
  const command = join(root, 'bin', 'augury.cjs');
  const script = join(import.meta.dirname, 'file_peer.py');
  try {
    run(python, [script, 'prepare', work, String(rows)]);
    run(process.execPath, [command, 'models', 'import', join(work, 'model.txt'), '--name', 'peer', '--target', 'y']);
    const score = (threads: number, more: readonly string[]) => () =>
      Promise.resolve(
        run(process.execPath, [
          command,
          'score',
          'peer',
          join(work, 'in.csv'),
          '-o',
          join(work, 'out.csv'),
          '--threads',
          String(threads),
          '--quiet',
          ...more,
        ]),
      );
    for (const threads of options.threads) {
      const rowsPerSecond = await alternate(
        [
          { name: 'augury', rows, run: score(threads, []) },
          { name: 'augury with 3 reasons', rows, run: score(threads, ['--explain', '3']) },
          {
            name: 'pandas + lightgbm',
            rows,
            run: () => Promise.resolve(run(python, [script, 'score', work, String(threads)])),
          },
        ],
        repeats,
      );
      const ratio = ratioTo(rowsPerSecond, ['pandas + lightgbm']);
      report.add({
        what: `file to file, ${rows.toLocaleString('en')} rows × 28 columns, CSV, starts included`,
        threads,
        rowsPerSecond,
        ratio,
        bar: '≥ 3',
        met: ratio === null ? null : ratio >= 3,
      });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
