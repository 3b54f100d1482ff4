/** Workspaces: the current one, the others of this installation, the home page, bundled samples. */
import { join } from 'node:path';
import type { ResourceProbe } from '../../jobs/resource-probe.ts';
import { toSnapshot } from '../../jobs/snapshot.ts';
import type { ChainReport } from '../../store/audit.ts';
import type { Db } from '../../store/db.ts';
import { ledgerTotals } from '../../store/ledger-list.ts';
import { listDatasets } from '../../store/repositories/datasets.ts';
import { countJobs, listJobs } from '../../store/repositories/jobs.ts';
import { listModels } from '../../store/repositories/models.ts';
import type { Service } from '../service-types.ts';
import { listAttention } from './attention.ts';
import type { Quota, WorkspaceIdentity } from './identity.ts';
import { folderBytes, type WorkspacePaths } from './layout.ts';
import type { KnownWorkspace, WorkspaceRegistry } from './registry.ts';

export type WorkspacesDeps = {
  readonly db: Db;
  readonly identity: WorkspaceIdentity;
  readonly paths: WorkspacePaths;
  readonly version: string;
  readonly registry: WorkspaceRegistry;
  /** Makes and opens a workspace in the folder, so that the host can route to it. */
  readonly create: (folder: string, name: string, quota: Quota) => Promise<KnownWorkspace>;
  readonly datasets: Pick<Service<'datasets'>, 'list' | 'import'>;
  readonly models: Pick<Service<'models'>, 'list'>;
  readonly probe: ResourceProbe;
  /** The last verification of the ledger, null before the first. */
  readonly ledgerReport: () => ChainReport | null;
  /** Folder of the bundled CSV files; null when this installation has none. */
  readonly samplesFolder: string | null;
};

const samples = {
  'telecom-churn': { file: 'telecom-churn.csv', name: 'Telecom churn (sample)' },
  'store-sales': { file: 'store-sales.csv', name: 'Store sales (sample)' },
} as const;

const recent = 5;
const attentionMs = 7 * 86_400_000;
/** Walking a big folder takes long, so its size is measured once in a while. */
const sizeKeptMs = 30_000;

/** Builds the service of one open workspace. */
export function createWorkspacesService(deps: WorkspacesDeps): Service<'workspaces'> {
  const { db, identity, paths } = deps;
  let measured = { atMs: Number.NEGATIVE_INFINITY, bytes: 0 };
  const sizeBytes = (): number => {
    const nowMs = db.clock.monotonic();
    if (nowMs - measured.atMs > sizeKeptMs) measured = { atMs: nowMs, bytes: folderBytes(paths.folder) };
    return measured.bytes;
  };
  const current = () => ({
    id: identity.id,
    name: identity.name,
    path: paths.folder,
    createdAt: identity.createdAt,
    bytes: sizeBytes(),
    current: true,
  });
  return {
    current: () => ({ ...current(), version: deps.version, quota: identity.quota }),
    list: () => {
      const others = deps.registry.list().filter((known) => known.id !== identity.id);
      const items = others.map(({ folder, ...known }) => ({ ...known, path: folder, bytes: null, current: false }));
      return { items: [current(), ...items] };
    },
    create: async ({ name, quota }) => {
      const folder = deps.registry.newFolder(name);
      const { id, createdAt } = await deps.create(folder, name, quota ?? { cores: null, memoryBytes: null });
      deps.registry.remember({ id, name, folder, createdAt });
      return { id, name, path: folder, createdAt, bytes: null, current: false };
    },
    home: async (_input, call) => {
      const since = db.clock.now() - attentionMs;
      const newestDatasets = await deps.datasets.list({ offset: 0, limit: 50, deleted: false }, call);
      const newestModels = await deps.models.list({ offset: 0, limit: recent }, call);
      const totals = ledgerTotals(db);
      const troubled = listJobs(db, { states: ['failed', 'interrupted'], limit: 20 }).rows;
      return {
        counts: {
          datasets: listDatasets(db, { limit: 1 }).total,
          models: listModels(db, { limit: 1 }).total,
          predictions: totals.predictions,
          runningJobs: countJobs(db, ['queued', 'running']),
        },
        attention: listAttention({
          jobs: troubled.filter((job) => job.updatedAt >= since),
          datasets: newestDatasets.items,
          ledger: deps.ledgerReport(),
          freeDiskBytes: deps.probe.freeDiskBytes(),
        }),
        recentDatasets: newestDatasets.items.slice(0, recent),
        recentModels: newestModels.items.map((model) => ({
          id: model.id,
          name: model.name,
          task: model.task,
          metric: model.metric,
          score: model.score.value,
          unscored: model.unscored === true,
          baseline: model.baseline,
          createdAt: model.createdAt,
        })),
        recentJobs: listJobs(db, { limit: recent }).rows.map((job) => toSnapshot(job, null)),
        value:
          totals.settledEntries === 0
            ? null
            : {
                settledProfit: totals.settledProfit,
                settledEntries: totals.settledEntries,
                openEntries: totals.openEntries,
              },
        sampleAvailable: deps.samplesFolder !== null,
      };
    },
    loadSample: ({ sample }, call) => {
      const { file, name } = samples[sample];
      const source = { path: join(deps.samplesFolder ?? '', file) };
      return deps.datasets.import({ source, name, options: {}, readings: {}, allowText: [], changes: 'accept' }, call);
    },
  };
}
