/** Everything of one open workspace, wired: store, warehouse, jobs, services. Closed in the opposite order. */
import type { Logger } from './base/logger.ts';
import type { ComputePool } from './compute/pool.ts';
import type { InferenceClient } from './inference/client.ts';
import { createJobQueue, type JobQueue } from './jobs/queue.ts';
import { machineProbe } from './jobs/resource-probe.ts';
import type { JobHandler } from './jobs/types.ts';
import type { RoutedWorkspace } from './router/router.ts';
import { createCatalogue } from './services/datasets/catalogue.ts';
import { createDatasetJobs } from './services/datasets/jobs.ts';
import { createDescribeDataset, createReadDataset } from './services/datasets/read-dataset.ts';
import { createDatasetsService } from './services/datasets/service.ts';
import { decisionCurve } from './services/decisions/curve.ts';
import { createLedgerService } from './services/decisions/ledger-service.ts';
import { createExplanationsService } from './services/explanations/service.ts';
import { createFeaturesHandler } from './services/features/job.ts';
import { proveTraining } from './services/features/prove-training.ts';
import { createFeaturesService } from './services/features/service.ts';
import { findTableIn, pinTables } from './services/features/tables.ts';
import { createJobStore } from './services/jobs/job-store.ts';
import { createJobsService } from './services/jobs/jobs-service.ts';
import { createImportModelHandler } from './services/models/import-job.ts';
import { createModelLoader } from './services/models/loader.ts';
import { createModelsService } from './services/models/service.ts';
import { createPredictionJobs } from './services/predictions/jobs.ts';
import { createPredictionsService } from './services/predictions/service.ts';
import { createSaveQueryHandler } from './services/queries/save-job.ts';
import { createQueriesService } from './services/queries/service.ts';
import { createFindTable } from './services/queries/tables.ts';
import type { Services } from './services/service-types.ts';
import { memoryLimit, readSettings } from './services/system/settings.ts';
import { createSystemService, type Machine } from './services/system/system-service.ts';
import { createDownloads } from './services/system/transfers.ts';
import { createUploads, sweepUploads } from './services/system/uploads.ts';
import { createTrainHandler } from './services/training/handler.ts';
import type { OpenWorkspace } from './services/workspaces/open-workspace.ts';
import type { WorkspaceRegistry } from './services/workspaces/registry.ts';
import { createWorkspacesService, type WorkspacesDeps } from './services/workspaces/workspaces-service.ts';
import { appendAudit } from './store/audit.ts';
import { withMutation } from './store/mutation.ts';
import { jobsInState } from './store/repositories/jobs.ts';
import { undo } from './store/undo.ts';
import { openWarehouse } from './warehouse/warehouse.ts';

export type WorkspaceParts = {
  readonly open: OpenWorkspace;
  readonly pool: ComputePool;
  readonly inference: InferenceClient;
  readonly logger: Logger;
  readonly version: string;
  readonly machine: Machine;
  readonly nodeVersion: string;
  readonly samplesFolder: string | null;
  readonly registry: WorkspaceRegistry;
  readonly createWorkspace: WorkspacesDeps['create'];
  /** Memory DuckDB may use before it spills. */
  readonly warehouseMemoryMb: number;
  /** Whether interrupted and waiting jobs go on by themselves. */
  readonly resumeJobs: boolean;
};

export type ComposedWorkspace = RoutedWorkspace & {
  readonly id: string;
  readonly queue: JobQueue;
  readonly close: () => Promise<void>;
};

/** How often uploads that nobody asks for are looked for. */
const sweepEveryMs = 600_000;

/** Wires an open workspace. */
export async function composeWorkspace(parts: WorkspaceParts): Promise<ComposedWorkspace> {
  const { open, pool, inference, logger, version } = parts;
  const { db, paths, identity } = open;
  const workspaceDir = paths.folder;
  const probe = machineProbe(workspaceDir);
  const warehouse = await openWarehouse({
    dir: workspaceDir,
    memoryLimitMb: parts.warehouseMemoryMb,
    threads: Math.max(1, Math.min(identity.quota.cores ?? parts.machine.cores, parts.machine.cores)),
    logger,
  });
  const catalogue = createCatalogue(db, workspaceDir);
  const readDataset = createReadDataset(warehouse, catalogue);
  const describeDataset = createDescribeDataset(catalogue);
  const loader = createModelLoader({ db, workspaceDir, inference });
  const uploads = createUploads(paths.uploads, db.ids, probe, db.clock);
  const downloads = createDownloads(paths.downloads);
  const training = {
    db,
    workspaceDir,
    pool,
    inference,
    appVersion: version,
    readDataset,
    describeDataset,
    clock: db.clock,
    logger,
  };
  const reading = { db, warehouse, workspaceDir, catalogue, uploads, downloads, loader, pool, inference };
  const findTable = createFindTable(db, catalogue);
  const datasetJobs = createDatasetJobs({
    ...reading,
    folders: { workspace: workspaceDir, downloads: paths.downloads, backups: paths.backups },
    findTable,
    findSource: findTableIn(db, catalogue),
    pin: (definition) => pinTables(catalogue, definition),
  });
  const handlers: JobHandler[] = [
    createSaveQueryHandler({ db, warehouse, workspaceDir, find: findTable }),
    ...datasetJobs.handlers,
    createFeaturesHandler({ db, warehouse, catalogue, workspaceDir }),
    createTrainHandler({
      ...training,
      loader,
      prove: (options, abort) => proveTraining({ db, warehouse, catalogue }, options, abort),
    }),
    createImportModelHandler({ db, workspaceDir, pool, inference, appVersion: version, sources: reading }),
    ...createPredictionJobs(reading),
  ];
  const queue = createJobQueue({
    store: createJobStore(db),
    workspaceId: identity.id,
    handlers,
    probe,
    logger,
    scratchRoot: paths.jobs,
    limits: {
      concurrent: 1,
      memoryBytes: () => memoryLimit(readSettings(db), identity.quota, parts.machine.memoryBytes),
    },
  });
  const curveDeps = { db, workspaceDir, pool, readDataset };
  const datasets = createDatasetsService({
    db,
    queue,
    catalogue,
    warehouse,
    uploads,
    preview: datasetJobs.preview,
    profile: datasetJobs.profile,
  });
  const models = createModelsService({
    ...training,
    queue,
    loader,
    sources: reading,
    finishEarly: (jobId) => queue.finish(jobId),
  });
  const ledger = createLedgerService({ db, workspaceFolder: workspaceDir });
  const services: Services = {
    datasets,
    models,
    jobs: createJobsService(queue),
    predictions: createPredictionsService({
      ...reading,
      queue,
      curve: (modelId) => decisionCurve(curveDeps, modelId, undefined, { bands: false }),
    }),
    explanations: createExplanationsService({ pool, inference, loader, queue, clock: db.clock }),
    decisions: {
      ledger: ledger.ledger,
      verify: ledger.verify,
      savePolicy: ledger.savePolicy,
      curve: ({ modelId, policy }) => decisionCurve(curveDeps, modelId, policy),
    },
    features: createFeaturesService({ db, warehouse, catalogue, queue, pool, readDataset }),
    queries: createQueriesService({ db, warehouse, queue, find: findTable }),
    system: createSystemService({
      db,
      paths,
      probe,
      nodeVersion: parts.nodeVersion,
      version,
      machine: parts.machine,
      extraChecks: [],
      providers: (refresh) => inference.providers({ refresh }),
      uploads,
      downloads,
    }),
    workspaces: createWorkspacesService({
      db,
      identity,
      paths,
      version,
      registry: parts.registry,
      create: parts.createWorkspace,
      datasets,
      models,
      probe,
      ledgerReport: ledger.lastReport,
      samplesFolder: parts.samplesFolder,
    }),
  };
  sweepUploads(paths.uploads);
  const sweeping = setInterval(() => {
    const alive = (['queued', 'running', 'interrupted'] as const).flatMap((state) => jobsInState(db, state));
    uploads.removeIdle(alive.map(({ input }) => input));
  }, sweepEveryMs).unref();
  queue.open({ resume: parts.resumeJobs });
  let closing: Promise<void> | undefined;
  return {
    id: identity.id,
    queue,
    services,
    change: (operation, actor, fn) => withMutation(db, { operation, actor, undoable: true }, fn),
    undo: (eventId, actor) => undo(db, eventId, actor),
    audit: (operation, actor) => appendAudit(db, { operation, actor, outcome: 'ok' }),
    close: () => {
      closing ??= (async () => {
        clearInterval(sweeping);
        await queue.close();
        uploads.close();
        await warehouse.close();
        open.close();
      })();
      return closing;
    },
  };
}
