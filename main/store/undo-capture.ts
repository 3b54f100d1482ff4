/**
 * Row capture for undo: temporary triggers on the undoable tables write the image of every changed row into
 * `undo_changes` while `undo_scope` names an event. They are made anew from the live schema at each opening, so a migration
 * that adds a column needs no trigger of its own. An image is the comma-joined `quote()` of all columns, which is exact
 * for every SQLite value and is itself the list of SQL literals that restores the row.
 */
import type Database from 'better-sqlite3';

/** Tables whose changes an undoable operation can take back. */
export const undoableTables = [
  'settings',
  'files',
  'datasets',
  'dataset_versions',
  'receipts',
  'models',
  'model_versions',
  'policies',
  'recipes',
  'feature_sets',
] as const;

export type TableShape = { readonly columns: readonly string[]; readonly key: readonly string[] };

/** Columns and primary key of a table, from the live schema. */
export function tableShape(rows: readonly { readonly name: string; readonly pk: number }[]): TableShape {
  return {
    columns: rows.map((row) => row.name),
    key: rows
      .filter((row) => row.pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map((row) => row.name),
  };
}

// quote() ends a text at its first NUL character, so such texts are written as the bytes they are.
const literalOf = (column: string): string =>
  `CASE WHEN typeof(${column}) = 'text' AND instr(${column}, char(0)) > 0
    THEN 'CAST(X''' || hex(${column}) || ''' AS TEXT)' ELSE quote(${column}) END`;

/** SQL expression that renders columns of `row` (NEW, OLD or a table name) as comma-joined literals. */
export const imageOf = (row: string, columns: readonly string[]): string =>
  columns.map((column) => literalOf(`${row}."${column}"`)).join(` || ',' || `);

/** Creates the capture triggers of this connection. */
export function installUndoCapture(raw: Database.Database): void {
  raw.exec('CREATE TEMP TABLE undo_scope (event_id TEXT PRIMARY KEY)');
  for (const table of undoableTables) {
    const info = raw
      .prepare<[string], { name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?)')
      .all(table);
    if (info.length === 0) continue;
    const { columns, key } = tableShape(info);
    const trigger = (kind: 'I' | 'U' | 'D', when: string, row: string, before: string, after: string): string => `
CREATE TEMP TRIGGER undo_${table}_${kind} AFTER ${when} ON main.${table}
WHEN EXISTS (SELECT 1 FROM undo_scope)
BEGIN
  INSERT INTO undo_changes (event_id, table_name, kind, row_key, before, after)
  SELECT event_id, '${table}', '${kind}', ${imageOf(row, key)}, ${before}, ${after} FROM undo_scope;
END;`;
    raw.exec(trigger('I', 'INSERT', 'NEW', 'NULL', imageOf('NEW', columns)));
    raw.exec(trigger('U', 'UPDATE', 'NEW', imageOf('OLD', columns), imageOf('NEW', columns)));
    raw.exec(trigger('D', 'DELETE', 'OLD', imageOf('OLD', columns), 'NULL'));
  }
}
