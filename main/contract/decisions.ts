import * as z from 'zod';
import { changed, estimate, idOf, pageInput, time } from './common.ts';
import { base, changing, reading } from './meta.ts';

/** Money of the four outcomes of acting on a row, in the user's currency; costs are negative. */
export const outcomeMatrix = z.object({
  truePositive: z.number(),
  falsePositive: z.number(),
  trueNegative: z.number(),
  falseNegative: z.number(),
});
export type OutcomeMatrix = z.infer<typeof outcomeMatrix>;

export const policy = z.object({
  matrix: outcomeMatrix,
  /** Column whose value multiplies the row's true-positive and false-negative money; absent = every row counts alike. */
  valueColumn: z.string().nullable().default(null),
  /** At most this many actions a thousand rows; null = no limit. */
  capacityPerThousand: z.number().positive().max(1000).nullable().default(null),
  threshold: z.number().min(0).max(1).nullable().default(null).describe('null = the optimum'),
  currency: z.string().max(8).default('EUR'),
  action: z.string().max(60).default('Contact'),
});
export type Policy = z.infer<typeof policy>;

export const decisionCurve = z.object({
  policy,
  policySaved: z.boolean(),
  rows: z.number().int(),
  positives: z.number().int(),
  points: z.array(
    z.object({
      threshold: z.number(),
      share: z.number().describe('share of rows acted on'),
      profit: z.number().describe('per 1 000 rows'),
      low: z.number(),
      high: z.number(),
    }),
  ),
  best: z.object({ threshold: z.number(), share: z.number(), profit: estimate }),
  chosen: z.object({
    threshold: z.number(),
    share: z.number(),
    profit: estimate,
    truePositive: z.number().int(),
    falsePositive: z.number().int(),
    trueNegative: z.number().int(),
    falseNegative: z.number().int(),
  }),
  actOnAll: z.number(),
  actOnNone: z.number(),
  valueColumns: z.array(z.string()),
  reading: z.string(),
});
export type DecisionCurve = z.infer<typeof decisionCurve>;

export const ledgerEntry = z.object({
  id: idOf('led'),
  kind: z.enum(['single', 'batch', 'cache-hit', 'decision']),
  modelId: z.string(),
  modelName: z.string(),
  rowKey: z.string().nullable(),
  rows: z.number().int(),
  prediction: z.string().nullable(),
  probability: z.number().nullable(),
  action: z.string().nullable(),
  decidedAt: time,
  outcome: z.string().nullable(),
  profit: z.number().nullable(),
  hash: z.string(),
});
export type LedgerEntry = z.infer<typeof ledgerEntry>;

export const decisions = {
  curve: base
    .meta(reading)
    .route({
      method: 'POST',
      path: '/models/{modelId}/decisions/curve',
      summary: 'Profit over all thresholds with its confidence band (binary models)',
    })
    .input(z.object({ modelId: idOf('md'), policy: policy.optional() }))
    .output(decisionCurve),
  savePolicy: base
    .meta(changing)
    .route({
      method: 'POST',
      path: '/models/{modelId}/decisions/policy',
      summary: 'Keep costs and threshold with the model',
    })
    .input(z.object({ modelId: idOf('md'), policy }))
    .output(changed),
  ledger: base
    .meta(reading)
    .route({ method: 'GET', path: '/decisions/ledger', summary: 'Ledger entries, newest first' })
    .input(pageInput.extend({ modelId: idOf('md').optional() }))
    .output(z.object({ items: z.array(ledgerEntry), total: z.number().int() })),
  verify: base
    .meta(reading)
    .route({ method: 'GET', path: '/decisions/ledger/verify', summary: 'Recompute the hash chain' })
    .input(z.object({}))
    .output(
      z.object({
        ok: z.boolean(),
        entries: z.number().int(),
        firstBroken: z.object({ id: z.string(), reason: z.string() }).nullable(),
      }),
    ),
};
