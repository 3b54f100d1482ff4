/** What happened after a prediction (outcomes) and what people said about it (feedback). Append only. */
import type { Db } from '../db.ts';
import { equals, insertRow, listRows, type Page, type PageQuery, type Table } from '../table.ts';

export type OutcomeRow = {
  readonly seq: number;
  readonly modelVersionId: string | null;
  readonly rowKey: string;
  readonly ledgerId: string | null;
  readonly outcome: string;
  readonly value: number | null;
  readonly source: string;
  readonly observedAt: number;
  readonly knownAt: number;
};

const outcomes: Table<OutcomeRow> = {
  name: 'outcomes',
  key: 'seq',
  noun: 'outcome',
  columns: {
    seq: 'integer',
    modelVersionId: 'text',
    rowKey: 'text',
    ledgerId: 'text',
    outcome: 'text',
    value: 'real',
    source: 'text',
    observedAt: 'integer',
    knownAt: 'integer',
  },
};

export function insertOutcome(
  db: Db,
  outcome: Omit<OutcomeRow, 'seq' | 'knownAt'> & { readonly knownAt?: number },
): OutcomeRow {
  const done = db.run(
    `INSERT INTO outcomes (model_version_id, row_key, ledger_id, outcome, value, source, observed_at, known_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    outcome.modelVersionId,
    outcome.rowKey,
    outcome.ledgerId,
    outcome.outcome,
    outcome.value,
    outcome.source,
    outcome.observedAt,
    outcome.knownAt ?? db.clock.now(),
  );
  return { ...outcome, knownAt: outcome.knownAt ?? db.clock.now(), seq: done.lastRowid };
}

export function listOutcomes(
  db: Db,
  query: PageQuery<OutcomeRow> & { readonly rowKey?: string; readonly modelVersionId?: string } = {},
): Page<OutcomeRow> {
  return listRows(
    db,
    outcomes,
    [equals('row_key', query.rowKey), equals('model_version_id', query.modelVersionId)],
    query,
  );
}

export type FeedbackRow = {
  readonly id: string;
  readonly ledgerId: string | null;
  readonly modelVersionId: string | null;
  readonly rowKey: string | null;
  /** −1, 0 or 1, or a scale of the caller. */
  readonly rating: number | null;
  readonly correctedOutcome: string | null;
  readonly comment: string;
  readonly actor: string;
  readonly createdAt: number;
  readonly knownAt: number;
};

const feedback: Table<FeedbackRow> = {
  name: 'feedback',
  key: 'id',
  noun: 'feedback',
  columns: {
    id: 'text',
    ledgerId: 'text',
    modelVersionId: 'text',
    rowKey: 'text',
    rating: 'integer',
    correctedOutcome: 'text',
    comment: 'text',
    actor: 'text',
    createdAt: 'integer',
    knownAt: 'integer',
  },
};

export function insertFeedback(db: Db, row: Omit<FeedbackRow, 'id' | 'createdAt' | 'knownAt'>): FeedbackRow {
  const now = db.clock.now();
  return insertRow(db, feedback, { ...row, id: db.ids.next('fb'), createdAt: now, knownAt: now });
}

export function listFeedback(
  db: Db,
  query: PageQuery<FeedbackRow> & { readonly ledgerId?: string; readonly modelVersionId?: string } = {},
): Page<FeedbackRow> {
  return listRows(
    db,
    feedback,
    [equals('ledger_id', query.ledgerId), equals('model_version_id', query.modelVersionId)],
    query,
  );
}
