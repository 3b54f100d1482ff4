/** Searches every file under a folder for values that must not be there, decoded where it is packed. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DuckDBInstance } from '@duckdb/node-api';

async function textsOf(path: string): Promise<string[]> {
  const bytes = readFileSync(path);
  const found = [bytes.toString('latin1'), bytes.toString('utf16le')];
  if (path.endsWith('.parquet')) {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
    found.push(JSON.stringify(reader.getRowsJson()));
    connection.closeSync();
    instance.closeSync();
  }
  if (path.endsWith('.db')) {
    const db = new DatabaseSync(path, { readOnly: true });
    for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all())
      found.push(
        JSON.stringify(db.prepare(`SELECT * FROM "${String(name)}"`).all(), (_, v) =>
          typeof v === 'bigint' ? String(v) : v,
        ),
      );
    db.close();
  }
  return found;
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

/** Files under the folder that hold one of the values, each with the pattern it matches. */
export async function filesHolding(folder: string, sought: readonly RegExp[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of filesUnder(folder)) {
    const texts = await textsOf(path);
    for (const needle of sought) if (texts.some((text) => needle.test(text))) found.push(`${path}: ${needle}`);
  }
  return found;
}
