import * as z from 'zod';
import { cell, changed, columnType, idOf, jobStarted, time } from './common.ts';
import {
  featureDefinition,
  featureMaterialisation,
  featurePreview,
  featureSourceUsed,
  tracedValue,
} from './feature-sets.ts';
import { base, changing, reading, starting } from './meta.ts';
import { recipeSteps } from './recipe-steps.ts';

const named = { name: z.string().min(1).max(200), description: z.string().max(10_000).default('') };

export const recipe = z.object({
  id: idOf('rc'),
  name: z.string(),
  description: z.string(),
  steps: recipeSteps,
  datasetId: z.string().nullable().describe('data set it was made on'),
  updatedAt: time,
});
export type Recipe = z.infer<typeof recipe>;

/** One column before or after the steps, over the sample. */
export const previewColumn = z.object({
  name: z.string(),
  type: columnType,
  from: z.array(z.string()).describe('columns of the data set it is made of'),
  missing: z.number().int(),
  distinct: z.number().int(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  mean: z.number().nullable(),
  bars: z
    .array(z.object({ label: z.string(), count: z.number().int() }))
    .describe('histogram, or most frequent levels'),
  sample: z.array(cell).describe('first rows'),
});
export type PreviewColumn = z.infer<typeof previewColumn>;

export const featureSet = z.object({
  id: idOf('fs'),
  name: z.string(),
  description: z.string(),
  version: z.number().int(),
  definition: featureDefinition,
  updatedAt: time,
  versions: z.array(z.object({ number: z.number().int(), createdAt: time, features: z.number().int() })),
  materialisations: z.array(featureMaterialisation).describe('newest first'),
  warnings: z
    .array(z.string())
    .describe('tables whose values count as known from their import on, and what that means'),
});
export type FeatureSet = z.infer<typeof featureSet>;

/** Recipes (steps of one row, fitted in every fold) and feature sets (values as of each row's time). */
export const features = {
  recipes: base
    .meta(reading)
    .route({ method: 'GET', path: '/features/recipes', summary: 'Kept recipes' })
    .input(z.object({ search: z.string().max(200).optional() }))
    .output(z.object({ items: z.array(recipe) })),
  saveRecipe: base
    .meta(starting)
    .route({ method: 'POST', path: '/features/recipes', summary: 'Keep a recipe under a name' })
    .input(z.object({ ...named, steps: recipeSteps, datasetId: idOf('ds').optional() }))
    .output(recipe),
  deleteRecipe: base
    .meta(changing)
    .route({ method: 'DELETE', path: '/features/recipes/{id}', summary: 'Delete a recipe; can be undone' })
    .input(z.object({ id: idOf('rc') }))
    .output(changed),
  previewRecipe: base
    .meta(reading)
    .route({ method: 'POST', path: '/features/recipes/preview', summary: 'What steps make of a sample of the rows' })
    .input(
      z.object({
        datasetId: idOf('ds'),
        version: z.number().int().positive().optional(),
        steps: recipeSteps,
        target: z.string().optional().describe('for steps that look at the target'),
        rows: z.number().int().min(10).max(50_000).default(5000),
      }),
    )
    .output(z.object({ rows: z.number().int(), before: z.array(previewColumn), after: z.array(previewColumn) })),
  list: base
    .meta(reading)
    .route({ method: 'GET', path: '/features/sets', summary: 'Feature sets with versions, lineage and freshness' })
    .input(z.object({ search: z.string().max(200).optional() }))
    .output(z.object({ items: z.array(featureSet) })),
  get: base
    .meta(reading)
    .route({ method: 'GET', path: '/features/sets/{id}', summary: 'One feature set' })
    .input(z.object({ id: idOf('fs') }))
    .output(featureSet),
  save: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/features/sets',
      summary: 'Keep a feature set; a changed definition is a new version',
    })
    .input(z.object({ ...named, definition: featureDefinition }))
    .output(featureSet),
  delete: base
    .meta(changing)
    .route({ method: 'DELETE', path: '/features/sets/{id}', summary: 'Delete a feature set; can be undone' })
    .input(z.object({ id: idOf('fs') }))
    .output(changed),
  materialise: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/features/sets/{id}/materialise',
      summary: 'Write rows with their features as a data set and prove them, as a job',
    })
    .input(z.object({ id: idOf('fs'), name: z.string().min(1).max(200).optional().describe('name of the data set') }))
    .output(jobStarted),
  prove: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/features/sets/{id}/prove',
      summary: 'Prove that no stored feature knew the future, as a job',
    })
    .input(z.object({ id: idOf('fs') }))
    .output(jobStarted),
  values: base
    .meta(reading)
    .route({
      method: 'POST',
      path: '/features/sets/{id}/values',
      summary: 'Features of one key as of a moment, computed now',
    })
    .input(z.object({ id: idOf('fs'), key: z.array(z.string()).default([]), at: z.string().min(4).max(40) }))
    .output(
      z.object({
        at: z.string(),
        values: z.array(tracedValue.extend({ name: z.string(), source: z.string().nullable() })),
        from: z.array(featureSourceUsed).describe('tables it was computed from, and how fresh they were'),
      }),
    ),
  preview: base
    .meta(reading)
    .route({
      method: 'POST',
      path: '/features/sets/preview',
      summary: 'Features of sampled rows by a definition that need not be kept, and when each value became known',
    })
    .input(z.object({ definition: featureDefinition, rows: z.number().int().min(1).max(100).default(12) }))
    .output(featurePreview),
};
