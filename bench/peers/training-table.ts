/** The table of the training comparison in docs/BENCHMARKS.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorOfMean, mean } from './seed-means.ts';
import type { Results, Run } from './training.ts';

const file = resolve(import.meta.dirname, '..', '..', 'docs', 'BENCHMARKS.md');
const [open, close] = ['<!-- training -->', '<!-- /training -->'];

const cell = ({ seconds, auc, aucError, peakMb }: Run): string => {
  const error = aucError === undefined ? '' : ` ± ${aucError.toFixed(4)}`;
  return `${seconds.toFixed(2)} s, ${auc.toFixed(4)}${error}, ${peakMb.toFixed(0)} MB`;
};

/** Mean difference of AUC, seed by seed on the same data. */
function leadOver(own: Run, peer: Run): string {
  const differences = (own.aucs ?? [own.auc]).map((auc, seed) => auc - (peer.aucs ?? [peer.auc])[seed]);
  const error = differences.length > 1 ? ` ± ${errorOfMean(differences).toFixed(4)}` : '';
  return `${mean(differences).toFixed(4)}${error}`;
}

/** Puts all measured shapes between the marks; `made` names the machine and the date. */
export function writeTrainingTable(results: Results, made: string): void {
  const names = ['augury', 'lightgbm', 'lightgbm-quantised', 'xgboost'];
  const versions = new Map<string, string>();
  const rows = Object.entries(results).flatMap(([shape, byThreads]) =>
    Object.entries(byThreads).map(([threads, runs]) => {
      for (const name of names) if (runs[name].version !== undefined) versions.set(name, runs[name].version);
      const fastest = names.slice(1).reduce((a, b) => (runs[b].seconds < runs[a].seconds ? b : a));
      const ratio = (runs.augury.seconds / runs[fastest].seconds).toFixed(2);
      const lead = leadOver(runs.augury, runs[fastest]);
      return `| ${shape} | ${threads} | ${runs.augury.aucs?.length ?? 1} | ${names.map((name) => cell(runs[name])).join(' | ')} | ${ratio} | ${lead} |`;
    }),
  );
  const table = [
    `${made}; ${[...versions].map(([name, version]) => `${name} ${version}`).join(', ')}. Time, AUC with the standard error of its mean over seeds, peak memory; the last columns are time by the fastest peer, and AUC less that peer's with the standard error over the same data.`,
    '',
    `| shape | threads | seeds | ${names.join(' | ')} | ratio | AUC lead |`,
    `|---|---|---|${names.map(() => '---|').join('')}---|---|`,
    ...rows,
  ];
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf(open) + open.length;
  writeFileSync(file, `${text.slice(0, from)}\n${table.join('\n')}\n${text.slice(text.indexOf(close))}`);
}
