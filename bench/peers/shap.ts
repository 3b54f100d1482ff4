/**
 * Contributions against XGBoost, `shap` and Woodelf: alternating runs, medians, rows a second.
 *   node bench/peers/shap.ts [--python …] [--leaves 31,255] [--threads 1,2] [--repeats 3] [--parts path,interventional,interactions,…]
 */
import { join } from 'node:path';
import { peerSeconds, startPeer } from './peer-process.ts';
import { alternate, type Contender, createSpeedReport, ratioTo, readSpeedOptions } from './speed-report.ts';
import { startThreads } from './tree-threads.ts';
import type { TreeJob } from './tree-worker.ts';

const options = readSpeedOptions();
const peer = await startPeer(options.python, join(import.meta.dirname, 'trees_peer.py'), [options.folder, '200000']);
const report = createSpeedReport('shap', await peer.ask({ op: 'versions' }));
for (const leaves of options.leaves) await peer.ask({ op: 'train', leaves });
const threads = startThreads(options.folder, Math.max(...options.threads));
const background = 1000;

function addFaster(what: string, count: number, rates: Record<string, number | null>, peers: readonly string[]): void {
  const ratio = ratioTo(rates, peers);
  const met = ratio === null ? null : ratio > 1;
  report.add({ what, threads: count, rowsPerSecond: rates, ratio, bar: `> 1 (${peers.join(', ')})`, met });
}

for (const leaves of options.leaves) {
  const small = leaves <= 64;
  for (const count of options.threads) {
    const own = (name: string, op: TreeJob['op'], rows: number): Contender => ({
      name,
      rows,
      run: () => threads.seconds(op, leaves, count, rows, background),
    });
    const other = (name: string, op: string, rows: number): Contender => ({
      name,
      rows,
      run: () => peerSeconds(peer, { op, leaves, threads: count, rows, background }),
    });
    if (options.wants('path')) {
      const rates = await alternate(
        [
          own('augury', 'shap', small ? 100_000 : 4_000),
          own('augury double', 'shap-double', small ? 10_000 : 2_000),
          other('xgboost', 'xgboost-contribs', small ? 4_000 : 300),
          other('shap', 'shap', small ? 4_000 : 300),
          other('woodelf', 'woodelf-path', small ? 20_000 : 1_000),
        ],
        options.repeats,
      );
      const toXgboost = ratioTo(rates, ['xgboost']);
      const toShap = ratioTo(rates, ['shap']);
      const what = `TreeSHAP, ${leaves} leaves`;
      report.add({
        what: `${what}, against XGBoost`,
        threads: count,
        rowsPerSecond: rates,
        ratio: toXgboost,
        bar: small ? '≥ 30' : '≥ 10',
        met: toXgboost === null ? null : toXgboost >= (small ? 30 : 10),
      });
      if (small) {
        report.add({
          what: `${what}, against shap`,
          threads: count,
          rowsPerSecond: rates,
          ratio: toShap,
          bar: '≥ 100',
          met: toShap === null ? null : toShap >= 100,
        });
      }
    }
    if (options.wants('interventional')) {
      const rows = small ? 20_000 : 1_000;
      const rates = await alternate(
        [
          own('augury', 'interventional', rows),
          other('woodelf', 'woodelf', rows),
          other('shap', 'shap-interventional', small ? 10 : 2),
        ],
        small ? options.repeats : 1,
      );
      addFaster(`interventional TreeSHAP, ${background} background rows, ${leaves} leaves`, count, rates, ['woodelf']);
    }
    const pairRows = small ? 5_000 : 400;
    const woodelfRows = small ? 2_000 : 200;
    const pairs = `interaction values, ${leaves} leaves`;
    if (options.wants('interactions')) {
      const rates = await alternate(
        [
          own('augury', 'interactions', pairRows),
          other('xgboost', 'xgboost-interactions', small ? 60 : 6),
          other('woodelf', 'woodelf-path-interactions', woodelfRows),
        ],
        small ? options.repeats : 1,
      );
      addFaster(pairs, count, rates, ['xgboost', 'woodelf']);
    }
    if (options.wants('interventional-interactions')) {
      const rates = await alternate(
        [own('augury', 'interventional-interactions', pairRows), other('woodelf', 'woodelf-interactions', woodelfRows)],
        small ? options.repeats : 1,
      );
      addFaster(`${pairs}, ${background} background rows`, count, rates, ['woodelf']);
    }
  }
}
report.write();
peer.close();
await threads.close();
