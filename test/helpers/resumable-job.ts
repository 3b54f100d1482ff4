/**
 * A process that owns a workspace folder and runs one job of 40 chunks, each appended to an output file and then recorded as
 * checkpoint. Started by tests with `node resumable-job.ts FOLDER`; prints `chunk N` after each chunk, `ended STATE` at the end.
 */
import { appendFileSync, existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { createIdSource } from '../../main/base/ids.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { createRng } from '../../main/base/rng.ts';
import { createJobQueue } from '../../main/jobs/queue.ts';
import { machineProbe } from '../../main/jobs/resource-probe.ts';
import type { JobHandler } from '../../main/jobs/types.ts';
import { createJobStore } from '../../main/services/jobs/job-store.ts';
import { openStore } from '../../main/store/open.ts';

const folder = process.argv[2] ?? '';
const crashAt = Number(process.argv[3] ?? '-1');
const output = join(folder, 'output.txt');

const handler: JobHandler = {
  kind: 'score',
  estimate: async () => ({ seconds: 1, memoryBytes: 1, diskBytes: 1, basis: 'A test.' }),
  run: async (_input, context) => {
    const from = Number(context.readCheckpoint() ?? 0);
    // What was written beyond the checkpoint belongs to a chunk that is not recorded.
    if (existsSync(output)) truncateSync(output, from * 4);
    for (let chunk = from; chunk < 40; chunk++) {
      appendFileSync(output, `${String(chunk).padStart(3, '0')}\n`);
      context.countWork(1);
      if (chunk === crashAt) process.kill(process.pid, 'SIGKILL');
      context.writeCheckpoint(chunk + 1);
      context.report({ fraction: (chunk + 1) / 40, rowsDone: chunk + 1, rowsTotal: 40 });
      process.stdout.write(`chunk ${chunk}\n`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return { done: 40 };
  },
};

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const { db } = openStore({
  path: join(folder, 'augury.db'),
  clock,
  ids: createIdSource(clock, createRng(process.pid)),
});
const queue = createJobQueue({
  store: createJobStore(db),
  workspaceId: 'ws_test',
  handlers: [handler],
  probe: machineProbe(folder),
  logger: silentLogger,
  scratchRoot: join(folder, 'jobs'),
  limits: { concurrent: 1, memoryBytes: () => null },
});
queue.open({ resume: true });
const known = queue.list({}).items[0];
const id = known?.id ?? (await queue.start({ kind: 'score', title: 'Score', input: {} })).id;
const ended = queue.get(id).error === null ? await queue.wait(id) : queue.get(id);
process.stdout.write(`ended ${ended.state}\n`);
await queue.close();
db.close();
