/** Rows of the store as the contract describes them. */

import * as z from 'zod';
import { AuguryError } from '../../base/errors.ts';
import {
  type FeatureDefinition,
  type FeatureMaterialisation,
  type FeatureProof,
  featureDefinition,
  featureProof,
} from '../../contract/feature-sets.ts';
import type { FeatureSet, Recipe } from '../../contract/features.ts';
import { recipeSteps } from '../../contract/recipe-steps.ts';
import type { Db } from '../../store/db.ts';
import { findDatasetVersion, getDataset } from '../../store/repositories/datasets.ts';
import {
  type FeatureSetRow,
  getDefinition,
  listDefinitions,
  listMaterialisations,
  type MaterialisationRow,
  type RecipeRow,
} from '../../store/repositories/features.ts';
import type { ColumnType } from '../../warehouse/types.ts';
import type { Catalogue } from '../datasets/catalogue.ts';
import { importWarnings, type SourceUsed } from './tables.ts';

const sourcesUsed = z.array(
  z.object({ alias: z.string(), datasetId: z.string(), name: z.string(), version: z.number().int() }),
);

export const describeRecipe = (row: RecipeRow): Recipe => ({
  id: row.id,
  name: row.name,
  description: row.description,
  steps: recipeSteps.parse(row.steps),
  datasetId: row.datasetId,
  updatedAt: row.updatedAt,
});

export const definitionOf = (db: Db, id: string, version: number): FeatureDefinition =>
  featureDefinition.parse(getDefinition(db, id, version).definition);

export function describeSet(db: Db, catalogue: Catalogue, row: FeatureSetRow): FeatureSet {
  const definition = definitionOf(db, row.id, row.version);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    version: row.version,
    definition,
    updatedAt: row.updatedAt,
    versions: listDefinitions(db, row.id).map(({ number, createdAt, definition }) => ({
      number,
      createdAt,
      features: featureDefinition.parse(definition).features.length,
    })),
    materialisations: listMaterialisations(db, row.id).map((made) => describeMaterialisation(db, made)),
    warnings: importWarnings(db, catalogue, definition),
  };
}

function describeMaterialisation(db: Db, row: MaterialisationRow): FeatureMaterialisation {
  const from = sourcesUsed.parse(row.sources);
  const columns = findDatasetVersion(db, row.datasetVersionId)?.columns as
    | readonly { readonly name: string; readonly type: ColumnType }[]
    | undefined;
  return {
    id: row.id,
    version: row.version,
    datasetId: row.datasetId,
    datasetVersion: row.datasetVersion,
    rows: row.rowCount,
    columns: (columns ?? []).map(({ name, type }) => ({ name, type })),
    createdAt: row.createdAt,
    from: from.map((source) => ({ ...source })),
    freshUntil: row.freshUntil,
    stale: from.some((source) => isNewer(db, source)),
    proof: row.proof === null ? null : proofOf(row),
  };
}

const proofOf = (row: MaterialisationRow): FeatureProof => featureProof.parse(row.proof);

/** A table that is gone counts as changed: the set cannot be made again from it. */
function isNewer(db: Db, source: SourceUsed): boolean {
  try {
    const dataset = getDataset(db, source.datasetId);
    const current = dataset.currentVersionId === null ? null : findDatasetVersion(db, dataset.currentVersionId);
    return current !== null && current.number > source.version;
  } catch (error) {
    if (error instanceof AuguryError && error.family === 'not-found') return true;
    throw error;
  }
}
