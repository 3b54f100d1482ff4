/** A real workspace with a trained model in it: store, queue, warehouse, workers, inference; and tables to run it over. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIdSource } from '../../main/base/ids.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { createRng } from '../../main/base/rng.ts';
import { type ComputePool, createComputePool } from '../../main/compute/pool.ts';
import { entryUrl } from '../../main/entries.ts';
import type { InferenceClient } from '../../main/inference/client.ts';
import { createJobQueue, type JobQueue } from '../../main/jobs/queue.ts';
import type { JobHandler } from '../../main/jobs/types.ts';
import type { Frame } from '../../main/ml/frame.ts';
import type { ModelSpec } from '../../main/ml/model-spec.ts';
import { buildReference } from '../../main/ml/stats/reference.ts';
import { createCatalogue } from '../../main/services/datasets/catalogue.ts';
import { createJobStore } from '../../main/services/jobs/job-store.ts';
import { importModel } from '../../main/services/models/import-model.ts';
import { createModelLoader } from '../../main/services/models/loader.ts';
import { exportPackage } from '../../main/services/models/package-export.ts';
import type { ScoreDeps } from '../../main/services/predictions/score-job.ts';
import { createDownloads } from '../../main/services/system/transfers.ts';
import { createUploads } from '../../main/services/system/uploads.ts';
import { openStore } from '../../main/store/open.ts';
import { openWarehouse, type Warehouse } from '../../main/warehouse/warehouse.ts';
import { roomyProbe } from './jobs.ts';
import { about } from './package-fixture.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Starts the workers and the inference process once for a test file. */
export const startPool = (size = 2): ComputePool =>
  createComputePool({ size, workerUrl: entryUrl('compute-worker'), logger: silentLogger });

export type ScoringBench = {
  readonly folder: string;
  readonly deps: ScoreDeps & { readonly warehouse: Warehouse };
  readonly queue: JobQueue;
  readonly modelId: string;
  /** Path of a file beside the workspace. */
  readonly file: (name: string, text?: string) => string;
  readonly close: () => Promise<void>;
};

export type BenchModel = { readonly spec: ModelSpec; readonly frame: Frame; readonly target: string };

/** Opens a workspace in `folder` (again, when it is there) with `model` taken in. Close it before the pool. */
export async function openScoringBench(
  folder: string,
  shared: { readonly pool: ComputePool; readonly inference: InferenceClient },
  model: BenchModel,
  options: {
    readonly blockRows: number;
    readonly handlers: (deps: ScoreDeps) => readonly JobHandler[];
    readonly resume?: boolean;
  },
): Promise<ScoringBench> {
  const workspaceDir = join(folder, 'workspace');
  for (const name of ['data', 'models', 'uploads', 'downloads', 'jobs'])
    mkdirSync(join(workspaceDir, name), { recursive: true });
  const ids = createIdSource(clock, createRng(Math.floor(performance.now() * 1000)));
  const { db } = openStore({ path: join(workspaceDir, 'augury.db'), clock, ids });
  const warehouse = await openWarehouse({ dir: workspaceDir, memoryLimitMb: 256, threads: 2, logger: silentLogger });
  const loader = createModelLoader({ db, workspaceDir, inference: shared.inference });
  const deps = {
    ...shared,
    db,
    workspaceDir,
    warehouse,
    catalogue: createCatalogue(db, workspaceDir),
    uploads: createUploads(join(workspaceDir, 'uploads'), ids, roomyProbe, clock),
    downloads: createDownloads(join(workspaceDir, 'downloads')),
    loader,
    blockRows: options.blockRows,
  };
  const packagePath = join(folder, 'model.augury-model');
  const reference = buildReference(model.spec.recipe.inputs, model.frame);
  await exportPackage(
    { about: { ...about, target: model.target }, spec: model.spec, sample: model.frame, reference, report: null },
    packagePath,
    { client: shared.inference, appVersion: '1.0.0' },
  );
  const { modelId } = await importModel({ ...deps, appVersion: '1.0.0' }, packagePath);
  const queue = createJobQueue({
    store: createJobStore(db),
    workspaceId: 'ws_test',
    handlers: options.handlers(deps),
    probe: roomyProbe,
    logger: silentLogger,
    scratchRoot: join(workspaceDir, 'jobs'),
    limits: { concurrent: 1, memoryBytes: () => null },
  });
  queue.open({ resume: options.resume ?? false });
  return {
    folder,
    deps,
    queue,
    modelId,
    file: (name, text) => {
      const path = join(folder, name);
      if (text !== undefined) writeFileSync(path, text);
      return path;
    },
    close: async () => {
      await queue.close(10_000);
      await warehouse.close();
      db.close();
    },
  };
}

/** Removes a bench's folder. */
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

const cellText = (frame: Frame, column: number, row: number): string => {
  const { [column]: found } = frame.columns;
  if (found.type === 'string') return found.codes[row] < 0 ? '' : found.levels[found.codes[row]];
  if (Number.isNaN(found.values[row])) return '';
  return found.type === 'double' ? String(found.values[row]) : new Date(found.values[row] / 1000).toISOString();
};

/** Rows of a frame as CSV with an id column in front; `more` adds cells, by header. */
export function frameCsv(
  frame: Frame,
  more: Readonly<Record<string, (row: number) => string>> = {},
  rows: readonly number[] = Array.from({ length: frame.rowCount }, (_, i) => i),
): string {
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const header = ['id', ...frame.columns.map(({ name }) => name), ...Object.keys(more)];
  const lines = rows.map((row) =>
    [
      `r${row}`,
      ...frame.columns.map((_, c) => cellText(frame, c, row)),
      ...Object.values(more).map((cell) => cell(row)),
    ]
      .map(quoted)
      .join(','),
  );
  return `${[header.map(quoted).join(','), ...lines].join('\n')}\n`;
}
