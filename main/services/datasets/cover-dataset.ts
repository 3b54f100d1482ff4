/** Covering columns of a stored data set: a new current version, with a receipt that repeats nothing of the columns covered. */
import { dataProblem } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import type { Receipt } from '../../contract/datasets.ts';
import type { MaskResult } from '../../contract/masking.ts';
import type { PrivacyOptions, PrivacyReceipt } from '../../contract/privacy.ts';
import type { JobContext } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import { type DatasetVersionRow, listDatasetVersions, updateDataset } from '../../store/repositories/datasets.ts';
import { findReceipt, insertReceipt } from '../../store/repositories/receipts.ts';
import { type ColumnChoice, chooseActions } from '../../warehouse/privacy/choose.ts';
import type { Version } from '../../warehouse/types.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Catalogue } from './catalogue.ts';
import { saltOf } from './masked-source.ts';
import { lastImport } from './recipe.ts';
import { recordVersion } from './record-version.ts';

export type CoverDeps = { readonly db: Db; readonly warehouse: Warehouse; readonly catalogue: Catalogue };

export type CoveredColumns = MaskResult['columns'];

const words = { keep: 'kept', mask: 'masked', hash: 'hashed', drop: 'left out' } as const;
const sentence = ({ column, action, cells }: CoveredColumns[number]): string =>
  `Column "${column}": ${words[action]}, ${cells} cells, after the import.`;

/** Records the covered version and makes it the current one. Call it inside a transaction. */
function record(
  { db, catalogue }: CoverDeps,
  id: string,
  made: Version,
  choices: readonly ColumnChoice[],
  columns: CoveredColumns,
): DatasetVersionRow {
  const { dataset, row: from } = catalogue.get(id);
  const first = lastImport(db, from.id);
  const receipt = first === null ? null : (findReceipt(db, first.id)?.body as Receipt | undefined);
  const fresh = listDatasetVersions(db, id, { limit: 1000 }).rows.find(
    (row) => row.contentHash === made.hash && row.parentVersionId === from.id,
  );
  if (fresh !== undefined) {
    updateDataset(db, id, { currentVersionId: fresh.id });
    return fresh;
  }
  const steps = columns.map((column) => ({ kind: 'mask', text: sentence(column) }));
  const { row } = recordVersion(db, catalogue.workspaceDir, { name: dataset.name, version: made, steps });
  if (receipt == null) return row;
  const body = coveredReceipt(receipt, made, choices, columns);
  insertReceipt(db, {
    datasetVersionId: row.id,
    rawFile: null,
    rawSha256: made.source.sha256,
    rawBytes: receipt.sourceBytes,
    dialect: asJson(receipt.dialect),
    rowCount: made.rows,
    rejectedCount: 0,
    rejectsFile: null,
    body: asJson({ ...body, importedAt: db.clock.now() }),
  });
  return row;
}

/**
 * Covers the current version as asked; nothing is erased yet. `done` runs in the transaction that records it. No column
 * that has to be covered leaves the version as it is. Throws data-problem where no column would be left.
 */
export async function coverDataset<T>(
  deps: CoverDeps,
  id: string,
  privacy: PrivacyOptions,
  context: JobContext,
  done: (versionId: string, columns: CoveredColumns) => T,
): Promise<T> {
  const { db, warehouse, catalogue } = deps;
  const { row, version } = catalogue.get(id);
  const found = await warehouse.findPersonalColumns(version);
  const names = version.columns.map(({ name }) => name);
  const { choices } = chooseActions(
    names,
    names.map((name) => found.find(({ column }) => column === name) ?? null),
    privacy,
    null,
  );
  if (choices.every(({ action }) => action === 'keep')) return db.transaction(() => done(row.id, []));
  if (choices.every(({ action }) => action === 'drop'))
    throw dataProblem('nothing-left', 'Every column would be left out.', { hint: 'Keep or mask at least one.' });
  const made = await warehouse.coverStored(
    { version, choices, salt: saltOf(db), sourceName: version.source.name },
    context,
  );
  const columns = choices.flatMap(({ column, action }, i) =>
    action === 'keep' ? [] : [{ column, action, cells: version.rows - version.columns[i].missing }],
  );
  return db.transaction(() => done(record(deps, id, made, choices, columns).id, columns));
}

/** The receipt of the covered version: what the import said, without anything of the columns covered and of the texts. */
function coveredReceipt(
  receipt: Receipt,
  made: Version,
  choices: readonly ColumnChoice[],
  columns: CoveredColumns,
): Omit<Receipt, 'importedAt'> {
  const { alarms: _alarms, importedAt: _importedAt, ...rest } = receipt;
  const covered = new Map(columns.map((column) => [column.column, column]));
  const before = receipt.privacy;
  const now: PrivacyReceipt['columns'] = choices.flatMap(({ column, kind, action }) =>
    kind === null && action === 'keep' ? [] : [{ column, kind, action, cells: covered.get(column)?.cells ?? 0 }],
  );
  return {
    ...rest,
    sourceSha256: made.source.sha256,
    rejectsFile: null,
    rejects: [],
    columns: receipt.columns.flatMap((column) => {
      const cover = covered.get(column.name);
      if (cover === undefined) return [column];
      if (cover.action === 'drop') return [];
      return [
        {
          ...column,
          type: 'text',
          reading: 'text',
          readingCode: 'text',
          alternative: null,
          alternativeCode: null,
          changedValues: 0,
          hinderedBy: 0,
          missingWords: [],
          examples: [],
          evidence: sentence(cover),
        },
      ];
    }),
    notes: [
      ...columns.map(sentence),
      'The kept copy of the file, its rejected records and the earlier versions were erased for good.',
    ],
    privacy: {
      found: before?.found ?? 'keep',
      columns: [...(before?.columns ?? []).filter(({ column }) => !now.some((each) => each.column === column)), ...now],
      seen: before?.seen ?? receipt.columns.map(({ name }) => name),
      rejectedMasked: before?.rejectedMasked ?? 0,
    },
  };
}
