/**
 * The composition root: from a folder and injected sources to a router. No Electron here; the same host runs under
 * Electron's utility process, plain Node and tests. The folder it is opened with is the primary workspace; others of the
 * installation are opened when a call names them. Compute workers and the inference process are shared, stores never.
 */
import { availableParallelism, totalmem } from 'node:os';
import type { Clock } from './base/clock.ts';
import { notFound } from './base/errors.ts';
import type { IdSource } from './base/ids.ts';
import type { Logger } from './base/logger.ts';
import { type ComposedWorkspace, composeWorkspace } from './compose-workspace.ts';
import { createComputePool } from './compute/pool.ts';
import { createInferenceClient, type InferenceOptions } from './inference/client.ts';
import type { RouterContext } from './router/context.ts';
import { createRouter } from './router/router.ts';
import { readSettings, threadLimit } from './services/system/settings.ts';
import type { Quota } from './services/workspaces/identity.ts';
import { openWorkspace } from './services/workspaces/open-workspace.ts';
import { createWorkspaceRegistry, type KnownWorkspace } from './services/workspaces/registry.ts';
import type { WorkspaceOwner } from './store/workspace-lock.ts';

export type ComposeOptions = {
  /** Folder of the primary workspace; made when missing. */
  readonly workspaceFolder: string;
  /** Where the list of this installation's workspaces is kept. */
  readonly dataFolder: string;
  readonly version: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly computeWorker: URL;
  readonly spawnInference: InferenceOptions['spawn'];
  readonly samplesFolder: string | null;
  /** Compute workers; default: the primary workspace's setting, all cores where it has none. */
  readonly threads?: number;
  readonly resumeJobs: boolean;
  readonly electronVersion?: string;
  readonly salt?: () => Uint8Array;
};

export type Host = {
  readonly kind: 'host';
  readonly router: ReturnType<typeof createRouter>;
  readonly contextFor: (input: Partial<RouterContext>) => RouterContext;
  readonly primary: ComposedWorkspace;
  readonly close: () => Promise<void>;
};

/** Memory DuckDB may take before it spills to disk. */
const warehouseMemoryMb = 320;

/** Opens the primary workspace and serves it; `held` when another process owns it. */
export async function compose(
  options: ComposeOptions,
): Promise<Host | { readonly kind: 'held'; readonly owner: WorkspaceOwner }> {
  const { clock, ids, version, logger } = options;
  const opened = await openWorkspace({
    folder: options.workspaceFolder,
    version,
    clock,
    ids,
    ...(options.salt === undefined ? {} : { salt: options.salt }),
  });
  if (opened.kind === 'held') return opened;
  const cores = availableParallelism();
  const threads = options.threads ?? threadLimit(readSettings(opened.db), opened.identity.quota, cores);
  const pool = createComputePool({ size: threads, workerUrl: options.computeWorker, logger });
  const inference = createInferenceClient({ spawn: options.spawnInference, logger, clock });
  const registry = createWorkspaceRegistry(options.dataFolder);
  const open = new Map<string, Promise<ComposedWorkspace>>();
  const parts = {
    pool,
    inference,
    logger,
    version,
    nodeVersion: process.versions.node,
    samplesFolder: options.samplesFolder,
    registry,
    warehouseMemoryMb,
    resumeJobs: options.resumeJobs,
    machine: {
      platform: `${process.platform} ${process.arch}`,
      cores,
      memoryBytes: totalmem(),
      electronVersion: options.electronVersion ?? null,
    },
  };
  const createWorkspace = async (folder: string, name: string, quota: Quota): Promise<KnownWorkspace> => {
    const made = await openWorkspace({ folder, version, clock, ids, name, quota });
    if (made.kind === 'held') throw notFound('workspace-held', `The workspace "${name}" is open in another process.`);
    open.set(made.identity.id, composeWorkspace({ ...parts, open: made, createWorkspace }));
    return { id: made.identity.id, name, folder, createdAt: made.identity.createdAt };
  };
  const primary = await composeWorkspace({ ...parts, open: opened, createWorkspace });
  open.set(primary.id, Promise.resolve(primary));

  const workspace = (id: string | null): Promise<ComposedWorkspace> => {
    if (id === null) return Promise.resolve(primary);
    const known = open.get(id);
    if (known !== undefined) return known;
    const listed = registry.list().find((candidate) => candidate.id === id);
    if (listed === undefined) throw notFound('no-such-workspace', `There is no workspace ${id} here.`);
    const opening = (async () => {
      const other = await openWorkspace({ folder: listed.folder, version, clock, ids });
      if (other.kind === 'held')
        throw notFound('workspace-held', `The workspace "${listed.name}" is open in another process.`);
      return composeWorkspace({ ...parts, open: other, createWorkspace });
    })();
    opening.catch(() => open.delete(id));
    open.set(id, opening);
    return opening;
  };

  return {
    kind: 'host',
    router: createRouter({ workspace, logger }),
    contextFor: (input) => ({
      workspaceId: null,
      surface: 'in-process',
      actor: 'local-user',
      permissions: ['read', 'write', 'admin'],
      ...input,
    }),
    primary,
    close: async () => {
      for (const one of await Promise.allSettled(open.values()))
        if (one.status === 'fulfilled') await one.value.close();
      inference.close();
      await pool.close();
    },
  };
}
