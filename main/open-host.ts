/** Opens a workspace with this machine's own clock and randomness; what tests inject, entries take from the system. */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Clock } from './base/clock.ts';
import { createIdSource } from './base/ids.ts';
import type { Logger } from './base/logger.ts';
import { createRng } from './base/rng.ts';
import { compose } from './compose.ts';
import { entryUrl, packageVersion, resourcesFolder } from './entries.ts';
import { dataFolder } from './home.ts';
import { type ChannelLike, forkChannel } from './inference/channel.ts';

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

export type OpenHostOptions = {
  readonly workspaceFolder: string;
  readonly logger: Logger;
  readonly resumeJobs: boolean;
  readonly threads?: number;
  /** Present under Electron, where main starts processes. */
  readonly spawnInference?: () => ChannelLike | Promise<ChannelLike>;
};

/** The host of a workspace, or who has it open. */
export function openHost(options: OpenHostOptions): ReturnType<typeof compose> {
  const electronVersion = process.versions.electron;
  return compose({
    workspaceFolder: options.workspaceFolder,
    dataFolder: dataFolder(process.env),
    version: packageVersion(),
    clock: systemClock,
    ids: createIdSource(systemClock, createRng(randomInt(2 ** 31))),
    logger: options.logger,
    computeWorker: entryUrl('compute-worker'),
    spawnInference: options.spawnInference ?? (() => forkChannel(entryUrl('inference'))),
    samplesFolder: join(resourcesFolder(), 'samples'),
    resumeJobs: options.resumeJobs,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(electronVersion === undefined ? {} : { electronVersion }),
  });
}
