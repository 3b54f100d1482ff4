import * as z from 'zod';
import { cell, columnType } from './common.ts';

const grade = z.enum(['A', 'B', 'C', 'D']);

/** What was checked of an explanation, and how it came out. */
export const warranty = z.object({
  grade,
  low: z.boolean().describe('C or D: whoever shows the explanation must show this too'),
  aspects: z.array(
    z.object({
      aspect: z.enum(['additivity', 'seed', 'stability', 'agreement', 'faithfulness', 'support']),
      grade,
      value: z.number(),
      words: z.string(),
    }),
  ),
  words: z.string(),
});
export type Warranty = z.infer<typeof warranty>;

/** How two explanations of the same row compare. */
const agreement = z.object({
  rankCorrelation: z.number(),
  topShared: z.number().describe('share of the strongest columns that both name'),
  sameSign: z.number(),
  top: z.number().int(),
});

/** One row explained, in the margin of one class or in target units. */
export const rowExplanation = z.object({
  method: z.enum(['treeshap', 'lime', 'kernelshap']),
  units: z.enum(['log-odds', 'target', 'log-target']),
  explainedClass: z.string().nullable(),
  baseValue: z.number(),
  output: z.number(),
  contributions: z.array(
    z.object({
      column: z.string(),
      value: cell,
      contribution: z.number(),
      standardError: z.number().nullable().describe('of sampled methods'),
    }),
  ),
  /** |baseValue + Σ contributions − output| / max(1, |output|). */
  additivityError: z.number(),
  seed: z.number().int().describe('from the row itself: the same row is explained alike'),
  sampling: z
    .object({
      settled: z.boolean(),
      rounds: z.number().int().describe('LIME: runs; KernelSHAP: coalitions'),
      rowsScored: z.number().int(),
      rankStability: z.number(),
      fidelity: z.number().nullable().describe('LIME: R² of the local model'),
      kernelWidth: z.number().nullable(),
      exact: z.boolean(),
      otherColumns: z.number().int().describe('columns that played together, being too many'),
    })
    .nullable(),
  agreementWithShap: agreement.nullable(),
  warranty: warranty.nullable(),
  reading: z.string(),
  milliseconds: z.number(),
});
export type RowExplanation = z.infer<typeof rowExplanation>;

/** Effect of one column or of two. */
export const columnEffect = z.object({
  kind: z.enum(['pdp', 'ale']),
  column: z.string(),
  type: columnType,
  second: z.string().nullable(),
  secondType: columnType.nullable(),
  units: z.enum(['probability', 'target']),
  explainedClass: z.string().nullable(),
  /** Along one column. `mean`: average prediction (pdp) or centred effect (ale); low and high: 10 % and 90 % of single rows. */
  points: z.array(
    z.object({
      value: cell,
      mean: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      share: z.number(),
    }),
  ),
  /** Single rows' predictions at every point (pdp of one column). */
  lines: z.array(z.array(z.number())),
  surface: z
    .object({
      first: z.array(cell),
      second: z.array(cell),
      /** [first][second]. */
      values: z.array(z.array(z.number())),
      shares: z.array(z.array(z.number())),
    })
    .nullable(),
  outsideShare: z.number().describe('background rows left out: missing, or of a rarer level'),
  reading: z.string(),
});
export type ColumnEffect = z.infer<typeof columnEffect>;

/** Strengths of interactions over a sample of background rows. */
export const interactions = z.object({
  rows: z.number().int(),
  units: z.enum(['probability', 'target']),
  explainedClass: z.string().nullable(),
  columns: z.array(z.string()).describe('the columns compared: the ones that weigh most'),
  overall: z.array(z.object({ column: z.string(), h: z.number(), strength: z.number() })),
  pairs: z.array(z.object({ a: z.string(), b: z.string(), h: z.number(), strength: z.number() })),
  reading: z.string(),
});
export type Interactions = z.infer<typeof interactions>;
