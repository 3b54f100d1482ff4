import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { fixedClock } from '../../main/base/clock.ts';
import { createIdSource } from '../../main/base/ids.ts';
import { createRng } from '../../main/base/rng.ts';
import type { Db } from '../../main/store/db.ts';
import { openStore } from '../../main/store/open.ts';

/** A folder that disappears when the test ends. */
export function temporaryFolder(prefix = 'augury-test-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Clock, ids and salts that give equal bytes in every run; the clock moves by 1 ms at each id. */
export function fixedSources(seed = 1) {
  const clock = fixedClock(1_700_000_000_000);
  const rng = createRng(seed);
  const ids = createIdSource(clock, rng);
  const salt = (): Uint8Array => Uint8Array.from({ length: 16 }, () => rng.int(256));
  return { clock, ids, salt };
}

/** A store in memory (or in `path`), closed when the test ends. */
export function testStore(
  path = ':memory:',
  seed = 1,
): { readonly db: Db; readonly clock: ReturnType<typeof fixedClock> } {
  const sources = fixedSources(seed);
  const { db } = openStore({ path, ...sources });
  onTestFinished(() => db.close());
  return { db, clock: sources.clock };
}

/** All rows of a table as text, ordered by the key: equal dumps mean equal bytes. */
export function dumpTables(db: Db, tables: readonly string[]): string {
  const parts: string[] = [];
  for (const table of tables) {
    const columns = db.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table).map((row) => row.name);
    const image = columns
      .map((column) => `typeof("${column}") || hex("${column}") || quote("${column}")`)
      .join(` || ',' || `);
    const rows = db.all<{ image: string }>(`SELECT ${image} AS image FROM ${table} ORDER BY 1`);
    parts.push(`${table}\n${rows.map((row) => row.image).join('\n')}`);
  }
  return parts.join('\n');
}
