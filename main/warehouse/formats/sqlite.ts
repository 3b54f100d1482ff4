import { copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { dataProblem } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import { findStat, writeFully } from '../files.ts';
import { openSourceFile, plainFile } from '../source-file.ts';
import { Spool } from './spool.ts';
import type { CellKinds, Unfolded, UnfoldRequest } from './types.ts';
import { choosePart } from './xlsx.ts';

/**
 * A table of an SQLite database as text. The file is opened for reading only and its schema is not trusted: views and
 * triggers of the file may call nothing but plain functions. SQLite types cells, not columns: cells are counted by kind,
 * and a column that mixes numbers and texts stays text.
 */
const batchRows = 2000;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const damaged = (cause: unknown) =>
  dataProblem('broken-sqlite', 'The SQLite database is damaged, encrypted or cut off.', {
    hint: 'Copy it again while no program writes to it, or export the table as CSV.',
    cause,
  });

/** A database that keeps a log of writes would need that log's files beside it: a copy is told that it has none. */
async function readable(path: string, scratchDir: string): Promise<string> {
  const file = await openSourceFile(path);
  const head = Buffer.alloc(20);
  try {
    await file.read(head, 0, 20, 0);
  } finally {
    await file.close();
  }
  if (head[18] !== 2 && head[19] !== 2) return path;
  const copy = join(scratchDir, 'database.sqlite');
  await copyFile(path, copy);
  const changed = await open(copy, 'r+');
  try {
    await writeFully(changed, Buffer.from([1, 1]), 18);
  } finally {
    await changed.close();
  }
  return copy;
}

/** Refuses a database whose last writes lie in a log beside it. */
export async function refuseUnfinished(path: string): Promise<void> {
  for (const log of [`${path}-wal`, `${path}-journal`]) {
    if (((await findStat(log))?.bytes ?? 0) > 0) {
      throw dataProblem('database-in-use', 'A program has the database open: some writes lie in a file beside it.', {
        hint: 'Close that program, or make a copy with its backup command, and import again.',
      });
    }
  }
}

function cellText(value: unknown, kinds: CellKinds): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') {
    kinds.text++;
    return value;
  }
  if (typeof value === 'bigint' || typeof value === 'number') {
    kinds.number++;
    return String(value);
  }
  kinds.other++;
  return null;
}

/** Takes a table out of an SQLite file. */
export async function unfoldSqlite(request: UnfoldRequest): Promise<Unfolded> {
  const plain = await plainFile(request.path);
  const path = await readable(plain.path, request.scratchDir);
  const discard = async (): Promise<void> => {
    if (path !== plain.path) await rm(path, { force: true });
    await plain.close();
  };
  let db: Database.Database;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
  } catch (error) {
    await discard();
    throw damaged(error);
  }
  const target = join(request.scratchDir, 'unfolded.csv');
  try {
    db.pragma('trusted_schema = OFF');
    db.pragma('query_only = ON');
    const listed = db
      .prepare(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, rowid",
      )
      .all() as { name: string; type: string }[];
    if (listed.length === 0) {
      throw dataProblem('no-tables', 'The database holds no table.', { hint: 'Check the file.' });
    }
    const count = (name: string): number | null => {
      const row = db.prepare(`SELECT count(*) AS n FROM ${quoted(name)}`).get() as { n: number } | undefined;
      return row?.n ?? null;
    };
    // A view is computed when it is read: it is counted by nobody who did not ask for it
    const parts = listed.map(({ name, type }) => ({
      name,
      rows: type === 'table' && listed.length <= 200 ? count(name) : null,
      hidden: false,
    }));
    const largest = parts.reduce((best, part, i) => ((part.rows ?? -1) > (parts[best].rows ?? -1) ? i : best), 0);
    const index = request.pick.relation === undefined ? largest : choosePart(parts, request.pick.relation, 'table');
    const { name } = parts[index];
    const limit = request.rowLimit === null ? '' : ` LIMIT ${request.rowLimit}`;
    const query = db
      .prepare(`SELECT * FROM ${quoted(name)}${limit}`)
      .raw(true)
      .safeIntegers(true);
    const names = query.columns().map((column) => column.name);
    const kinds: CellKinds[] = names.map(() => ({ text: 0, number: 0, other: 0 }));
    const spool = await Spool.create(target, request.sealed);
    try {
      spool.row(names);
      let n = 0;
      for (const row of query.iterate() as IterableIterator<unknown[]>) {
        const cells = row.map((value, i) => cellText(value, kinds[i]));
        if (cells.every((cell) => cell === null || cell === '')) spool.emptyRow(names.length);
        else spool.row(cells);
        if (++n % batchRows === 0) {
          throwIfStopped(request.stop);
          await spool.flush();
        }
      }
    } finally {
      await spool.close();
    }
    const notes: string[] = [];
    if (parts.length > 1) notes.push(`The database has ${parts.length} tables and views; read is "${name}".`);
    for (const [i, { text, number, other }] of kinds.entries()) {
      if (text > 0 && number > 0) {
        notes.push(
          `Column "${names[i]}" mixes ${number} numbers and ${text} texts: SQLite allows it, it is kept as text.`,
        );
      }
      if (other > 0) notes.push(`Column "${names[i]}": ${other} cells hold binary data, read as missing.`);
    }
    return {
      path: target,
      container: { kind: 'sqlite', part: name, range: null },
      shape: 'table',
      names,
      parts,
      notes,
      kinds,
    };
  } catch (error) {
    if (error instanceof Database.SqliteError) throw damaged(error);
    throw error;
  } finally {
    db.close();
    await discard();
  }
}
