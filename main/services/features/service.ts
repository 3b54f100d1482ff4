import { asJson } from '../../base/json.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import {
  deleteFeatureSet,
  deleteRecipe,
  getFeatureSet,
  listFeatureSets,
  listRecipes,
  saveFeatureSet,
  saveRecipe,
} from '../../store/repositories/features.ts';
import type { Service } from '../service-types.ts';
import { sampleFrame } from '../training/sample.ts';
import type { ReadDataset } from '../training/types.ts';
import { definitionOf, describeRecipe, describeSet } from './describe.ts';
import type { ProveDeps } from './prove-training.ts';
import { findTableIn, pinTables } from './tables.ts';

/** Draws the rows of a preview, the same ones every time. */
const previewSeed = 7;

/** Recipes and feature sets of the workspace. */
export function createFeaturesService(
  deps: ProveDeps & { readonly queue: JobQueue; readonly pool: ComputePool; readonly readDataset: ReadDataset },
): Service<'features'> {
  const { db, warehouse, catalogue, queue, pool, readDataset } = deps;
  const find = findTableIn(db, catalogue);
  const start = async (
    action: 'materialise' | 'prove',
    id: string,
    name: string | null,
  ): Promise<{ jobId: string }> => {
    const set = getFeatureSet(db, id);
    const title = action === 'prove' ? `Proof of ${set.name}` : `Features of ${set.name}`;
    const job = await queue.start({ kind: 'features', title, input: { action, featureSetId: id, name } });
    return { jobId: job.id };
  };
  return {
    recipes: ({ search }) => ({ items: listRecipes(db, search).map(describeRecipe) }),
    saveRecipe: ({ name, description, steps, datasetId }) =>
      describeRecipe(
        db.transaction(() => saveRecipe(db, { name, description, steps: asJson(steps), datasetId: datasetId ?? null })),
      ),
    deleteRecipe: ({ id }) => deleteRecipe(db, id),
    previewRecipe: async ({ datasetId, version, steps, target, rows }) => {
      const source = await readDataset(datasetId, version, null);
      const { frame } = sampleFrame(source.frame, rows, 7);
      const made = await pool.run(
        'preview-recipe',
        { frame, specs: source.specs, steps, target: target ?? null },
        { lane: 'interactive' },
      );
      const plain = (columns: typeof made.before) =>
        columns.map((column) => ({
          ...column,
          from: [...column.from],
          bars: column.bars.map((bar) => ({ ...bar })),
          sample: [...column.sample],
        }));
      return { rows: made.rows, before: plain(made.before), after: plain(made.after) };
    },
    list: ({ search }) => ({ items: listFeatureSets(db, search).map((row) => describeSet(db, catalogue, row)) }),
    get: ({ id }) => describeSet(db, catalogue, getFeatureSet(db, id)),
    save: async ({ name, description, definition }) => {
      await warehouse.features.check(definition, find);
      return describeSet(
        db,
        catalogue,
        db.transaction(() => saveFeatureSet(db, { name, description, definition: asJson(definition) })),
      );
    },
    delete: ({ id }) => deleteFeatureSet(db, id),
    materialise: ({ id, name }) => start('materialise', id, name ?? null),
    prove: ({ id }) => start('prove', id, null),
    values: async ({ id, key, at }) => {
      const set = getFeatureSet(db, id);
      const definition = definitionOf(db, set.id, set.version);
      const pinned = pinTables(catalogue, definition);
      const found = await warehouse.features.valuesAt({ definition: pinned.definition, find, key, at });
      return {
        at,
        values: found.values.map((value) => ({ ...value })),
        from: pinned.sources.map((source) => ({
          ...source,
          knownUntil: found.knownUntil.get(source.alias) ?? null,
        })),
      };
    },
    preview: ({ definition, rows }) => warehouse.features.preview({ definition, find, rows, seed: previewSeed }),
  };
}
