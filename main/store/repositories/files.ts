/**
 * The manifest: every immutable file the workspace owns, by its path relative to the workspace folder. A file belongs to the
 * workspace from the moment its row is committed; files without a row are orphans and may be collected.
 */
import type { Db } from '../db.ts';
import { type Condition, equals, findRow, listRows, type Page, type PageQuery, type Table } from '../table.ts';

export type FileKind = 'data' | 'model' | 'raw' | 'rejects' | 'segment' | 'receipt';

export type FileRow = {
  /** Relative to the workspace folder, with forward slashes. */
  readonly path: string;
  readonly kind: FileKind;
  readonly sha256: string;
  readonly byteSize: number;
  /** The dataset version, model version or ledger entry that brought it. */
  readonly ownerId: string;
  readonly createdAt: number;
};

const table: Table<FileRow> = {
  name: 'files',
  key: 'path',
  noun: 'file',
  columns: {
    path: 'text',
    kind: 'text',
    sha256: 'text',
    byteSize: 'integer',
    ownerId: 'text',
    createdAt: 'integer',
  },
};

/** Records a file; content-hashed files that are recorded already stay with their first owner. */
export function recordFile(db: Db, file: Omit<FileRow, 'createdAt'>): void {
  db.run(
    `INSERT INTO files (path, kind, sha256, byte_size, owner_id, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (path) DO NOTHING`,
    file.path,
    file.kind,
    file.sha256,
    file.byteSize,
    file.ownerId,
    db.clock.now(),
  );
}

export const findFile = (db: Db, path: string): FileRow | null => findRow(db, table, path);

export function listFiles(
  db: Db,
  query: PageQuery<FileRow> & { readonly ownerId?: string; readonly kind?: FileKind } = {},
): Page<FileRow> {
  const conditions: (Condition | null)[] = [equals('owner_id', query.ownerId), equals('kind', query.kind)];
  return listRows(db, table, conditions, query);
}

/** Every recorded file, for checks that walk the folder. */
export function* eachFile(db: Db): Generator<FileRow> {
  let after = '';
  for (;;) {
    const page = listRows(db, table, [{ sql: 'path > ?', values: [after] }], {
      limit: 500,
      sort: { by: 'path', descending: false },
    }).rows;
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.path;
  }
}

/** Removes a file's row; the file itself is then an orphan. */
export function deleteFileRow(db: Db, path: string): void {
  db.run('DELETE FROM files WHERE path = ?', path);
}

/** Sum of the recorded sizes in bytes. */
export const totalFileBytes = (db: Db): number =>
  db.get<{ n: number }>('SELECT coalesce(sum(byte_size), 0) AS n FROM files')?.n ?? 0;
