/** What was done to a data set since its import, read from the steps kept with its versions. */

import { type CleaningStep, cleaningStep } from '../../contract/cleaning.ts';
import type { Db } from '../../store/db.ts';
import {
  type DatasetVersionRow,
  erasedAt,
  findDatasetVersion,
  getDataset,
  getVersionOf,
  listDatasetVersions,
} from '../../store/repositories/datasets.ts';
import { findReceipt } from '../../store/repositories/receipts.ts';
import type { Outputs } from '../service-types.ts';

/** A step as kept: its kind, its sentence and, for cleaning, the step itself. */
type KeptStep = { readonly kind: string; readonly text: string; readonly step?: unknown };

/** Steps of a version in the words they were recorded with. */
export const keptSteps = (row: DatasetVersionRow): readonly KeptStep[] =>
  (Array.isArray(row.steps) ? row.steps : []) as unknown[] as readonly KeptStep[];

/** The version and those before it back to the import (or first version) it began with; oldest first. */
function lineOf(db: Db, row: DatasetVersionRow): readonly DatasetVersionRow[] {
  const line = [row];
  while (findReceipt(db, line[0].id) === null && line[0].parentVersionId !== null) {
    const parent = findDatasetVersion(db, line[0].parentVersionId);
    if (parent === null) break;
    line.unshift(parent);
  }
  return line;
}

/** Ids of the version and those before it back to its import. */
export const lineIds = (db: Db, row: DatasetVersionRow): readonly string[] => lineOf(db, row).map(({ id }) => id);

const cleaningOf = (line: readonly DatasetVersionRow[]): CleaningStep[] =>
  line.flatMap((row) =>
    keptSteps(row).flatMap(({ step }) => {
      const read = cleaningStep.safeParse(step);
      return read.success ? [read.data] : [];
    }),
  );

/** The recipe of a version. */
export function recipeOf(db: Db, id: string, number: number | undefined): Outputs['datasets']['recipe'] {
  const dataset = getDataset(db, id);
  const row = getVersionOf(db, id, number);
  const line = lineOf(db, row);
  const [first] = line;
  const imported = findReceipt(db, first.id) !== null;
  const done = line.flatMap((version) =>
    keptSteps(version).map(({ kind, text }) => ({ version: version.number, kind, text, at: version.createdAt })),
  );
  const sourceName = (first.source as { name?: string } | null)?.name ?? '';
  const before = first.parentVersionId === null ? null : findDatasetVersion(db, first.parentVersionId);
  const offered = line.length === 1 && imported && before !== null ? cleaningOf(lineOf(db, before)) : [];
  const text = [
    `${dataset.name}, version ${row.number}`,
    imported ? `Read from ${sourceName} as version ${first.number}.` : `Begins with version ${first.number}.`,
    ...done.map((step, i) => `${i + 1}. ${step.text} (version ${step.version})`),
    ...(done.length === 0 ? ['Nothing was changed since.'] : []),
  ].join('\n');
  return {
    name: dataset.name,
    version: row.number,
    importedVersion: imported ? first.number : null,
    sourceName,
    done,
    steps: cleaningOf(line),
    offered,
    text,
  };
}

/** The receipt of the newest import on the way to the data set's current version: its answers are used again. */
export function lastImport(db: Db, currentVersionId: string | null): DatasetVersionRow | null {
  const current = currentVersionId === null ? null : findDatasetVersion(db, currentVersionId);
  if (current === null) return null;
  const [first] = lineOf(db, current);
  return findReceipt(db, first.id) === null ? null : first;
}

/** All versions with what each was made from. `formatOf` gives the versions a derived one names. */
export function versionItems(
  db: Db,
  id: string,
  parentsOf: (row: DatasetVersionRow) => Outputs['datasets']['versions']['items'][number]['from'],
): Outputs['datasets']['versions']['items'] {
  const dataset = getDataset(db, id);
  const { rows } = listDatasetVersions(db, id, { limit: 1000 });
  const numberOf = new Map(rows.map((row) => [row.id, row.number]));
  return rows.map((row) => ({
    version: row.number,
    hash: row.contentHash,
    rows: row.rowCount,
    columns: row.columnCount,
    sourceName: (row.source as { name?: string } | null)?.name ?? '',
    createdAt: row.createdAt,
    parent: row.parentVersionId === null ? null : (numberOf.get(row.parentVersionId) ?? null),
    current: row.id === dataset.currentVersionId,
    ...(erasedAt(row) === null ? {} : { erased: true }),
    imported: findReceipt(db, row.id) !== null,
    steps: keptSteps(row).map(({ kind, text }) => ({ kind, text })),
    from: parentsOf(row),
  }));
}
