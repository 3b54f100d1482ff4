/** A whole host over a temporary folder, run from the sources: the same composition root as every entry, without a process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { createIdSource } from '../../main/base/ids.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { createRng } from '../../main/base/rng.ts';
import { compose, type Host } from '../../main/compose.ts';
import type { Contract } from '../../main/contract/index.ts';
import type { JobSnapshot } from '../../main/contract/jobs.ts';
import { entryUrl } from '../../main/entries.ts';
import { forkChannel } from '../../main/inference/channel.ts';
import type { RouterContext } from '../../main/router/context.ts';

export type Client = ContractRouterClient<Contract>;

export const samplesFolder = resolve(import.meta.dirname, '../../resources/samples');
export const churnSample = join(samplesFolder, 'telecom-churn.csv');
export const testVersion = '0.0.1-test';

const realClock = { now: () => Date.now(), monotonic: () => performance.now() };

export type TestHost = {
  readonly host: Host;
  /** The contract in this process, in the primary workspace. */
  readonly client: Client;
  readonly clientFor: (context: Partial<RouterContext>) => Client;
  readonly folder: string;
  /** Folder of the primary workspace. */
  readonly workspace: string;
  readonly close: () => Promise<void>;
};

/** Opens a host in a folder of its own (or in `folder`, which then stays). */
export async function openTestHost(
  options: { readonly threads?: number; readonly folder?: string; readonly resumeJobs?: boolean } = {},
): Promise<TestHost> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'augury-host-'));
  const workspace = join(folder, 'workspace');
  const host = await compose({
    workspaceFolder: workspace,
    dataFolder: folder,
    version: testVersion,
    clock: realClock,
    ids: createIdSource(realClock, createRng(process.pid)),
    logger: silentLogger,
    computeWorker: entryUrl('compute-worker'),
    spawnInference: () => forkChannel(entryUrl('inference')),
    samplesFolder,
    resumeJobs: options.resumeJobs ?? false,
    threads: options.threads ?? 2,
  });
  if (host.kind === 'held') throw new Error(`the workspace is held by ${host.owner.pid}`);
  const clientFor = (context: Partial<RouterContext>): Client =>
    createRouterClient(host.router, { context: host.contextFor(context) });
  return {
    host,
    client: clientFor({}),
    clientFor,
    folder,
    workspace,
    close: async () => {
      await host.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The last snapshot of a job; throws its error unless it succeeded. */
export async function finish(client: Client, jobId: string): Promise<JobSnapshot> {
  const ended = await settle(client, jobId);
  if (ended.state !== 'succeeded') throw new Error(`${ended.title}: ${ended.state}, ${ended.error?.message ?? ''}`);
  return ended;
}

/** The last snapshot of a job, however it ended. */
export async function settle(client: Client, jobId: string): Promise<JobSnapshot> {
  for await (const snapshot of await client.jobs.watch({ id: jobId })) void snapshot;
  return client.jobs.get({ id: jobId });
}

/** Imports a file and gives the id of its data set. */
export async function importFile(client: Client, path: string, name?: string): Promise<string> {
  const { jobId } = await client.datasets.import({ source: { path }, ...(name === undefined ? {} : { name }) });
  const { result } = await finish(client, jobId);
  return (result as { datasetId: string }).datasetId;
}

/** Trains with exactly these options and gives the id of the model. */
export async function trainModel(
  client: Client,
  options: Parameters<Client['models']['train']>[0],
): Promise<{ readonly modelId: string; readonly packageSha256: string; readonly jobId: string }> {
  const { jobId } = await client.models.train(options);
  const { result } = await finish(client, jobId);
  return { ...(result as { modelId: string; packageSha256: string }), jobId };
}
