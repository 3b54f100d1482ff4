/**
 * One operation that changes the workspace: its row changes, its event and its audit line are committed together, and what
 * an undoable operation changed can be taken back later. The router wraps every mutating operation in one of these; services
 * only write through repositories.
 */
import type { JsonValue } from '../base/json.ts';
import { appendAudit } from './audit.ts';
import type { Db } from './db.ts';
import { type MutationScope, runInScope } from './mutation-scope.ts';
import { appendEvent, type Subject } from './repositories/events.ts';

export type MutationMeta = {
  /** Contract name, e.g. "datasets.rename". */
  readonly operation: string;
  readonly actor: string;
  readonly undoable: boolean;
  /** False leaves the audit line out; the event is always written. */
  readonly audit?: boolean;
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

type OpenMutation = { readonly scope: MutationScope; readonly eventId: string; readonly written: () => boolean };

function openMutation(db: Db, meta: MutationMeta): OpenMutation {
  const eventId = db.ids.next('ev');
  let committed = false;
  let pending = false;
  const scope: MutationScope = {
    store: db,
    closed: false,
    opened: () => {
      pending = !committed;
      if (pending) {
        const { operation, actor, subject, detail } = meta;
        appendEvent(db, {
          id: eventId,
          operation,
          actor,
          subject: subject ?? null,
          ...(detail === undefined ? {} : { detail }),
        });
        if (meta.undoable) db.run('INSERT INTO undo_events (event_id) VALUES (?)', eventId);
      }
      if (meta.undoable) db.run('INSERT INTO undo_scope (event_id) VALUES (?)', eventId);
    },
    committing: () => {
      if (meta.undoable) db.run('DELETE FROM undo_scope');
      if (!pending) return;
      if (meta.audit !== false) appendAudit(db, { ...meta, eventId, outcome: 'ok' });
      if (meta.undoable) {
        db.run(
          'DELETE FROM undo_events WHERE event_id IN (SELECT event_id FROM undo_events ORDER BY event_id DESC LIMIT -1 OFFSET ?)',
          keptUndoEvents,
        );
      }
      committed = true;
    },
    rolledBack: () => {
      if (pending) committed = false;
    },
  };
  return { scope, eventId, written: () => committed };
}

function finish<T>(db: Db, meta: MutationMeta, open: OpenMutation, result: T): MutationResult<T> {
  open.scope.closed = true;
  const captured = meta.undoable
    ? db.get('SELECT 1 AS one FROM undo_changes WHERE event_id = ? LIMIT 1', open.eventId) !== null
    : false;
  return { result, eventId: open.eventId, undoable: captured };
}

/** Runs synchronous `fn` in one transaction together with the operation's event and audit line; all or nothing. */
export function withMutation<T>(db: Db, meta: MutationMeta, fn: (eventId: string) => T): MutationResult<T> {
  const open = openMutation(db, meta);
  try {
    const result = runInScope(open.scope, () => db.transaction(() => fn(open.eventId)));
    return finish(db, meta, open, result);
  } finally {
    open.scope.closed = true;
  }
}

/**
 * The same for an operation that awaits: every transaction it commits is captured under one event; the first one carries
 * the event and the audit line. An operation that commits nothing still leaves its event.
 */
export async function withMutationAsync<T>(
  db: Db,
  meta: MutationMeta,
  fn: (eventId: string) => Promise<T>,
): Promise<MutationResult<T>> {
  const open = openMutation(db, meta);
  try {
    const result = await runInScope(open.scope, () => fn(open.eventId));
    if (!open.written()) runInScope(open.scope, () => db.transaction(() => null));
    return finish(db, meta, open, result);
  } finally {
    open.scope.closed = true;
  }
}
