/** The rows of the parity table that explain. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { contract } from '../../main/contract/index.ts';
import type { Subjects } from './parity-subjects.ts';
import type { Row } from './parity-table.ts';

type Tools = {
  readonly without: (...keys: readonly string[]) => (output: unknown) => unknown;
  readonly ended: (keep: (result: Record<string, unknown>, s: Subjects, door: string) => unknown) => Row['same'];
  readonly outputFile: (s: Subjects, name: string, door: string) => string;
  readonly fileHash: (path: string) => unknown;
  readonly badModel: Readonly<Record<string, unknown>>;
};

type Rows = { readonly [Operation in keyof (typeof contract)['explanations']]: Row };

/** The head of the sample as a file of its own, for what takes its time on every row. */
function firstRows(s: Subjects, count: number): string {
  const path = join(s.folder, `first-${count}.csv`);
  const lines = readFileSync(s.file, 'utf8').split('\n');
  writeFileSync(path, lines.slice(0, count + 1).join('\n'));
  return path;
}

/** One row for each operation of the noun. */
export function explanationRows({ without, ended, outputFile, fileHash, badModel }: Tools): Rows {
  return {
    global: { input: (s) => ({ modelId: s.modelId }), bad: badModel },
    dependence: { input: (s) => ({ modelId: s.modelId, column: 'tenure' }), bad: badModel },
    one: {
      input: (s) => ({ modelId: s.modelId, row: s.row, method: 'lime', warranty: true }),
      same: without('milliseconds'),
      bad: { method: 'nonsense' },
    },
    effect: {
      input: (s) => ({ modelId: s.modelId, column: 'tenure', second: 'Contract', kind: 'ale' }),
      bad: { kind: 'nonsense' },
    },
    interactions: { input: (s) => ({ modelId: s.modelId }), bad: badModel },
    shapInteractions: { input: (s) => ({ modelId: s.modelId, limit: 5 }), bad: { limit: 0 } },
    startPermutation: {
      input: (s) => ({ modelId: s.modelId, repeats: 1, mostRows: 200 }),
      same: ended((result) => (result as { columns: unknown }).columns),
      bad: { repeats: 0 },
    },
    counterfactuals: {
      input: (s) => ({ modelId: s.modelId, row: s.row, rules: [{ column: 'tenure', direction: 'up' }] }),
      bad: { count: 0 },
    },
    counterfactualsFile: {
      input: (s, door) => ({
        modelId: s.modelId,
        source: { path: firstRows(s, 12) },
        destination: { path: outputFile(s, 'changed', door) },
        count: 1,
        mostChanges: 1,
      }),
      same: ended((_result, s, door) => fileHash(outputFile(s, 'changed', door))),
      bad: { mostChanges: 0 },
    },
    explainFile: {
      input: (s, door) => ({
        modelId: s.modelId,
        source: { path: s.file },
        destination: { path: outputFile(s, 'explained', door) },
      }),
      same: ended((_result, s, door) => fileHash(outputFile(s, 'explained', door))),
      bad: { units: 'nonsense' },
    },
  };
}
