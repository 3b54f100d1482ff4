import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { newestVersion } from '../../main/store/migrate.ts';
import { migrations } from '../../main/store/migrations/index.ts';
import { openStore } from '../../main/store/open.ts';
import { findSetting, setSetting } from '../../main/store/repositories/settings.ts';
import { fixedSources, temporaryFolder, testStore } from '../helpers/store.ts';

const opened = (path: string, more: Partial<Parameters<typeof openStore>[0]> = {}) =>
  openStore({ path, ...fixedSources(), ...more });

describe('opening the store', () => {
  it('has the schema that was reviewed', () => {
    const { db } = testStore();
    const objects = db.all<{ sql: string }>(
      'SELECT sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name',
    );
    expect(objects.map((row) => row.sql.replace(/\s+/g, ' ')).join('\n')).toMatchSnapshot();
    expect(db.pragma('user_version')).toBe(newestVersion);
  });

  it('has the columns that later work relies on from the first version', () => {
    const { db } = testStore();
    const columns = (table: string) =>
      db.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table).map((row) => row.name);
    for (const table of [
      'datasets',
      'dataset_versions',
      'receipts',
      'runs',
      'models',
      'model_versions',
      'ledger',
      'outcomes',
      'feedback',
      'events',
    ]) {
      expect(columns(table), table).toContain('known_at');
    }
    expect(columns('ledger')).toEqual(
      expect.arrayContaining(['prev_hash', 'hash', 'action', 'outcome', 'price', 'cost', 'settled_at', 'profit']),
    );
    expect(columns('audit')).toEqual(expect.arrayContaining(['actor', 'operation', 'outcome', 'prev_hash', 'hash']));
  });

  it('writes ahead, waits for the disk at each commit, enforces foreign keys', () => {
    const { db } = testStore(join(temporaryFolder(), 'augury.db'));
    expect(db.pragma('journal_mode')).toBe('wal');
    expect(db.pragma('synchronous')).toBe(2);
    expect(db.pragma('foreign_keys')).toBe(1);
    db.relaxedTransaction(() => expect(db.pragma('synchronous')).toBe(1));
    expect(db.pragma('synchronous')).toBe(2);
  });

  it('copies an existing store to backups/ before it migrates it, and keeps its rows', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'augury.db');
    const first = opened(path);
    setSetting(first.db, 'kept', 1);
    first.db.close();
    const more = { version: 9999, name: 'later', sql: 'CREATE TABLE later (id TEXT PRIMARY KEY) STRICT' };
    const second = opened(path, { steps: [...migrations, more] });
    expect(findSetting(second.db, 'kept')).toBe(1);
    expect(second.db.pragma('user_version')).toBe(9999);
    second.db.close();
    const copies = readdirSync(join(folder, 'backups'));
    expect(copies).toEqual(['augury-before-v9999-2023-11-14T22-13-20-000Z.db']);
    const copy = opened(join(folder, 'backups', copies[0] ?? ''));
    expect(findSetting(copy.db, 'kept')).toBe(1);
    copy.db.close();
  });

  it('rolls a failing migration back as a whole', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'augury.db');
    opened(path).db.close();
    const broken = { version: 9999, name: 'broken', sql: 'CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT)' };
    expect(() => opened(path, { steps: [...migrations, broken] })).toThrow();
    const again = opened(path);
    expect(again.db.get("SELECT name FROM sqlite_schema WHERE name = 'half'")).toBeNull();
    again.db.close();
  });

  it('refuses a store of a newer version with a sentence', () => {
    const path = join(temporaryFolder(), 'augury.db');
    opened(path).db.close();
    const raw = new Database(path);
    raw.pragma('user_version = 20000');
    raw.close();
    expect(() => opened(path)).toThrow(
      expect.objectContaining({
        family: 'unsupported',
        code: 'store-newer',
        message: expect.stringContaining('newer Augury'),
      }),
    );
  });

  it('says what to do about a damaged file, and changes nothing in it', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'augury.db');
    writeFileSync(path, Buffer.alloc(8192, 7));
    expect(() => opened(path)).toThrow(
      expect.objectContaining({
        family: 'data-problem',
        code: 'store-damaged',
        hint: expect.stringContaining('backups/'),
      }),
    );
    expect(readFileSync(path)).toEqual(Buffer.alloc(8192, 7));
    const whole = join(folder, 'whole.db');
    const { db } = opened(whole);
    for (let i = 0; i < 200; i++) setSetting(db, `key ${i}`, 'x'.repeat(500));
    db.close();
    const handle = openSync(whole, 'r+');
    writeSync(handle, Buffer.alloc(statSync(whole).size - 4096, 3), 0, undefined, 4096);
    expect(() => {
      const { db: damaged } = opened(whole);
      try {
        for (let i = 0; i < 200; i++) findSetting(damaged, `key ${i}`);
      } finally {
        damaged.close();
      }
    }).toThrow(expect.objectContaining({ code: 'store-damaged' }));
  });

  it('keeps the previous state when the disk is full', () => {
    const path = join(temporaryFolder(), 'augury.db');
    const { db } = opened(path);
    setSetting(db, 'before', 1);
    db.pragma(`max_page_count = ${Number(db.pragma('page_count')) + 2}`);
    const fill = () =>
      db.transaction(() => {
        for (let i = 0; i < 100; i++) setSetting(db, `big ${i}`, 'x'.repeat(4000));
      });
    expect(fill).toThrow(
      expect.objectContaining({
        family: 'resource',
        code: 'disk-full',
        hint: expect.stringContaining('Free some space'),
      }),
    );
    expect(findSetting(db, 'before')).toBe(1);
    expect(findSetting(db, 'big 0')).toBeNull();
    db.close();
    const again = opened(path);
    expect(again.db.pragma('integrity_check')).toBe('ok');
    again.db.close();
  });

  it('says so when a plain user may not write to the folder', () => {
    const folder = join(temporaryFolder(), 'ws');
    mkdirSync(folder);
    chmodSync(join(folder, '..'), 0o755);
    opened(join(folder, 'augury.db')).db.close();
    chmodSync(folder, 0o555);
    const root = join(import.meta.dirname, '..', '..');
    const program = `
      import { openStore } from ${JSON.stringify(join(root, 'main/store/open.ts'))};
      const clock = { now: () => 1, monotonic: () => 1 };
      try { openStore({ path: ${JSON.stringify(join(folder, 'augury.db'))}, clock, ids: { next: () => 'x' } }); console.log('opened'); }
      catch (error) { console.log(error.family, error.code, error.hint); }`;
    // Root may write anywhere, so the test becomes a plain user where it runs as root.
    const asUser = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      ...asUser,
      cwd: '/',
      encoding: 'utf8',
    });
    chmodSync(folder, 0o755);
    expect(done.stdout.trim(), done.stderr).toMatch(/^resource workspace-read-only Give your user write permission/);
    expect(existsSync(join(folder, 'augury.db'))).toBe(true);
  });
});
