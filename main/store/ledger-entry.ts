/** A ledger entry as stored, and the text of it that is hashed. */
import type { JsonValue } from '../base/json.ts';
import type { Table } from './table.ts';

export type LedgerKind = 'single' | 'batch' | 'cache-hit' | 'decision' | 'settlement' | 'tombstone';

export type LedgerRow = {
  readonly seq: number;
  readonly id: string;
  readonly kind: LedgerKind;
  /** Whom erasure concerns: the row key, or the entry itself when there is none. */
  readonly subject: string;
  readonly modelId: string | null;
  readonly modelVersionId: string | null;
  readonly rowKey: string | null;
  readonly inputHash: string | null;
  /** Label, value or summary, as JSON. */
  readonly prediction: JsonValue | null;
  readonly probability: number | null;
  readonly intervalLow: number | null;
  readonly intervalHigh: number | null;
  readonly explanationHash: string | null;
  readonly action: string | null;
  readonly price: number | null;
  readonly cost: number | null;
  readonly decidedAt: number;
  readonly knownAt: number;
  /** The entry this one repeats, settles or erases. */
  readonly pointsTo: string | null;
  /** Batches: the file relative to the workspace, its SHA-256 and its rows. */
  readonly segmentFile: string | null;
  readonly segmentSha256: string | null;
  readonly segmentRows: number | null;
  readonly outcome: string | null;
  readonly settledAt: number | null;
  readonly profit: number | null;
  readonly erasedAt: number | null;
  readonly payloadHash: string;
  readonly prevHash: string;
  readonly hash: string;
};

export const ledgerTable: Table<LedgerRow> = {
  name: 'ledger',
  key: 'seq',
  noun: 'ledger entry',
  columns: {
    seq: 'integer',
    id: 'text',
    kind: 'text',
    subject: 'text',
    modelId: 'text',
    modelVersionId: 'text',
    rowKey: 'text',
    inputHash: 'text',
    prediction: 'json',
    probability: 'real',
    intervalLow: 'real',
    intervalHigh: 'real',
    explanationHash: 'text',
    action: 'text',
    price: 'real',
    cost: 'real',
    decidedAt: 'integer',
    knownAt: 'integer',
    pointsTo: 'text',
    segmentFile: 'text',
    segmentSha256: 'text',
    segmentRows: 'integer',
    outcome: 'text',
    settledAt: 'integer',
    profit: 'real',
    erasedAt: 'integer',
    payloadHash: 'text',
    prevHash: 'text',
    hash: 'text',
  },
};

/** The facts of an entry, apart from its place in the chain. */
export type LedgerFacts = Omit<LedgerRow, 'seq' | 'subject' | 'erasedAt' | 'payloadHash' | 'prevHash' | 'hash'>;
/** The text that is hashed: all facts of the entry as they were when it was appended, the prediction as the JSON text it is stored as. */
export function ledgerPayload(row: LedgerFacts, prediction: string | null): string {
  // A settled entry got its outcome later, through an entry of its own; only that one vouches for it.
  const settled = row.kind === 'settlement' ? [row.outcome, row.settledAt, row.profit] : null;
  return JSON.stringify([
    row.id,
    row.kind,
    row.modelId,
    row.modelVersionId,
    row.rowKey,
    row.inputHash,
    prediction,
    row.probability,
    row.intervalLow,
    row.intervalHigh,
    row.explanationHash,
    row.action,
    row.price,
    row.cost,
    row.decidedAt,
    row.knownAt,
    row.pointsTo,
    row.segmentFile,
    row.segmentSha256,
    row.segmentRows,
    settled,
  ]);
}
