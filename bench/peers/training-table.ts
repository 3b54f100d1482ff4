/** The table of the training comparison in docs/BENCHMARKS.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Results, Run } from './training.ts';

const file = resolve(import.meta.dirname, '..', '..', 'docs', 'BENCHMARKS.md');
const [open, close] = ['<!-- training -->', '<!-- /training -->'];

const cell = ({ seconds, auc, aucError, peakMb }: Run): string => {
  const error = aucError === undefined ? '' : ` ± ${aucError.toFixed(4)}`;
  return `${seconds.toFixed(2)} s, ${auc.toFixed(4)}${error}, ${peakMb.toFixed(0)} MB`;
};

/** Puts all measured shapes between the marks; `made` names the machine and the date. */
export function writeTrainingTable(results: Results, made: string): void {
  const names = ['augury', 'lightgbm', 'lightgbm-quantised', 'xgboost'];
  const versions = new Map<string, string>();
  const rows = Object.entries(results).flatMap(([shape, byThreads]) =>
    Object.entries(byThreads).map(([threads, runs]) => {
      for (const name of names) if (runs[name].version !== undefined) versions.set(name, runs[name].version);
      const fastest = Math.min(...names.slice(1).map((name) => runs[name].seconds));
      const ratio = (runs.augury.seconds / fastest).toFixed(2);
      return `| ${shape} | ${threads} | ${names.map((name) => cell(runs[name])).join(' | ')} | ${ratio} |`;
    }),
  );
  const table = [
    `${made}; ${[...versions].map(([name, version]) => `${name} ${version}`).join(', ')}. Time, AUC with the standard error of its mean over seeds, peak memory; the last column is time by the fastest peer.`,
    '',
    `| shape | threads | ${names.join(' | ')} | ratio |`,
    `|---|---|${names.map(() => '---|').join('')}---|`,
    ...rows,
  ];
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf(open) + open.length;
  writeFileSync(file, `${text.slice(0, from)}\n${table.join('\n')}\n${text.slice(text.indexOf(close))}`);
}
