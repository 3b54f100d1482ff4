/**
 * Contributions against XGBoost, `shap` and Woodelf: alternating runs, medians, rows a second.
 *   node bench/peers/shap.ts [--python …] [--leaves 31,255] [--threads 1,2] [--repeats 3] [--parts path,interactions,interventional]
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
        Math.min(options.repeats, small ? 3 : 1),
      );
      const ratio = ratioTo(rates, ['woodelf']);
      report.add({
        what: `interventional TreeSHAP, ${background} background rows, ${leaves} leaves`,
        threads: count,
        rowsPerSecond: rates,
        ratio,
        bar: '> 1 (Woodelf)',
        met: ratio === null ? null : ratio > 1,
      });
    }
    if (options.wants('interactions') && small) {
      const rates = await alternate(
        [
          own('augury', 'interactions', 5_000),
          own('augury interventional', 'interventional-interactions', 5_000),
          other('xgboost', 'xgboost-interactions', 60),
          other('woodelf', 'woodelf-path-interactions', 2_000),
          other('woodelf interventional', 'woodelf-interactions', 2_000),
        ],
        options.repeats,
      );
      const ratio = ratioTo(rates, ['xgboost', 'woodelf']);
      report.add({
        what: `interaction values, ${leaves} leaves`,
        threads: count,
        rowsPerSecond: rates,
        ratio,
        bar: '> 1',
        met: ratio === null ? null : ratio > 1,
      });
    }
  }
}
report.write();
peer.close();
await threads.close();
