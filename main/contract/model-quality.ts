import * as z from 'zod';
import { estimate, task } from './common.ts';
import { metricName } from './metric-name.ts';

const curvePoint = z.object({ x: z.number(), y: z.number() });
const bandPoint = curvePoint.extend({ low: z.number(), high: z.number(), count: z.number().int() });

/** Murphy's split: brier = reliability − resolution + uncertainty + withinBin. */
const brierSplit = z.object({
  brier: z.number(),
  reliability: z.number().describe('what miscalibration costs'),
  resolution: z.number().describe('what telling rows apart saves'),
  uncertainty: z.number().describe('what knowing only the overall share costs'),
  withinBin: z.number(),
});

/** Everything the Quality tab draws, from out-of-fold predictions. */
export const quality = z.object({
  task,
  rows: z.number().int(),
  metrics: z.record(z.string(), estimate),
  reliability: z.array(bandPoint).describe('x mean predicted, y observed share'),
  reliabilityBefore: z.array(bandPoint),
  brier: brierSplit.nullable(),
  roc: z.array(curvePoint),
  precisionRecall: z.array(curvePoint),
  lift: z.array(curvePoint).describe('x share of rows contacted, y share of positives found'),
  confusion: z
    .object({
      classes: z.array(z.string()),
      counts: z.array(z.array(z.number().int())),
      others: z
        .object({ classes: z.number().int(), rows: z.number().int(), right: z.number().int() })
        .optional()
        .describe('present: the last row and column stand for this many classes that are mistaken less often'),
    })
    .nullable(),
  residuals: z
    .object({
      histogram: z.array(z.object({ from: z.number(), to: z.number(), count: z.number().int() })),
      predictedVsActual: z.array(bandPoint),
    })
    .nullable(),
  segments: z.array(z.object({ column: z.string(), value: z.string(), rows: z.number().int(), score: estimate })),
  notes: z.array(z.string()).describe('what a metric leaves out'),
  readings: z.object({ headline: z.string(), calibration: z.string(), lift: z.string() }),
});
export type Quality = z.infer<typeof quality>;

/** How the groups of one column fare. */
export const fairness = z.object({
  column: z.string(),
  task,
  rows: z.number().int(),
  threshold: z.number().nullable().describe('binary: a row is chosen from this probability on'),
  groups: z.array(
    z.object({
      value: z.string(),
      rows: z.number().int(),
      positives: z.number().int().nullable(),
      impactRatio: z.number().nullable().describe('selection rate by that of the group chosen most often'),
      measures: z.array(
        z.object({
          measure: z.enum([
            'selection_rate',
            'true_positive_rate',
            'false_positive_rate',
            'calibration_gap',
            'accuracy',
            'mean_error',
            'absolute_error',
          ]),
          rows: z.number().int(),
          estimate,
          differs: z.boolean().describe('from all other rows, at a false-discovery rate of 5 % over all comparisons'),
        }),
      ),
    }),
  ),
  mostSelected: z.string().nullable(),
  belowFourFifths: z.array(z.string()).describe('groups chosen less than four fifths as often as mostSelected'),
  comparisons: z.number().int(),
  reading: z.string(),
});
export type FairnessReport = z.infer<typeof fairness>;

/** Where the model is weak, found without being told where to look. */
export const slices = z.object({
  rows: z.number().int(),
  tested: z.number().int().describe('slices tested on rows that had no part in finding them'),
  metric: metricName,
  overall: z.number(),
  lossName: z.string(),
  slices: z.array(
    z.object({
      terms: z.array(z.object({ column: z.string(), cell: z.string() })),
      words: z.string(),
      rows: z.number().int(),
      score: estimate.nullable(),
      loss: estimate,
      elsewhere: z.number().describe('mean loss of all other rows'),
    }),
  ),
  reading: z.string(),
});
export type SliceReport = z.infer<typeof slices>;

/** How well the model's intervals or sets of labels held on rows it had not learned from. */
export const intervalSummary = z.object({
  kind: z.enum(['number', 'classes', 'refused']),
  method: z.string(),
  rows: z.number().int(),
  checks: z.array(
    z.object({
      level: z.number(),
      coverage: z.number(),
      size: z.number().describe('mean width in target units, or mean number of labels'),
    }),
  ),
  by: z.string().nullable().describe('column whose values have coverage of their own'),
  note: z.string(),
});
export type IntervalSummary = z.infer<typeof intervalSummary>;

const judgedCoverage = z.object({
  rows: z.number().int(),
  coverage: estimate.describe('share of outcomes inside, with its binomial interval'),
  size: z.number().describe('mean width in target units, or mean number of labels'),
  verdict: z
    .enum(['held', 'below', 'above', 'few'])
    .describe('against the level, by the law of coverage over calibration and new rows; groups by all comparisons'),
});

/** How often the intervals or sets held the outcomes of rows that came after training. */
export const coverageReport = judgedCoverage.extend({
  level: z.number(),
  source: z.string().describe('name of the rows'),
  kind: z.enum(['number', 'classes']),
  by: z.string().nullable().describe('column whose values have coverage of their own, or class'),
  groups: z.array(judgedCoverage.extend({ value: z.string() })),
  reading: z.string(),
});
export type CoverageReport = z.infer<typeof coverageReport>;

/** The score corrected for having picked the best of many candidates, and the look at rows nothing had seen. */
export const honestScore = z.object({
  score: estimate.nullable().describe('null where the rows are too few to correct'),
  apparent: z.number().describe('the score before the correction'),
  candidates: z.number().int(),
  tied: z.number().int().describe('trials that cannot be told from the best'),
  nested: estimate.nullable().describe('score of the whole procedure, measured in outer folds; null unless nested'),
  sealed: z
    .object({
      rows: z.number().int(),
      score: estimate,
      looks: z.number().int().describe('how often these rows have been looked at, this time included'),
      reason: z.string(),
    })
    .nullable(),
});
export type HonestScore = z.infer<typeof honestScore>;

/** What ships and what combining trials gained over the best single one. */
export const ensembleSummary = z.object({
  kind: z.enum(['single', 'blend', 'stack']),
  note: z.string(),
  members: z.number().int(),
  gain: z
    .object({ value: z.number(), low: z.number(), high: z.number(), level: z.number(), loss: z.string() })
    .nullable()
    .describe(
      'mean loss taken off the best single trial, cross-fitted and paired, with its two-sided interval at `level`; null where nothing was tried',
    ),
});
export type EnsembleSummary = z.infer<typeof ensembleSummary>;

/** Paired difference of two models. */
export const comparison = z.object({
  metric: metricName,
  a: estimate,
  b: estimate,
  difference: estimate,
  rows: z.number().int(),
  verdict: z.enum(['a-better', 'b-better', 'practically-equal', 'unclear', 'not-comparable']),
  band: z.number().describe('differences up to this do not matter in practice'),
  shares: z
    .object({ a: z.number(), equal: z.number(), b: z.number() })
    .nullable()
    .describe('how likely a is better by more than the band, both equal within it, b better'),
  reading: z.string(),
});
