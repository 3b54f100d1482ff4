import * as z from 'zod';
import { cell } from './common.ts';

/** What is permitted for one column; bounds of dates are ISO text. */
export const columnRule = z.object({
  column: z.string(),
  immutable: z.boolean().optional(),
  direction: z.enum(['up', 'down']).optional(),
  step: z.number().positive().optional().describe('numbers move by whole multiples of it'),
  min: cell.optional(),
  max: cell.optional(),
  levels: z.array(z.string()).optional().describe('levels that may be chosen'),
  cost: z.number().positive().optional().describe('factor on the cost of changing it; 1 by default'),
});
export type ColumnRule = z.infer<typeof columnRule>;

/** What is wanted and what is permitted. */
export const counterfactualOptions = z.object({
  /** Class that is wanted; by default the other one (binary), or the runner-up. */
  wantedClass: z.string().optional(),
  /** Regression: the range that is wanted; one end may be open. */
  wantedLow: z.number().optional(),
  wantedHigh: z.number().optional(),
  /** Binary: probability of the positive class at which the answer turns. */
  threshold: z.number().min(0).max(1).default(0.5),
  rules: z.array(columnRule).default([]),
  count: z.number().int().min(1).max(10).default(3),
  mostChanges: z.number().int().min(1).max(10).default(4),
});

/** Counterfactuals of one row, each scored again. */
export const counterfactuals = z.object({
  outcome: z.enum(['found', 'already-there', 'nothing-may-change', 'not-found']),
  goal: z.string(),
  /** Probability of the wanted class, or the value, as the row is. */
  current: z.number(),
  found: z.array(
    z.object({
      row: z.record(z.string(), cell),
      changes: z.array(z.object({ column: z.string(), from: cell, to: cell })),
      cost: z.number().describe('Σ change / typical spread of the column × its factor; a change of level counts 1'),
      prediction: z.union([z.string(), z.number()]),
      /** Probability of the wanted class, or the value, after the changes; by the model itself. */
      reached: z.number(),
      plausible: z.boolean().describe('no farther from known rows than 95 % of those are from each other'),
      sentence: z.string(),
    }),
  ),
  rowsScored: z.number().int(),
  reading: z.string(),
});
export type Counterfactuals = z.infer<typeof counterfactuals>;
