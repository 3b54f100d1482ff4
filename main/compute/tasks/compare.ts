import { bootstrapCi } from '../../ml/metrics/bootstrap.ts';
import { pairedBootstrap } from '../../ml/metrics/paired.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { TaskEnvironment } from '../environment.ts';

export type CompareInput = {
  readonly metric: string;
  readonly classCount: number;
  readonly labels: Float64Array;
  /** Outputs of both models for the same rows. */
  readonly a: Float64Array;
  readonly b: Float64Array;
};

type Interval = { readonly value: number; readonly low: number; readonly high: number };

export type CompareOutput = {
  readonly a: Interval;
  readonly b: Interval;
  readonly difference: Interval;
  readonly verdict: 'a' | 'b' | 'equal' | 'unclear';
  readonly band: number;
  readonly shares: { readonly a: number; readonly equal: number; readonly b: number };
};

const resamples = 1000;
/** Differences within this share of the better score do not matter in practice. */
const equalShare = 0.002;

/** Paired comparison on the rows both models predicted out of fold. */
export function compare(input: CompareInput, _environment: TaskEnvironment): CompareOutput {
  const metric = metricByName(input.metric);
  const of = (predictions: Float64Array) => ({ predictions, labels: input.labels, classCount: input.classCount });
  const settings = { seed: 1, resamples };
  const a = bootstrapCi(metric, of(input.a), settings);
  const b = bootstrapCi(metric, of(input.b), settings);
  const equalBand = equalShare * Math.max(Math.abs(a.value), Math.abs(b.value));
  const { difference, low, high, verdict, shares } = pairedBootstrap(metric, of(input.a), of(input.b), {
    ...settings,
    equalBand,
  });
  const short = ({ value, low: l, high: h }: Interval): Interval => ({ value, low: l, high: h });
  return { a: short(a), b: short(b), difference: { value: difference, low, high }, verdict, band: equalBand, shares };
}
