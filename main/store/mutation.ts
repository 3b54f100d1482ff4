/**
 * One operation that changes the workspace: its row changes, its event and its audit line are committed together, and what
 * an undoable operation changed can be taken back later. The router wraps every mutating operation in one of these; services
 * only write through repositories.
 */
import { bug } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { appendAudit } from './audit.ts';
import type { Db } from './db.ts';
import { appendEvent, type Subject } from './repositories/events.ts';

export type MutationMeta = {
  /** Contract name, e.g. "datasets.rename". */
  readonly operation: string;
  readonly actor: string;
  readonly undoable: boolean;
  /** False leaves the audit line out; the event is always written. */
  readonly audit?: boolean;
  /** What it is about; the first changed row unless given. */
  readonly subject?: Subject | null;
  /** Safe facts for the event and the audit line: no raw values of users' data, no secrets. */
  readonly detail?: JsonValue;
};

export type MutationResult<T> = {
  readonly result: T;
  readonly eventId: string;
  /** True when there is something `undo(db, eventId, …)` can take back. */
  readonly undoable: boolean;
};

const keptUndoEvents = 1000;

/** The first row that was changed: what the operation was about, unless it says so itself. Null when nothing was captured. */
function findCapturedSubject(db: Db, eventId: string): Subject | null {
  const row = db.get<{ tableName: string; rowKey: string }>(
    'SELECT table_name AS tableName, row_key AS rowKey FROM undo_changes WHERE event_id = ? ORDER BY seq LIMIT 1',
    eventId,
  );
  if (row === null) return null;
  return { kind: row.tableName.replace(/s$/, ''), id: row.rowKey.replace(/^'|'$/g, '').replaceAll("''", "'") };
}

/**
 * Runs `fn` in one transaction together with the operation's event and audit line: all or nothing. `fn` gets the event's id
 * and is synchronous; what must be awaited (files, scans) comes before. Mutations do not nest.
 */
export function withMutation<T>(db: Db, meta: MutationMeta, fn: (eventId: string) => T): MutationResult<T> {
  if (db.inTransaction) throw bug(`${meta.operation} begins inside another transaction`);
  const eventId = db.ids.next('ev');
  const { operation, actor, undoable, detail } = meta;
  return db.transaction(() => {
    if (undoable) {
      db.run('INSERT INTO undo_events (event_id) VALUES (?)', eventId);
      db.run('INSERT INTO undo_scope (event_id) VALUES (?)', eventId);
    }
    const result = fn(eventId);
    if (undoable) {
      db.run('DELETE FROM undo_scope');
      db.run(
        'DELETE FROM undo_events WHERE event_id IN (SELECT event_id FROM undo_events ORDER BY event_id DESC LIMIT -1 OFFSET ?)',
        keptUndoEvents,
      );
    }
    const captured = undoable ? findCapturedSubject(db, eventId) : null;
    const subject = meta.subject ?? captured;
    const told = { operation, actor, subject, ...(detail === undefined ? {} : { detail }) };
    appendEvent(db, { ...told, id: eventId });
    if (meta.audit !== false) appendAudit(db, { ...told, eventId });
    return { result, eventId, undoable: captured !== null };
  });
}
