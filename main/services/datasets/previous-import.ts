/** The last import under a name: its answers are used again, and what differs from it is told. */
import type { Receipt } from '../../contract/datasets.ts';
import type { ImportAlarm } from '../../contract/import-alarms.ts';
import type { Db } from '../../store/db.ts';
import { findDatasetByName } from '../../store/repositories/datasets.ts';
import { findReceipt } from '../../store/repositories/receipts.ts';
import { lastImport } from './recipe.ts';

export type PreviousImport = {
  readonly datasetId: string;
  readonly name: string;
  readonly version: number;
  readonly receipt: Receipt;
};

/** Null when nothing was imported under the name yet; whatever was cleaned since does not count. */
export function previousImport(db: Db, name: string): PreviousImport | null {
  const dataset = findDatasetByName(db, name);
  const row = lastImport(db, dataset?.currentVersionId ?? null);
  const kept = row === null ? null : findReceipt(db, row.id);
  if (dataset === null || row === null || kept === null) return null;
  return { datasetId: dataset.id, name: dataset.name, version: row.number, receipt: kept.body as Receipt };
}

/** Alarms of a preview, which sees the file before its personal data are covered: what is covered is no change. */
export function ownAlarms(alarms: readonly ImportAlarm[], { privacy }: Receipt): ImportAlarm[] {
  if (privacy === undefined) return [...alarms];
  const covered = new Set(privacy.columns.flatMap(({ column, action }) => (action === 'keep' ? [] : [column])));
  // The receipt describes the covered copy, whose dialect is its own
  const kinds = ['column-gone', 'column-new', 'type-changed', 'answer-unfit'];
  return alarms.filter(({ kind, column }) => kinds.includes(kind) && !covered.has(column ?? ''));
}
