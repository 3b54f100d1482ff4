/** Rows of the parity table for recipes and feature sets. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureDefinition } from '../../main/contract/feature-sets.ts';
import type { contract } from '../../main/contract/index.ts';
import { type Client, finish, importFile } from './host.ts';
import type { Subjects } from './parity-subjects.ts';
import type { Row } from './parity-table.ts';

/** A small table of days with a feature set over it, made once. */
export type FeatureSubjects = {
  readonly definition: FeatureDefinition;
  readonly setId: string;
  /** To be deleted and taken back. */
  readonly spareId: string;
  readonly recipeId: string;
};

const recipeSteps = [{ kind: 'log' as const, columns: ['tenure'], keep: true }];

export async function makeFeatureSubjects(client: Client, folder: string): Promise<FeatureSubjects> {
  const file = join(folder, 'days.csv');
  writeFileSync(
    file,
    'shop,day,sales\na,2024-01-01,3\nb,2024-01-01,5\na,2024-01-02,4\nb,2024-01-02,6\na,2024-01-03,9\n',
  );
  const definition: FeatureDefinition = {
    base: { datasetId: await importFile(client, file), time: 'day', key: ['shop'] },
    sources: {},
    features: [{ kind: 'latest', name: 'sales before', source: 'base', column: 'sales' }],
  };
  const { id } = await client.features.save({ name: 'days', definition });
  const { jobId } = await client.features.materialise({ id, name: 'days made' });
  await finish(client, jobId);
  const spare = await client.features.save({ name: 'spare', definition });
  const recipe = await client.features.saveRecipe({ name: 'kept', steps: recipeSteps });
  return { definition, setId: id, spareId: spare.id, recipeId: recipe.id };
}

type Tools = {
  readonly without: (...keys: readonly string[]) => (output: unknown) => unknown;
  readonly ended: (keep: (result: Record<string, unknown>, s: Subjects, door: string) => unknown) => Row['same'];
  readonly badId: Readonly<Record<string, unknown>>;
};

type Rows = { readonly [Operation in keyof (typeof contract)['features']]: Row };

/** One row for each operation of the noun. */
export function featureRows({ without, ended, badId }: Tools): Rows {
  const fresh = without('id', 'name', 'updatedAt', 'createdAt', 'knownAt', 'datasetId');
  const proved = ended(({ rows, proof }) => ({ rows, ok: (proof as { ok: boolean }).ok }));
  const recipeIds = async (s: Subjects): Promise<string[]> =>
    (await s.client.features.recipes({})).items.map(({ id }) => id);
  return {
    recipes: { input: () => ({ search: 'nothing has this name' }), bad: { search: 'x'.repeat(201) } },
    saveRecipe: {
      input: (_s, door) => ({ name: `steps ${door}`, steps: recipeSteps }),
      same: fresh,
      bad: { name: '' },
    },
    deleteRecipe: {
      input: (s) => ({ id: s.features.recipeId }),
      same: without('eventId'),
      observe: async (s) => (await recipeIds(s)).includes(s.features.recipeId),
      bad: badId,
    },
    previewRecipe: { input: (s) => ({ datasetId: s.datasetId, steps: recipeSteps }), bad: { steps: [] } },
    list: { input: () => ({ search: 'nothing has this name' }), bad: { search: 'x'.repeat(201) } },
    get: { input: (s) => ({ id: s.features.setId }), same: without('materialisations'), bad: badId },
    save: {
      input: (s, door) => ({ name: `days ${door}`, definition: s.features.definition }),
      same: fresh,
      bad: { name: '' },
    },
    delete: {
      input: (s) => ({ id: s.features.spareId }),
      same: without('eventId'),
      observe: async (s) => (await s.client.features.list({})).items.map(({ id }) => id).includes(s.features.spareId),
      bad: badId,
    },
    materialise: {
      input: (s, door) => ({ id: s.features.setId, name: `made ${door}` }),
      same: proved,
      bad: badId,
    },
    prove: { input: (s) => ({ id: s.features.setId }), same: proved, bad: badId },
    values: { input: (s) => ({ id: s.features.setId, key: ['a'], at: '2024-01-03' }), bad: badId },
    preview: { input: (s) => ({ definition: s.features.definition, rows: 2 }), bad: { rows: 0 } },
  };
}
