/**
 * Takes an operation back: the captured row images are applied in reverse order. Each row must still look as the operation left
 * it, or somebody changed it since and the undo is refused. An undo is an operation like any other, so undoing it is redo.
 */
import { AuguryError, conflict, notFound } from '../base/errors.ts';
import type { Db } from './db.ts';
import { type MutationResult, withMutation } from './mutation.ts';
import { imageOf, tableShape, undoableTables } from './undo-capture.ts';

type Captured = {
  readonly tableName: string;
  readonly kind: 'I' | 'U' | 'D';
  readonly rowKey: string;
  readonly before: string | null;
  readonly after: string | null;
};

const changedSince = (): AuguryError =>
  conflict('undo-conflict', 'This change cannot be undone: what it changed has been changed again since.', {
    hint: 'Undo the later change first.',
  });

function applyInverse(db: Db, change: Captured): void {
  if (!undoableTables.some((name) => name === change.tableName)) throw changedSince();
  const info = db.all<{ name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?)', change.tableName);
  const { columns, key } = tableShape(info);
  const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
  const where = `(${list(key)}) = (${change.rowKey})`;
  const table = change.tableName;
  const current = db.get<{ image: string }>(
    `SELECT ${imageOf(table, columns)} AS image FROM ${table} WHERE (${imageOf(table, key)}) = ?`,
    change.rowKey,
  );
  if ((current?.image ?? null) !== change.after) throw changedSince();
  if (change.kind === 'I') db.runOnce(`DELETE FROM ${table} WHERE ${where}`);
  else if (change.kind === 'D') db.runOnce(`INSERT INTO ${table} (${list(columns)}) VALUES (${change.before})`);
  else db.runOnce(`UPDATE ${table} SET (${list(columns)}) = (${change.before}) WHERE ${where}`);
  db.touch(table, change.rowKey.replace(/^'|'$/g, ''));
}

/**
 * Reverses the operation with this event id. Throws not-found (unknown or too old), conflict `undo-conflict` (rows changed since)
 * or `already-undone`. The returned event id undoes the undo.
 */
export function undo(db: Db, eventId: string, actor: string): MutationResult<null> {
  const event = db.get<{ undoOf: string | null; undoneBy: string | null }>(
    'SELECT undo_of AS undoOf, undone_by AS undoneBy FROM undo_events WHERE event_id = ?',
    eventId,
  );
  if (event === null) {
    throw notFound('undo-not-found', 'This change cannot be undone: it is not an undoable one, or it is too old.');
  }
  if (event.undoneBy !== null) throw conflict('already-undone', 'This change has been undone already.');
  const changes = db.all<Captured>(
    `SELECT table_name AS tableName, kind, row_key AS rowKey, before, after FROM undo_changes WHERE event_id = ? ORDER BY seq DESC`,
    eventId,
  );
  try {
    return withMutation(
      db,
      { operation: 'system.undo', actor, undoable: true, detail: { undoes: eventId } },
      (undoId) => {
        db.pragma('defer_foreign_keys = ON');
        for (const change of changes) applyInverse(db, change);
        db.run('UPDATE undo_events SET undo_of = ? WHERE event_id = ?', eventId, undoId);
        db.run('UPDATE undo_events SET undone_by = ? WHERE event_id = ?', undoId, eventId);
        if (event.undoOf !== null) db.run('UPDATE undo_events SET undone_by = NULL WHERE event_id = ?', event.undoOf);
        return null;
      },
    );
  } catch (error) {
    if (error instanceof AuguryError && (error.code === 'already-exists' || error.code === 'still-referenced')) {
      throw changedSince();
    }
    throw error;
  }
}

/** Forgets how to take back every kept change of one row: what it would restore is gone. */
export function forgetUndoOf(db: Db, table: (typeof undoableTables)[number], id: string): void {
  db.run(
    `DELETE FROM undo_events WHERE event_id IN (SELECT event_id FROM undo_changes WHERE table_name = ? AND row_key = quote(?))`,
    table,
    id,
  );
}
