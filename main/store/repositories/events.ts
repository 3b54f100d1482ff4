/** The event log: one row a state change, written in the transaction that makes it. Append only. */
import { asJson, type JsonValue } from '../../base/json.ts';
import type { Db } from '../db.ts';

export type Subject = { readonly kind: string; readonly id: string };

export type EventInput = {
  readonly id?: string;
  readonly operation: string;
  /** Who: user, job:<id>, system. */
  readonly actor: string;
  readonly subject?: Subject | null;
  readonly detail?: JsonValue;
};

export type EventRow = {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly knownAt: number;
  readonly operation: string;
  readonly actor: string;
  readonly subject: Subject | null;
  readonly detail: JsonValue | null;
};

/** Appends an event and returns its id. Call it in the transaction it tells of. */
export function appendEvent(db: Db, event: EventInput): string {
  const id = event.id ?? db.ids.next('ev');
  const now = db.clock.now();
  db.run(
    `INSERT INTO events (id, at, known_at, operation, actor, subject_kind, subject_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    now,
    now,
    event.operation,
    event.actor,
    event.subject?.kind ?? null,
    event.subject?.id ?? null,
    event.detail === undefined ? null : JSON.stringify(event.detail),
  );
  return id;
}

type Raw = Omit<EventRow, 'subject' | 'detail'> & {
  readonly subjectKind: string | null;
  readonly subjectId: string | null;
  readonly detail: string | null;
};

/** Events after a sequence number, oldest first; of one subject when given. */
export function listEvents(
  db: Db,
  query: { readonly after?: number; readonly limit?: number; readonly subjectId?: string } = {},
): readonly EventRow[] {
  const bySubject = query.subjectId === undefined ? '' : 'AND subject_id = ?';
  const values = query.subjectId === undefined ? [] : [query.subjectId];
  return db
    .all<Raw>(
      `SELECT seq, id, at, known_at AS knownAt, operation, actor, subject_kind AS subjectKind, subject_id AS subjectId, detail
       FROM events WHERE seq > ? ${bySubject} ORDER BY seq LIMIT ?`,
      query.after ?? 0,
      ...values,
      query.limit ?? 1000,
    )
    .map(({ subjectKind, subjectId, detail, ...row }) => ({
      ...row,
      subject: subjectKind === null || subjectId === null ? null : { kind: subjectKind, id: subjectId },
      detail: detail === null ? null : asJson(JSON.parse(detail)),
    }));
}
