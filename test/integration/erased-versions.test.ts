/** What was imported in clear is covered and erased: afterwards no file of the workspace holds a clear value. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MaskResult } from '../../main/contract/masking.ts';
import { cliHere } from '../helpers/cli-here.ts';
import { filesHolding } from '../helpers/files-holding.ts';
import { finish, importFile, openTestHost, settle, type TestHost } from '../helpers/host.ts';

let test: TestHost;
beforeEach(async () => {
  test = await openTestHost();
});
afterEach(() => test?.close());

const needles = [/geheim\d+@verborgen/i, /KUNDENKENNUNG/i, /219-09-\d/];
const leaks = () => filesHolding(test.workspace, needles);

/** Sixty people with a record that cannot be read; `from` tells one month from the next. */
function peopleFile(name: string, from: number): string {
  const line = (i: number) =>
    `KUNDENKENNUNG${i % 20},geheim${i}@verborgen.example,219-09-${4000 + i},${i}.5,${i % 3 === 0 ? 'Rome' : 'Oslo'}`;
  const rows = Array.from({ length: 60 }, (_, i) => line(from + i));
  rows.splice(30, 0, `KUNDENKENNUNG3,geheim${from + 777}@verborgen.example`);
  const path = join(test.folder, name);
  writeFileSync(path, `customer,email,ssn,amount,city\n${rows.join('\n')}\n`);
  return path;
}

describe('B7 masking a data set that was imported in clear', () => {
  it('covers the current version, erases everything before it, and leaves no clear value in any file', async () => {
    const { client } = test;
    const id = await importFile(client, peopleFile('people.csv', 0), 'people');
    await importFile(client, peopleFile('people.csv', 100), 'people');
    const clean = await client.datasets.clean({
      id,
      steps: [{ kind: 'drop-rows', when: [{ column: 'email', op: 'equals', value: 'geheim110@verborgen.example' }] }],
    });
    await finish(client, clean.jobId);
    // Looked at, exported for download, checked, deleted under the same name once before: all of it leaves traces
    await finish(client, (await client.datasets.inspect({ id, target: 'city' })).jobId);
    const download = await client.datasets.export({ id, destination: { download: 'people.csv' } });
    await finish(client, download.jobId);
    const sort = [{ column: 'email', descending: true }];
    const sorted = await client.datasets.page({ id, offset: 0, limit: 5, sort });
    expect(sorted.rows[0][1]).toContain('geheim');
    copyFileSync(join(test.workspace, 'augury.db'), join(test.workspace, 'backups', 'augury-before-v1.db'));
    expect((await leaks()).length).toBeGreaterThan(5);

    const refused = await cliHere(test, ['mask', 'people', '--pii', 'mask-all']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('cannot be undone');
    const asked = ['mask', 'people', '--pii', 'mask-all', '--hash', 'customer', '--drop', 'ssn', '--yes', '--json'];
    const done = await cliHere(test, asked);
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      datasetId: id,
      version: 4,
      columns: [
        { column: 'customer', action: 'hash', cells: 59 },
        { column: 'email', action: 'mask', cells: 59 },
        { column: 'ssn', action: 'drop', cells: 59 },
      ],
      erased: { versions: [1, 2, 3], backups: 1 },
      elsewhere: [],
    } satisfies Partial<Record<keyof MaskResult, unknown>>);
    expect(await leaks()).toEqual([]);

    const again = await client.datasets.page({ id, offset: 0, limit: 5, sort });
    expect(again.rows[0][1]).toBe('[email]');
    const { rows, total } = await client.datasets.page({ id, offset: 0, limit: 30 });
    expect(total).toBe(59);
    expect(rows[0]).toEqual([expect.stringMatching(/^h[0-9a-f]{64}$/), '[email]', 100.5, 'Oslo']);
    expect(rows[19][0]).toBe(rows[0][0]);
    const { findings } = await client.datasets.profile({ id });
    expect(findings.filter(({ kind }) => kind === 'pii')).toEqual([]);
    const receipt = await client.datasets.receipt({ id });
    expect(receipt).toMatchObject({
      rejects: [],
      rejectsFile: null,
      privacy: { columns: [{}, {}, { action: 'drop' }] },
    });
    const { items } = await client.datasets.versions({ id });
    expect(items.filter((item) => item.erased === true).map(({ version }) => version)).toEqual([3, 2, 1]);
    await expect(client.datasets.page({ id, version: 1, offset: 0, limit: 1 })).rejects.toMatchObject({
      data: { code: 'version-erased' },
    });
    await expect(client.datasets.restore({ id, version: 1 })).rejects.toMatchObject({
      data: { code: 'version-erased' },
    });
    const checks = (await client.system.doctor({})).checks;
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('hashes as an import does, and next month is treated in the same way', async () => {
    const { client } = test;
    const id = await importFile(client, peopleFile('people.csv', 0), 'people');
    const { jobId } = await client.datasets.mask({
      id,
      privacy: { found: 'mask', columns: { customer: 'hash', ssn: 'drop' } },
      confirm: true,
    });
    await finish(client, jobId);
    const known = (await client.datasets.page({ id, offset: 0, limit: 1 })).rows[0][0];
    const again = await cliHere(test, ['import', peopleFile('people.csv', 200), '--name', 'people', '--json']);
    expect(again.code).toBe(7);
    const { rows } = await client.datasets.page({ id, offset: 0, limit: 1 });
    expect(rows[0]).toEqual([known, '[email]', 200.5, 'Oslo']);
    expect(await leaks()).toEqual([]);
  });

  it('erases only what came before where the current version was masked on import', async () => {
    const { client } = test;
    const path = peopleFile('late.csv', 300);
    const id = await importFile(client, path, 'late');
    const masked = await cliHere(test, [
      'import',
      path,
      '--name',
      'late',
      '--pii',
      'mask-all',
      '--drop',
      'customer',
      '--json',
    ]);
    expect(masked.code).toBe(7);
    expect((await leaks()).length).toBeGreaterThan(0);
    const { jobId } = await client.datasets.mask({ id, privacy: { found: 'mask' }, confirm: true });
    expect((await finish(client, jobId)).result).toMatchObject({ version: 2, columns: [], erased: { versions: [1] } });
    expect(await leaks()).toEqual([]);
    // Its kept copy, rejected records and receipt hold masked text and stay
    expect(await client.datasets.receipt({ id })).toMatchObject({ rowsRejected: 1, rejects: [{ line: 32 }] });
  });

  it('names data sets that still hold the values, and erases with them what was deleted under the same name', async () => {
    const { client } = test;
    const path = peopleFile('shared.csv', 400);
    const gone = await importFile(client, path, 'shared');
    await client.datasets.delete({ id: gone });
    const id = await importFile(client, path, 'shared');
    const other = await importFile(client, path, 'other');
    const first = await client.datasets.mask({
      id,
      privacy: { found: 'hash', columns: { customer: 'hash' } },
      confirm: true,
    });
    expect((await finish(client, first.jobId)).result).toMatchObject({
      elsewhere: [{ kind: 'dataset', id: other, name: 'other' }],
    });
    expect((await leaks()).length).toBeGreaterThan(0);
    const second = await client.datasets.mask({
      id: other,
      privacy: { found: 'drop', columns: { customer: 'drop' } },
      confirm: true,
    });
    expect((await finish(client, second.jobId)).result).toMatchObject({ elsewhere: [] });
    expect(await leaks()).toEqual([]);
  });
});

describe('B7 what is sent or pasted to be masked', () => {
  const pasted = { text: 'id,email\n1,geheim1@verborgen.example\n', name: 'pasted.csv' };
  const uploads = () => readdirSync(join(test.workspace, 'uploads'));

  it('leaves nothing behind when it was only looked at', async () => {
    const preview = await test.client.datasets.preview({ source: pasted });
    expect(preview.rows).toEqual([['1', 'geheim1@verborgen.example']]);
    expect(uploads()).toEqual([]);
    expect(await leaks()).toEqual([]);
  });

  it('is gone when its import is cancelled before it began, or discarded', async () => {
    const { client } = test;
    const first = await client.datasets.import({ source: pasted, privacy: { found: 'mask' } });
    await client.jobs.cancel({ id: first.jobId });
    expect((await settle(client, first.jobId)).state).toBe('cancelled');
    expect(uploads()).toEqual([]);
    const { uploadId } = await client.system.beginUpload({ name: 'sent.csv', bytes: 34 });
    await client.system.appendUpload({ uploadId, offset: 0, data: new Blob([pasted.text]) });
    expect(uploads()).toEqual([uploadId]);
    await client.system.discardUpload({ uploadId });
    expect(uploads()).toEqual([]);
    expect(await leaks()).toEqual([]);
  });

  it('is gone when the workspace is closed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'augury-closed-'));
    try {
      const host = await openTestHost({ folder });
      const { uploadId } = await host.client.system.beginUpload({ name: 'sent.csv', bytes: 34 });
      await host.client.system.appendUpload({ uploadId, offset: 0, data: new Blob([pasted.text]) });
      expect(readdirSync(join(host.workspace, 'uploads'))).toEqual([uploadId]);
      await host.close();
      expect(readdirSync(join(host.workspace, 'uploads'))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is gone when the masking is refused', async () => {
    const { jobId } = await test.client.datasets.import({
      source: { text: 'id,email\n1,geheim1@verborgen.example\n', name: 'pasted.csv' },
      privacy: { columns: { nothere: 'mask' } },
    });
    expect((await settle(test.client, jobId)).error?.code).toBe('column-not-found');
    expect(await leaks()).toEqual([]);
  });

  it.each([
    ['before its copy stands', 'failed'],
    ['when its copy stands', 'succeeded'],
  ])('is read by nobody after a kill %s, and gone at the next opening; its import has %s then', async (when, state) => {
    const folder = mkdtempSync(join(tmpdir(), 'augury-killed-'));
    const sought = [/(sent|pasted)\d+@verborgen/];
    try {
      const helper = join(import.meta.dirname, '../helpers/killed-while-masking.ts');
      const run = spawnSync(process.execPath, [helper, folder, when], { encoding: 'utf8' });
      expect({ signal: run.signal, stderr: run.signal === null ? run.stderr : '' }).toEqual({
        signal: 'SIGKILL',
        stderr: '',
      });
      expect(readdirSync(join(folder, 'workspace', 'uploads')).length).toBeGreaterThanOrEqual(1);
      expect(await filesHolding(join(folder, 'workspace'), sought)).toEqual([]);
      const again = await openTestHost({ folder, resumeJobs: true });
      try {
        expect(readdirSync(join(again.workspace, 'uploads'))).toEqual([]);
        const [{ id }] = (await again.client.jobs.list({})).items;
        const job = await settle(again.client, id);
        expect(job.state).toBe(state);
        if (state === 'failed') {
          expect(job.error).toMatchObject({ code: 'upload-gone', hint: expect.stringContaining('again') });
        } else {
          const [{ rows }] = (await again.client.datasets.list({})).items;
          expect(rows).toBe(4000);
        }
        expect(await filesHolding(again.workspace, sought)).toEqual([]);
      } finally {
        await again.close();
      }
    } finally {
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    }
  });
});
