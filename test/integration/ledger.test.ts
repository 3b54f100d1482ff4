import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { cliJson, runCli } from '../helpers/cli-process.ts';
import { churnSample, importFile, openTestHost, trainModel } from '../helpers/host.ts';
import { suiteFolder } from '../helpers/suite-folder.ts';

const folder = suiteFolder('augury-ledger-');
const kept = join(folder, 'kept');
type Doctor = { readonly ok: boolean; readonly checks: { name: string; ok: boolean; detail: string; hint: string }[] };
type Entry = { readonly id: string; readonly kind: string };
let entries: Entry[] = [];

beforeAll(async () => {
  const file = join(folder, 'churn.csv');
  writeFileSync(file, `${readFileSync(churnSample, 'utf8').split('\n').slice(0, 401).join('\n')}\n`);
  const test = await openTestHost({ folder });
  const { client } = test;
  const datasetId = await importFile(client, file);
  const options = { datasetId, target: 'Churn', trials: 1, folds: 2, learners: ['linear' as const] };
  const { modelId } = await trainModel(client, options);
  const { inputs } = await client.models.get({ id: modelId });
  const row = Object.fromEntries(inputs.map((input) => [input.name, input.typical]));
  for (const rowKey of ['one', 'two', 'three'])
    await client.predictions.one({ modelId, row: { ...row, tenure: rowKey.length }, rowKey });
  const { jobId } = await client.predictions.scoreFile({
    modelId,
    source: { path: file },
    destination: { path: join(folder, 'out.csv') },
  });
  for await (const snapshot of await client.jobs.watch({ id: jobId })) void snapshot;
  entries = (await client.decisions.ledger({})).items.map(({ id, kind }) => ({ id, kind })).reverse();
  await test.close();
  cpSync(join(folder, 'workspace'), kept, { recursive: true });
});

/** A copy of the workspace, changed behind its back. */
function tampered(name: string, change: (db: Database.Database, workspace: string) => void): string {
  const workspace = join(folder, name);
  cpSync(kept, workspace, { recursive: true });
  const db = new Database(join(workspace, 'augury.db'));
  change(db, workspace);
  db.close();
  return workspace;
}

const doctor = (workspace: string, code: number): Promise<Doctor> =>
  cliJson<Doctor>(['doctor', '--workspace', workspace], { code });

describe('F6 the ledger under edits from outside', () => {
  it('verifies as it was written: single predictions and a batch', async () => {
    expect(entries.map((entry) => entry.kind)).toEqual(['single', 'single', 'single', 'batch']);
    expect(
      await doctor(
        tampered('same', () => {}),
        0,
      ),
    ).toMatchObject({ ok: true });
  });

  it.each([
    ['row_key', 'one byte of text', "substr(row_key, 1, length(row_key) - 1) || 'x'"],
    ['probability', 'the last digit of a number', 'probability + 1e-15'],
    [
      'input_hash',
      'one hexadecimal digit',
      "CASE substr(input_hash, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END || substr(input_hash, 2)",
    ],
    ['decided_at', 'a millisecond', 'decided_at + 1'],
    ['hash', 'the chain', "CASE substr(hash, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END || substr(hash, 2)"],
  ])('names the entry of which %s was changed: %s', async (column, _what, value) => {
    const [, second] = entries;
    const workspace = tampered(`edited-${column}`, (db) => {
      const { changes } = db.prepare(`UPDATE ledger SET ${column} = ${value} WHERE id = ?`).run(second.id);
      expect(changes).toBe(1);
    });
    const { checks } = await doctor(workspace, 1);
    const found = checks.find((check) => check.name === 'ledger');
    expect(found).toMatchObject({ ok: false });
    expect(found?.detail).toContain(second.id);
    expect(found?.hint).not.toBe('');
    // What people read says it too.
    const { code, stdout } = await runCli(['doctor', '--workspace', workspace]);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`FAIL ledger: .*${second.id}`));
  });

  it('names the entry that follows a removed one, the end that was cut off, and a batch whose file was edited', async () => {
    const removed = tampered('removed', (db) => db.prepare('DELETE FROM ledger WHERE id = ?').run(entries[1].id));
    expect((await doctor(removed, 1)).checks.find((check) => check.name === 'ledger')?.detail).toContain(entries[2].id);
    const cut = tampered('cut', (db) => db.prepare('DELETE FROM ledger WHERE id = ?').run(entries[3].id));
    expect((await doctor(cut, 1)).checks.find((check) => check.name === 'ledger')?.detail).toMatch(/end of the chain/);
    const edited = tampered('segment', (db, workspace) => {
      const row = db.prepare('SELECT segment_file AS file FROM ledger WHERE id = ?').get(entries[3].id);
      const path = join(workspace, (row as { file: string }).file);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1] ^= 1;
      writeFileSync(path, bytes);
    });
    const { checks } = await doctor(edited, 1);
    expect(checks.find((check) => check.name === 'ledger')?.detail).toContain(entries[3].id);
  });
});
