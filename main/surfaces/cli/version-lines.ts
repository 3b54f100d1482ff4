/** Versions, recipes and differences as text. */

import { invalidInput } from '../../base/errors.ts';
import type { StepEffect, VersionDiff, VersionLineage } from '../../contract/cleaning.ts';
import type { AuguryClient } from './io.ts';
import { table } from './output.ts';

const shown = (value: string | number | boolean | null): string => (value === null ? '(missing)' : String(value));

/** What cleaning steps change, step by step. */
export const effectLines = (effects: readonly StepEffect[]): string[] =>
  effects.flatMap((effect) => {
    const told = [
      ...(effect.cellsChanged === 0 ? [] : [`${effect.cellsChanged} cells change`]),
      ...(effect.cellsEmptied === 0 ? [] : [`${effect.cellsEmptied} cells become missing`]),
      ...(effect.rowsRemoved === 0 ? [] : [`${effect.rowsRemoved} rows go`]),
      ...(effect.columnsChanged === 0 ? [] : [`${effect.columnsChanged} columns change`]),
    ];
    return [
      `${effect.text} ${told.length === 0 ? 'Changes nothing.' : `${told.join(', ')}.`}`,
      ...effect.examples
        .filter(({ column }) => column !== null)
        .slice(0, 4)
        .map(
          (example) =>
            `  row ${example.row + 1}, ${example.column}: ${shown(example.before)} → ${shown(example.after)}`,
        ),
    ];
  });

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/** A difference of two versions. */
export function diffLines(diff: VersionDiff): string[] {
  const { byKey, schema } = diff;
  return [
    `version ${diff.from} → ${diff.to}: ${diff.rows.from} → ${diff.rows.to} rows`,
    `new columns: ${listed(schema.added.map(({ name }) => name))}`,
    `columns gone: ${listed(schema.removed.map(({ name }) => name))}`,
    `columns of another type: ${listed(schema.retyped.map(({ name, from, to }) => `${name} (${from} → ${to})`))}`,
    ...table(
      diff.distribution.map((each) => [
        each.column,
        each.psi === null ? '' : each.psi.toFixed(3),
        each.ks === null ? '' : each.ks.toFixed(3),
        each.words,
      ]),
      ['column', 'PSI', 'KS', 'in words'],
    ),
    ...(byKey === null
      ? ['no column names the rows of both versions; choose one with --key']
      : [
          `rows by ${byKey.key.join(', ')}: ${byKey.added} added, ${byKey.removed} removed, ${byKey.changedRows} changed in ${byKey.changedCells} cells`,
          ...byKey.examples.map((example) =>
            example.column === null
              ? `  ${example.kind}: ${example.key.map(shown).join(', ')}`
              : `  ${example.key.map(shown).join(', ')}: ${example.column} ${shown(example.before)} → ${shown(example.after)}`,
          ),
        ]),
  ];
}

/** The words after `datasets diff NAME`: two version numbers; the last two when none are given. */
export async function versionsToCompare(
  client: AuguryClient,
  id: string,
  words: readonly string[],
): Promise<{ readonly from: number; readonly to: number }> {
  const [from, to] = words.map(Number);
  if (words.length === 2 && Number.isInteger(from) && Number.isInteger(to)) return { from, to };
  const { items } = await client.datasets.versions({ id });
  const current = items.find((item) => item.current === true) ?? items[0];
  const before = current?.parent ?? null;
  if (words.length === 0 && before !== null) return { from: before, to: current.version };
  throw invalidInput('diff-versions', 'Two versions are needed.', {
    hint: 'augury datasets diff NAME 1 2; augury datasets versions NAME lists them.',
  });
}

/** What a version was made from: every version with what was used for it, the newest first. */
export function lineageLines({ nodes, edges }: VersionLineage): string[] {
  const nameOf = (key: string): string => {
    const node = nodes.find((each) => each.key === key);
    if (node === undefined) return key;
    return node.version === undefined ? node.name : `${node.name}, version ${node.version}`;
  };
  return nodes
    .filter(({ kind }) => kind === 'version')
    .flatMap(({ key, rows, columns, steps, gone }) => [
      `${nameOf(key)}: ${rows ?? 0} × ${columns ?? 0}${gone === true ? ', gone' : ''}`,
      ...edges.filter(({ to }) => to === key).map(({ from }) => `  from ${nameOf(from)}`),
      ...steps.map(({ text }) => `  ${text}`),
    ]);
}
