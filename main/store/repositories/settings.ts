/** Settings of the workspace: JSON values under keys. */
import { asJson, type JsonValue } from '../../base/json.ts';
import type { Db } from '../db.ts';

type Raw = { readonly key: string; readonly value: string };

/** The stored value, or null when the key was never set. */
export function findSetting(db: Db, key: string): JsonValue | null {
  const row = db.get<Raw>('SELECT key, value FROM settings WHERE key = ?', key);
  return row === null ? null : asJson(JSON.parse(row.value));
}

/** Sets one value; an equal value leaves the row as it is. */
export function setSetting(db: Db, key: string, value: JsonValue): void {
  db.run(
    `INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at WHERE value <> excluded.value`,
    key,
    JSON.stringify(value),
    db.clock.now(),
  );
  db.touch('settings', key);
}

/** Removes a key; nothing happens when it is absent. */
export function deleteSetting(db: Db, key: string): void {
  db.run('DELETE FROM settings WHERE key = ?', key);
  db.touch('settings', key);
}

/** All settings whose key begins with `prefix`, keys without it. */
export function listSettings(db: Db, prefix: string): ReadonlyMap<string, JsonValue> {
  const rows = db.all<Raw>(
    'SELECT key, value FROM settings WHERE substr(key, 1, ?) = ? ORDER BY key',
    prefix.length,
    prefix,
  );
  return new Map(rows.map((row) => [row.key.slice(prefix.length), asJson(JSON.parse(row.value))]));
}
