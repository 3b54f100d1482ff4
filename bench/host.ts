import { randomBytes } from 'node:crypto';
import { createRouterClient } from '@orpc/server';
import { createIdSource } from '../main/base/ids.ts';
import { silentLogger } from '../main/base/logger.ts';
import { createRng } from '../main/base/rng.ts';
import { compose } from '../main/compose.ts';
import { entryUrl, resourcesFolder } from '../main/entries.ts';
import { forkChannel } from '../main/inference/channel.ts';
import type { AuguryClient } from '../main/surfaces/cli/io.ts';

/** An in-process host over a folder, as the command line opens one. */
export async function openBenchHost(
  folder: string,
): Promise<{ readonly client: AuguryClient; readonly close: () => Promise<void> }> {
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const host = await compose({
    workspaceFolder: folder,
    dataFolder: folder,
    version: '0.1.0',
    clock,
    ids: createIdSource(clock, createRng(Date.now())),
    logger: silentLogger,
    computeWorker: entryUrl('compute-worker'),
    spawnInference: () => forkChannel(entryUrl('inference')),
    samplesFolder: `${resourcesFolder()}/samples`,
    resumeJobs: false,
    salt: () => randomBytes(16),
  });
  if (host.kind !== 'host') throw new Error('the bench workspace is held by another process');
  return { client: createRouterClient(host.router, { context: host.contextFor({}) }), close: () => host.close() };
}
