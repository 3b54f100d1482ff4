/**
 * The decision ledger: every prediction that counts is an entry, linked to the one before (see chain.ts). Single predictions are
 * rows; a batch is one entry over a segment file with its hash and row count; a cache hit points at the entry it repeats;
 * settling appends an entry of its own, because entries never change, and copies the outcome to the settled one for lists.
 */
import { conflict, invalidInput } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { extendChain } from './chain.ts';
import type { Db, SqlValue } from './db.ts';
import { type LedgerFacts, type LedgerRow, ledgerPayload } from './ledger-entry.ts';
import { getLedgerEntry } from './ledger-list.ts';

/** What a caller says of one prediction; what is left out is null. */
export type LedgerInput = {
  readonly modelVersionId: string;
  readonly rowKey?: string | null;
  readonly inputHash: string;
  readonly prediction: JsonValue;
  readonly probability?: number | null;
  readonly interval?: { readonly low: number; readonly high: number } | null;
  readonly explanationHash?: string | null;
  readonly action?: string | null;
  readonly price?: number | null;
  readonly cost?: number | null;
  /** When the facts behind the prediction were known; now unless given. */
  readonly knownAt?: number;
  /** A decision taken on a prediction instead of a prediction itself. */
  readonly kind?: 'single' | 'decision';
  readonly id?: string;
};

/** A batch of predictions whose rows are in a segment file. */
export type LedgerBatchInput = {
  readonly modelVersionId: string;
  readonly segmentFile: string;
  readonly segmentSha256: string;
  readonly segmentRows: number;
  /** Hash of the input file, or of the dataset version's content. */
  readonly inputHash: string;
  /** Counts and totals of the batch, e.g. {positives: 12}. */
  readonly summary?: JsonValue | null;
  readonly explanationHash?: string | null;
  readonly action?: string | null;
  readonly knownAt?: number;
  readonly id?: string;
};

type Given = Partial<Omit<LedgerFacts, 'id' | 'kind'>> & Pick<LedgerFacts, 'id' | 'kind'>;

const finite = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : value;

const insertSql = `INSERT INTO ledger (seq, id, kind, subject, model_id, model_version_id, row_key, input_hash, prediction, probability,
  interval_low, interval_high, explanation_hash, action, price, cost, decided_at, known_at, points_to, segment_file, segment_sha256,
  segment_rows, outcome, settled_at, profit, payload_hash, prev_hash, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function modelOf(db: Db, modelVersionId: string | null | undefined): string | null {
  if (modelVersionId === null || modelVersionId === undefined) return null;
  return (
    db.get<{ modelId: string }>('SELECT model_id AS modelId FROM model_versions WHERE id = ?', modelVersionId)
      ?.modelId ?? null
  );
}

/** Appends one linked entry; the caller has a transaction open. */
function append(db: Db, given: Given): LedgerRow {
  const now = db.clock.now();
  const fields: LedgerFacts = {
    id: given.id,
    kind: given.kind,
    modelId: given.modelId ?? modelOf(db, given.modelVersionId),
    modelVersionId: given.modelVersionId ?? null,
    rowKey: given.rowKey ?? null,
    inputHash: given.inputHash ?? null,
    prediction: given.prediction ?? null,
    probability: finite(given.probability),
    intervalLow: finite(given.intervalLow),
    intervalHigh: finite(given.intervalHigh),
    explanationHash: given.explanationHash ?? null,
    action: given.action ?? null,
    price: finite(given.price),
    cost: finite(given.cost),
    decidedAt: given.decidedAt ?? now,
    knownAt: given.knownAt ?? now,
    pointsTo: given.pointsTo ?? null,
    segmentFile: given.segmentFile ?? null,
    segmentSha256: given.segmentSha256 ?? null,
    segmentRows: given.segmentRows ?? null,
    outcome: given.outcome ?? null,
    settledAt: given.settledAt ?? null,
    profit: finite(given.profit),
  };
  const prediction = fields.prediction === null ? null : JSON.stringify(fields.prediction);
  const subject = fields.rowKey === null ? `entry:${fields.id}` : `row:${fields.rowKey}`;
  const link = extendChain(db, 'ledger', { id: fields.id, subject, payload: ledgerPayload(fields, prediction) });
  const values: SqlValue[] = [
    link.seq,
    fields.id,
    fields.kind,
    subject,
    fields.modelId,
    fields.modelVersionId,
    fields.rowKey,
    fields.inputHash,
    prediction,
    fields.probability,
    fields.intervalLow,
    fields.intervalHigh,
    fields.explanationHash,
    fields.action,
    fields.price,
    fields.cost,
    fields.decidedAt,
    fields.knownAt,
    fields.pointsTo,
    fields.segmentFile,
    fields.segmentSha256,
    fields.segmentRows,
    fields.outcome,
    fields.settledAt,
    fields.profit,
    link.payloadHash,
    link.prevHash,
    link.hash,
  ];
  db.run(insertSql, ...values);
  db.touch('ledger', fields.id);
  return {
    ...fields,
    subject,
    erasedAt: null,
    seq: link.seq,
    payloadHash: link.payloadHash,
    prevHash: link.prevHash,
    hash: link.hash,
  };
}

const given = (db: Db, input: LedgerInput): Given => {
  const { interval, kind, id, ...rest } = input;
  return {
    ...rest,
    id: id ?? db.ids.next('led'),
    kind: kind ?? 'single',
    intervalLow: interval?.low ?? null,
    intervalHigh: interval?.high ?? null,
  };
};

/**
 * Appends one prediction. The commit does not wait for the disk: after a power cut the ledger is a verifying prefix, and a
 * killed process loses nothing; waiting would cost more than the prediction.
 */
export const appendPrediction = (db: Db, input: LedgerInput): LedgerRow =>
  db.relaxedTransaction(() => append(db, given(db, input)));

/** Appends many predictions in one transaction. */
export const appendPredictions = (db: Db, inputs: readonly LedgerInput[]): readonly LedgerRow[] =>
  db.transaction(() => inputs.map((input) => append(db, given(db, input))));

/** Appends the single entry of a batch. Call it in the transaction that records the segment file. */
export function appendBatch(db: Db, input: LedgerBatchInput): LedgerRow {
  const { summary, id, ...rest } = input;
  return db.transaction(() =>
    append(db, { ...rest, id: id ?? db.ids.next('led'), kind: 'batch', prediction: summary ?? null }),
  );
}

/** Appends a cache hit: an entry that points at the first one and repeats none of its content. Throws not-found. */
export function appendCacheHit(db: Db, firstId: string): LedgerRow {
  return db.relaxedTransaction(() => {
    const first = getLedgerEntry(db, firstId);
    const { modelVersionId, rowKey } = first;
    return append(db, {
      id: db.ids.next('led'),
      kind: 'cache-hit',
      modelVersionId,
      rowKey,
      pointsTo: first.pointsTo ?? first.id,
    });
  });
}

/** Records what happened to a prediction and what it earned. Throws conflict when it is settled already. */
export function settleEntry(
  db: Db,
  id: string,
  settlement: { readonly outcome: string; readonly profit: number | null; readonly settledAt?: number },
): LedgerRow {
  return db.transaction(() => {
    const entry = getLedgerEntry(db, id);
    if (entry.kind !== 'single' && entry.kind !== 'batch' && entry.kind !== 'decision') {
      throw invalidInput('not-settleable', `A ${entry.kind} entry cannot be settled.`, {
        hint: 'Settle the entry it points at.',
      });
    }
    if (entry.settledAt !== null) throw conflict('already-settled', 'This prediction has been settled already.');
    const settledAt = settlement.settledAt ?? db.clock.now();
    const { modelVersionId, rowKey } = entry;
    const { outcome, profit } = settlement;
    const row = append(db, {
      id: db.ids.next('led'),
      kind: 'settlement',
      modelVersionId,
      rowKey,
      pointsTo: id,
      outcome,
      profit,
      settledAt,
    });
    db.run(
      'UPDATE ledger SET outcome = ?, profit = ?, settled_at = ? WHERE id = ?',
      outcome,
      finite(profit),
      settledAt,
      id,
    );
    db.touch('ledger', id);
    return row;
  });
}

/**
 * Shreds everything the ledger knows of a row key: payloads and salt go, the links stay and verify, and a tombstone tells
 * that and when it happened. Returns the number of entries erased.
 */
export const eraseSubject = (db: Db, rowKey: string): number => shred(db, 'row_key = ?', rowKey, `row:${rowKey}`);

/** Shreds what the ledger knows of a batch, in the same way; its segment file is the caller's to remove. Again is harmless. */
export const eraseBatch = (db: Db, id: string): number =>
  shred(db, "kind = 'batch' AND erased_at IS NULL AND id = ?", id, `entry:${id}`);

function shred(db: Db, which: string, value: string, subject: string): number {
  return db.transaction(() => {
    const now = db.clock.now();
    const done = db.run(
      `UPDATE ledger SET subject = 'erased', row_key = NULL, input_hash = NULL, prediction = NULL, probability = NULL, interval_low = NULL,
         interval_high = NULL, explanation_hash = NULL, action = NULL, price = NULL, cost = NULL, outcome = NULL, profit = NULL, erased_at = ?
       WHERE ${which}`,
      now,
      value,
    );
    if (done.changes === 0) return 0;
    db.run('DELETE FROM subject_salts WHERE subject = ?', subject);
    append(db, { id: db.ids.next('led'), kind: 'tombstone', prediction: { erasedEntries: done.changes } });
    return done.changes;
  });
}
