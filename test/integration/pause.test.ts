import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { finish, importFile, openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let datasetId = '';

beforeAll(async () => {
  test = await openTestHost();
  const rng = createRng(5);
  const lines = ['a,b,c,y'];
  for (let i = 0; i < 1500; i++) {
    const [a, b, c] = [rng.next(), rng.next(), rng.int(4)];
    lines.push(
      [a.toFixed(4), b.toFixed(4), `k${c}`, a + b * (c - 1) + 0.3 * rng.normal() > 0.9 ? 'yes' : 'no'].join(','),
    );
  }
  const path = join(test.folder, 'rows.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  datasetId = await importFile(test.client, path);
});
afterAll(() => test.close());

const settings = { target: 'y', folds: 3, drop: [], keep: [], validation: 'cv' as const };

const start = () => test.client.models.train({ datasetId, ...settings, trials: 3, seed: 3 });

describe('D4 pause and resume of a training', () => {
  it('ends with the same bytes as a training that was never paused, and frees the queue meanwhile', async () => {
    const whole = await finish(test.client, (await start()).jobId);
    const { jobId } = await start();
    for await (const job of await test.client.jobs.watch({ id: jobId })) {
      if (job.stage === 'search' && job.workDone >= 2) break;
    }
    const asked = await test.client.jobs.pause({ id: jobId });
    expect(asked.paused).toBe(true);
    let paused = asked;
    for await (const job of await test.client.jobs.watch({ id: jobId })) {
      paused = job;
      if (job.state !== 'running') break;
    }
    expect(paused).toMatchObject({ state: 'interrupted', paused: true });
    const other = await test.client.models.train({ datasetId, ...settings, seed: 4, trials: 1 });
    await finish(test.client, other.jobId);
    expect((await test.client.jobs.get({ id: jobId })).state).toBe('interrupted');
    await test.client.jobs.resume({ id: jobId });
    const resumed = await finish(test.client, jobId);
    expect(resumed.attempt).toBe(2);
    const of = async ({ result }: { result?: unknown }) => {
      const model = await test.client.models.get({ id: (result as { modelId: string }).modelId });
      return { sha256: model.card.modelSha256, score: model.score };
    };
    expect(await of(resumed)).toEqual(await of(whole));
    expect(resumed.workDone).toBe(whole.workDone);
  });
});
