/** Kept recipes; feature sets, versions of their definitions and what was made of them. */
import { notFound } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import type { Db } from '../db.ts';
import { contains, getRow, insertRow, listRows, type Table, updateRow } from '../table.ts';

type Named = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly knownAt: number;
  readonly deletedAt: number | null;
};

export type RecipeRow = Named & { readonly steps: JsonValue; readonly datasetId: string | null };
export type FeatureSetRow = Named & { readonly version: number };
export type FeatureSetVersionRow = {
  readonly id: string;
  readonly featureSetId: string;
  /** 1, 2, 3 … within the set. */
  readonly number: number;
  readonly definition: JsonValue;
  readonly createdAt: number;
};
export type MaterialisationRow = {
  readonly id: string;
  readonly featureSetId: string;
  readonly version: number;
  /** The definition with the versions of all tables pinned. */
  readonly definition: JsonValue;
  readonly datasetId: string;
  readonly datasetVersionId: string;
  readonly datasetVersion: number;
  readonly rowCount: number;
  /** [{alias, datasetId, name, version}] */
  readonly sources: JsonValue;
  readonly freshUntil: string | null;
  readonly proof: JsonValue | null;
  readonly createdAt: number;
};

const named = {
  id: 'text',
  name: 'text',
  description: 'text',
  createdAt: 'integer',
  updatedAt: 'integer',
  knownAt: 'integer',
  deletedAt: 'integer',
} as const;

const recipes: Table<RecipeRow> = {
  name: 'recipes',
  key: 'id',
  noun: 'recipe',
  columns: { ...named, steps: 'json', datasetId: 'text' },
};
const sets: Table<FeatureSetRow> = {
  name: 'feature_sets',
  key: 'id',
  noun: 'feature set',
  columns: { ...named, version: 'integer' },
};
const setVersions: Table<FeatureSetVersionRow> = {
  name: 'feature_set_versions',
  key: 'id',
  noun: 'feature set version',
  columns: { id: 'text', featureSetId: 'text', number: 'integer', definition: 'json', createdAt: 'integer' },
};
const materialisations: Table<MaterialisationRow> = {
  name: 'feature_materialisations',
  key: 'id',
  noun: 'materialisation',
  columns: {
    id: 'text',
    featureSetId: 'text',
    version: 'integer',
    definition: 'json',
    datasetId: 'text',
    datasetVersionId: 'text',
    datasetVersion: 'integer',
    rowCount: 'integer',
    sources: 'json',
    freshUntil: 'text',
    proof: 'json',
    createdAt: 'integer',
  },
};

const live = { sql: 'deleted_at IS NULL', values: [] };
const newest = { by: 'createdAt', descending: true } as const;

const findNamed = <Row extends Named>(db: Db, table: Table<Row>, name: string): Row | null =>
  listRows(db, table, [live, { sql: 'name = ?', values: [name] }], { limit: 1 }).rows[0] ?? null;

function getLive<Row extends Named>(db: Db, table: Table<Row>, id: string): Row {
  const row = getRow(db, table, id);
  if (row.deletedAt === null) return row;
  throw notFound(`${table.noun.replace(' ', '-')}-not-found`, `The ${table.noun} "${row.name}" was deleted.`, {
    hint: 'Undo the deletion to use it.',
  });
}

const fresh = (db: Db): Omit<Named, 'id' | 'name' | 'description'> => {
  const now = db.clock.now();
  return { createdAt: now, updatedAt: now, knownAt: now, deletedAt: null };
};

/** Adds a recipe, or gives the live one of this name new steps. */
export function saveRecipe(db: Db, recipe: Pick<RecipeRow, 'name' | 'description' | 'steps' | 'datasetId'>): RecipeRow {
  const known = findNamed(db, recipes, recipe.name);
  if (known === null) return insertRow(db, recipes, { id: db.ids.next('rc'), ...recipe, ...fresh(db) });
  updateRow(db, recipes, known.id, { ...recipe, updatedAt: db.clock.now() });
  return getRow(db, recipes, known.id);
}

export const listRecipes = (db: Db, search?: string): readonly RecipeRow[] =>
  listRows(db, recipes, [live, contains(['name', 'description'], search)], {
    limit: 1000,
    sort: { by: 'name', descending: false },
  }).rows;

export const deleteRecipe = (db: Db, id: string): void =>
  updateRow(db, recipes, getLive(db, recipes, id).id, { deletedAt: db.clock.now() });

/** Adds a feature set, or a new version of the live one of this name when its definition differs from the current. */
export function saveFeatureSet(
  db: Db,
  set: { readonly name: string; readonly description: string; readonly definition: JsonValue },
): FeatureSetRow {
  const { definition, ...words } = set;
  const known = findNamed(db, sets, set.name);
  const row = known ?? insertRow(db, sets, { id: db.ids.next('fs'), ...words, version: 0, ...fresh(db) });
  const current = row.version === 0 ? null : getDefinition(db, row.id, row.version);
  const same = current !== null && JSON.stringify(current.definition) === JSON.stringify(definition);
  const version = same ? row.version : row.version + 1;
  if (!same) {
    const number = version;
    insertRow(db, setVersions, {
      id: db.ids.next('fv'),
      featureSetId: row.id,
      number,
      definition,
      createdAt: db.clock.now(),
    });
  }
  updateRow(db, sets, row.id, { description: set.description, version, updatedAt: db.clock.now() });
  return getRow(db, sets, row.id);
}

export const getFeatureSet = (db: Db, id: string): FeatureSetRow => getLive(db, sets, id);

export const listFeatureSets = (db: Db, search?: string): readonly FeatureSetRow[] =>
  listRows(db, sets, [live, contains(['name', 'description'], search)], {
    limit: 1000,
    sort: { by: 'name', descending: false },
  }).rows;

export const deleteFeatureSet = (db: Db, id: string): void =>
  updateRow(db, sets, getLive(db, sets, id).id, { deletedAt: db.clock.now() });

/** Version `number` of a set's definition. Throws not-found. */
export function getDefinition(db: Db, featureSetId: string, number: number): FeatureSetVersionRow {
  const found = listRows(
    db,
    setVersions,
    [{ sql: 'feature_set_id = ? AND number = ?', values: [featureSetId, number] }],
    { limit: 1 },
  ).rows[0];
  if (found !== undefined) return found;
  throw notFound('feature-set-version-not-found', `The feature set has no version ${number}.`);
}

export const listDefinitions = (db: Db, featureSetId: string): readonly FeatureSetVersionRow[] =>
  listRows(db, setVersions, [{ sql: 'feature_set_id = ?', values: [featureSetId] }], {
    limit: 1000,
    sort: { by: 'number', descending: true },
  }).rows;

export const insertMaterialisation = (db: Db, row: Omit<MaterialisationRow, 'id' | 'createdAt'>): MaterialisationRow =>
  insertRow(db, materialisations, { id: db.ids.next('fm'), ...row, createdAt: db.clock.now() });

export const updateProof = (db: Db, id: string, proof: JsonValue): void =>
  updateRow(db, materialisations, id, { proof });

/** Newest first. */
export const listMaterialisations = (db: Db, featureSetId: string): readonly MaterialisationRow[] =>
  listRows(db, materialisations, [{ sql: 'feature_set_id = ?', values: [featureSetId] }], { limit: 1000, sort: newest })
    .rows;

/** The newest materialisation that is this version of a data set, or null. */
export const findMaterialisationOf = (db: Db, datasetVersionId: string): MaterialisationRow | null =>
  listRows(db, materialisations, [{ sql: 'dataset_version_id = ?', values: [datasetVersionId] }], {
    limit: 1,
    sort: newest,
  }).rows[0] ?? null;
