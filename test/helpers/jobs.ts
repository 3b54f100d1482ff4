import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createIdSource } from '../../main/base/ids.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { createRng } from '../../main/base/rng.ts';
import { createJobQueue, type JobQueue } from '../../main/jobs/queue.ts';
import type { ResourceProbe } from '../../main/jobs/resource-probe.ts';
import type { JobEstimate, JobHandler } from '../../main/jobs/types.ts';
import { createJobStore } from '../../main/services/jobs/job-store.ts';
import type { Db } from '../../main/store/db.ts';
import { openStore } from '../../main/store/open.ts';
import { temporaryFolder } from './store.ts';

export const smallEstimate: JobEstimate = { seconds: 1, memoryBytes: 1000, diskBytes: 0, basis: 'A test.' };

export const roomyProbe: ResourceProbe = {
  freeMemoryBytes: () => 8e9,
  freeDiskBytes: () => 8e10,
  processMemoryBytes: () => 1e8,
};

const realClock = { now: () => Date.now(), monotonic: () => performance.now() };

/** A real store and a queue over it that runs in real time. */
export function testQueue(
  handlers: readonly JobHandler[],
  options: {
    readonly folder?: string;
    readonly probe?: ResourceProbe;
    readonly memoryLimit?: number;
    readonly concurrent?: number;
  } = {},
): { readonly db: Db; readonly queue: JobQueue; readonly folder: string } {
  const folder = options.folder ?? temporaryFolder();
  const ids = createIdSource(realClock, createRng(Math.floor(performance.now())));
  const { db } = openStore({ path: join(folder, 'augury.db'), clock: realClock, ids });
  const queue = createJobQueue({
    store: createJobStore(db),
    workspaceId: 'ws_test',
    handlers,
    probe: options.probe ?? roomyProbe,
    logger: silentLogger,
    scratchRoot: join(folder, 'jobs'),
    limits: { concurrent: options.concurrent ?? 1, memoryBytes: () => options.memoryLimit ?? null },
  });
  onTestFinished(async () => {
    await queue.close(200);
    db.close();
  });
  return { db, queue, folder };
}
