import { asJson } from '../../base/json.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { Db } from '../../store/db.ts';
import {
  type DatasetVersionRow,
  erasedAt,
  findDatasetVersion,
  findVersionByHash,
  getDataset,
  updateDataset,
} from '../../store/repositories/datasets.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Service } from '../service-types.ts';
import type { Catalogue } from './catalogue.ts';
import { filesOf, holdsClear, listDependents, versionsThere } from './dependents.ts';
import { lineageOf } from './lineage.ts';
import { checkDependents, refuseInUse, touched } from './mask-job.ts';
import { recipeOf, versionItems } from './recipe.ts';

type Cleaning = Pick<
  Service<'datasets'>,
  'previewClean' | 'clean' | 'mask' | 'erasure' | 'restore' | 'recipe' | 'lineage' | 'diff' | 'inspect' | 'versions'
>;

/** Cleaning and versions: try steps, apply them, go back, compare, say what was done. */
export function createCleaningService(deps: {
  readonly db: Db;
  readonly queue: JobQueue;
  readonly catalogue: Catalogue;
  readonly warehouse: Warehouse;
}): Cleaning {
  const { db, queue, catalogue, warehouse } = deps;
  const parentRows = (row: DatasetVersionRow): DatasetVersionRow[] => {
    if (erasedAt(row) !== null || getDataset(db, row.datasetId, { deleted: true }).deletedAt !== null) return [];
    const { format } = catalogue.get(row.datasetId, row.number).version.source;
    if (format.kind !== 'derived') return [];
    return format.from.flatMap((hash) => {
      const parent = row.parentVersionId === null ? null : findDatasetVersion(db, row.parentVersionId);
      return (parent?.contentHash === hash ? parent : findVersionByHash(db, hash, { deleted: true })) ?? [];
    });
  };
  const parentsOf = (row: DatasetVersionRow) =>
    parentRows(row).map((found) => {
      const { name } = getDataset(db, found.datasetId, { deleted: true });
      return { datasetId: found.datasetId, name, version: found.number };
    });
  return {
    versions: ({ id }) => ({ items: versionItems(db, id, parentsOf) }),
    previewClean: async ({ id, steps }, call) => {
      const { version } = catalogue.get(id);
      const { rows, columns, effects } = await warehouse.previewClean({ version, steps, signal: call.signal });
      return { rows, columns, effects: effects.map((effect) => ({ ...effect })) };
    },
    clean: async ({ id, steps }, call) => {
      const { dataset, row } = catalogue.get(id);
      const job = await queue.start({
        kind: 'clean',
        title: `Clean ${dataset.name}`,
        input: { id, version: row.number, steps: asJson(steps), actor: call.actor },
        datasetId: id,
      });
      return { jobId: job.id };
    },
    erasure: ({ id }) => {
      const { row } = catalogue.get(id);
      const isDoomed = (each: DatasetVersionRow): boolean => holdsClear(db, each);
      const { datasets, models, scorings } = listDependents(db, catalogue.workspaceDir, id, isDoomed);
      const doomed = versionsThere(db).filter((each) => each.datasetId === row.datasetId && isDoomed(each));
      return {
        versions: doomed.map(({ number }) => number).sort((a, b) => a - b),
        files: new Set(doomed.flatMap((each) => filesOf(db, each))).size,
        dependents: [...datasets, ...models, ...scorings].map(({ kind, id, name, why, offers }) => ({
          kind,
          id,
          name,
          why,
          offers: [...offers],
        })),
      };
    },
    mask: async ({ id, privacy, dependents }, call) => {
      const { dataset } = catalogue.get(id);
      for (const each of [id, ...touched(dependents)]) refuseInUse(db, each, '');
      checkDependents(
        listDependents(db, catalogue.workspaceDir, id, (each) => holdsClear(db, each)),
        dependents,
      );
      const job = await queue.start({
        kind: 'mask',
        title: `Mask ${dataset.name}`,
        input: { id, privacy: asJson(privacy), dependents, actor: call.actor },
        datasetId: id,
      });
      return { jobId: job.id };
    },
    restore: ({ id, version }) => {
      updateDataset(db, id, { currentVersionId: catalogue.get(id, version).row.id });
    },
    recipe: ({ id, version }) => recipeOf(db, id, version),
    lineage: ({ id, version }) => lineageOf(db, id, version, parentRows),
    diff: async ({ id, from, to, key }, call) => {
      const found = await warehouse.diff({
        from: catalogue.get(id, from).version,
        to: catalogue.get(id, to).version,
        key,
        signal: call.signal,
      });
      return { from, to, ...found };
    },
    inspect: async ({ id, target, split }) => {
      const { dataset } = catalogue.get(id);
      const job = await queue.start({
        kind: 'profile',
        title: `Check ${target} of ${dataset.name}`,
        input: { id, target, split: split ?? null },
        datasetId: id,
      });
      return { jobId: job.id };
    },
  };
}
