import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli-process.ts';
import { allOperations, type Doors, failureOf, openDoors } from '../helpers/doors.ts';
import { type Client, openTestHost, type TestHost } from '../helpers/host.ts';
import { makeSubjects, type Subjects } from '../helpers/parity-subjects.ts';
import { rowOf, withUnknownIds } from '../helpers/parity-table.ts';

let test: TestHost;
let open: Doors;
/** Everything of workspace A. */
let a: Subjects;
let ledgerId = '';
let idB = '';
let folderB = '';
let inB: Client;

beforeAll(async () => {
  test = await openTestHost();
  a = await makeSubjects(test);
  const made = await a.client.predictions.one({ modelId: a.modelId, row: a.row, rowKey: 'row of A' });
  ledgerId = made.ledgerId ?? '';
  const created = await a.client.workspaces.create({ name: 'B' });
  idB = created.id;
  folderB = created.path;
  inB = test.clientFor({ workspaceId: idB });
  open = await openDoors(test);
});
afterAll(async () => {
  await open?.close();
  await test?.close();
});

describe('A7 two workspaces in one host', () => {
  it('answers every operation about ids of the one with not-found in the other, through every door', async () => {
    const tried = new Set<string>();
    for (const { name } of allOperations()) {
      for (const door of open.doors) {
        if (door.name === 'socket') continue; // belongs to the workspace of its folder
        const input = await rowOf(name).input(a, `${door.name}-elsewhere`);
        if (withUnknownIds(input) === null) continue;
        tried.add(name);
        const failed = await door.call(name, input, idB).then(() => null, failureOf);
        expect({ name, door: door.name, ...failed }).toMatchObject({
          name,
          door: door.name,
          code: 'NOT_FOUND',
          status: 404,
          data: { family: 'not-found' },
        });
        // Nothing of what the id stands for is told.
        expect(JSON.stringify(failed)).not.toMatch(/churn|tenure|renamed|pasted/i);
      }
    }
    expect(tried.size).toBeGreaterThan(30);
  });

  it('lists nothing of the one in the other, and streams none of its changes', async () => {
    const stream = await inB.system.changes({});
    const jobs = await inB.jobs.watchAll({});
    const seen: unknown[] = [];
    const reading = Promise.all(
      [stream, jobs].map(async (one) => {
        for await (const notice of one) seen.push(notice);
      }),
    );
    await a.client.models.rename({ id: a.modelId, name: 'changed in A' });
    const started = await a.client.datasets.import({ source: { text: 'a\n1\n2\n', name: 'in-a.csv' } });
    for await (const snapshot of await a.client.jobs.watch({ id: started.jobId })) void snapshot;
    expect((await inB.datasets.list({ deleted: true })).total).toBe(0);
    expect((await inB.datasets.list({})).total).toBe(0);
    expect((await inB.models.list({})).total).toBe(0);
    expect((await inB.jobs.list({})).total).toBe(0);
    expect((await inB.decisions.ledger({})).total).toBe(0);
    expect(await inB.decisions.verify({})).toMatchObject({ ok: true, entries: 0 });
    expect(await inB.predictions.cacheStats({})).toMatchObject({ entries: 0 });
    expect((await inB.workspaces.home({})).counts).toEqual({ datasets: 0, models: 0, predictions: 0, runningJobs: 0 });
    expect((await a.client.decisions.ledger({})).items.map((entry) => entry.id)).toContain(ledgerId);
    await stream.return?.();
    await jobs.return?.();
    await reading;
    expect(seen).toEqual([]);
  });

  it('keeps settings, names and files apart', async () => {
    await inB.system.updateSettings({ numberLocale: 'de-DE' });
    expect((await a.client.system.settings({})).numberLocale).toBe('');
    // The same name may stand in both.
    const { jobId } = await inB.datasets.import({ source: { path: a.file } });
    for await (const snapshot of await inB.jobs.watch({ id: jobId })) void snapshot;
    expect((await inB.datasets.list({})).items.map((item) => item.name)).toEqual(['churn']);
    const secrets = [a.datasetId, a.modelId, a.trainJobId, ledgerId];
    for (const name of readdirSync(folderB, { recursive: true, encoding: 'utf8' })) {
      const path = join(folderB, name);
      if (!statSync(path).isFile() || name.endsWith('workspace.lock')) continue;
      const bytes = readFileSync(path);
      for (const secret of secrets) expect(bytes.includes(secret), `${secret} in ${name}`).toBe(false);
    }
  });

  it('refuses a workspace that is not there, and one that another program has open', async () => {
    for (const door of open.doors.filter(({ name }) => name !== 'socket')) {
      const failed = await door.call('datasets.list', {}, 'ws_zzzzzzzzz000000000').then(() => null, failureOf);
      expect({ door: door.name, ...failed }).toMatchObject({ door: door.name, code: 'NOT_FOUND' });
    }
    const busy = await runCli(['datasets', '--workspace', folderB]);
    expect(busy.code).toBe(1);
    expect(busy.stderr).toMatch(/open/);
  });

  it('finds nothing of the one from the command line of the other', async () => {
    await open.close();
    await test.host.close();
    expect(existsSync(join(folderB, 'augury.db'))).toBe(true);
    const attempts = [
      ['datasets', 'show', a.datasetId],
      ['datasets', 'delete', a.datasetId],
      ['export', a.datasetId, '-o', join(a.folder, 'leak.csv')],
      ['profile', a.datasetId],
      ['train', a.datasetId, '--target', 'Churn'],
      ['models', 'show', a.modelId],
      ['models', 'delete', a.modelId],
      ['score', a.modelId, a.file, '-o', join(a.folder, 'leak.csv')],
      ['evaluate', a.modelId, a.file],
      ['explain', a.modelId, a.file, '-o', join(a.folder, 'leak.csv')],
      ['jobs', 'show', a.trainJobId],
      ['jobs', 'cancel', a.trainJobId],
      ['jobs', 'resume', a.failedJobId],
    ];
    for (const args of attempts) {
      const { code, stderr } = await runCli([...args, '--workspace', folderB]);
      expect({ args, code, stderr }).toMatchObject({ code: 4 });
    }
    expect(existsSync(join(a.folder, 'leak.csv'))).toBe(false);
  });
});
