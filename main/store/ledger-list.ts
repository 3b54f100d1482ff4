/** Reading the ledger: single entries, pages through indexes, totals. */
import { notFound } from '../base/errors.ts';
import type { Db } from './db.ts';
import { type LedgerKind, type LedgerRow, ledgerTable } from './ledger-entry.ts';
import { type Condition, equals, fromSql, listRows, type Page, type PageQuery } from './table.ts';

export function findLedgerEntry(db: Db, id: string): LedgerRow | null {
  const raw = db.get<Record<string, unknown>>('SELECT * FROM ledger WHERE id = ?', id);
  return raw === null ? null : fromSql(ledgerTable, raw);
}

/** Throws not-found. */
export function getLedgerEntry(db: Db, id: string): LedgerRow {
  const entry = findLedgerEntry(db, id);
  if (entry === null) throw notFound('ledger-entry-not-found', `There is no ledger entry "${id}" here.`);
  return entry;
}

export type LedgerQuery = PageQuery<LedgerRow> & {
  /** Entries of any version of this model. */
  readonly modelId?: string;
  readonly modelVersionId?: string;
  readonly rowKey?: string;
  readonly action?: string;
  readonly kinds?: readonly LedgerKind[];
  readonly settled?: boolean;
  readonly decidedFrom?: number;
  readonly decidedBefore?: number;
};

/** Entries newest first unless sorted otherwise. */
export function listLedger(db: Db, query: LedgerQuery = {}): Page<LedgerRow> {
  const { settled, decidedFrom, decidedBefore } = query;
  const conditions: (Condition | null)[] = [
    equals('model_id', query.modelId),
    equals('model_version_id', query.modelVersionId),
    equals('row_key', query.rowKey),
    equals('action', query.action),
    query.kinds === undefined
      ? null
      : { sql: `+kind IN (${query.kinds.map(() => '?').join(', ')})`, values: query.kinds },
    settled === undefined ? null : { sql: `settled_at IS ${settled ? 'NOT ' : ''}NULL`, values: [] },
    decidedFrom === undefined ? null : { sql: 'decided_at >= ?', values: [decidedFrom] },
    decidedBefore === undefined ? null : { sql: 'decided_at < ?', values: [decidedBefore] },
  ];
  return listRows(db, ledgerTable, conditions, { sort: { by: 'seq', descending: true }, ...query });
}

/** Entries of batches that were scored from one of these inputs (by content hash), erased ones left out. */
export const listBatchesOf = (db: Db, inputHashes: readonly string[]): readonly LedgerRow[] =>
  db
    .all<Record<string, unknown>>(
      `SELECT * FROM ledger WHERE kind = 'batch' AND erased_at IS NULL AND input_hash IN (SELECT value FROM json_each(?)) ORDER BY seq`,
      JSON.stringify(inputHashes),
    )
    .map((raw) => fromSql(ledgerTable, raw));

export type LedgerTotals = {
  readonly predictions: number;
  readonly settledEntries: number;
  readonly openEntries: number;
  readonly settledProfit: number;
};

/** Rows predicted, and what the settled ones earned. */
export function ledgerTotals(db: Db): LedgerTotals {
  const row = db.get<LedgerTotals>(
    `SELECT coalesce(sum(coalesce(segment_rows, 1)), 0) AS predictions,
       coalesce(sum(settled_at IS NOT NULL), 0) AS settledEntries, coalesce(sum(settled_at IS NULL), 0) AS openEntries,
       coalesce(sum(profit), 0) AS settledProfit
     FROM ledger WHERE kind IN ('single', 'batch', 'decision')`,
  );
  return row ?? { predictions: 0, settledEntries: 0, openEntries: 0, settledProfit: 0 };
}
