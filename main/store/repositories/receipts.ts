/** Import receipts: how the bytes of a source became a dataset version. One a version. */
import type { JsonValue } from '../../base/json.ts';
import type { Db } from '../db.ts';
import { findRow, getRow, insertRow, listRows, type Table } from '../table.ts';

export type ReceiptRow = {
  readonly datasetVersionId: string;
  /** The landed file relative to the workspace; null when it was not kept. */
  readonly rawFile: string | null;
  readonly rawSha256: string;
  readonly rawBytes: number;
  readonly dialect: JsonValue;
  readonly rowCount: number;
  readonly rejectedCount: number;
  readonly rejectsFile: string | null;
  /** The whole receipt as the contract shows it. */
  readonly body: JsonValue;
  readonly createdAt: number;
  readonly knownAt: number;
};

const table: Table<ReceiptRow> = {
  name: 'receipts',
  key: 'datasetVersionId',
  noun: 'receipt',
  columns: {
    datasetVersionId: 'text',
    rawFile: 'text',
    rawSha256: 'text',
    rawBytes: 'integer',
    dialect: 'json',
    rowCount: 'integer',
    rejectedCount: 'integer',
    rejectsFile: 'text',
    body: 'json',
    createdAt: 'integer',
    knownAt: 'integer',
  },
};

export function insertReceipt(db: Db, receipt: Omit<ReceiptRow, 'createdAt' | 'knownAt'>): ReceiptRow {
  const now = db.clock.now();
  return insertRow(db, table, { ...receipt, createdAt: now, knownAt: now });
}

export const getReceipt = (db: Db, datasetVersionId: string): ReceiptRow => getRow(db, table, datasetVersionId);

export const findReceipt = (db: Db, datasetVersionId: string): ReceiptRow | null =>
  findRow(db, table, datasetVersionId);

export function deleteReceipt(db: Db, datasetVersionId: string): void {
  db.run('DELETE FROM receipts WHERE dataset_version_id = ?', datasetVersionId);
}

/** The newest receipt of the same bytes, or null. */
export function findReceiptBySource(db: Db, rawSha256: string): ReceiptRow | null {
  return (
    listRows(db, table, [{ sql: 'raw_sha256 = ?', values: [rawSha256] }], {
      limit: 1,
      sort: { by: 'createdAt', descending: true },
    }).rows[0] ?? null
  );
}
