import { bootstrapCi } from '../../ml/metrics/bootstrap.ts';
import type { MetricInput } from '../../ml/metrics/metric.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import { type ReliabilityBin, reliability } from '../../ml/metrics/reliability.ts';
import type { TaskEnvironment } from '../environment.ts';

export type MetricIntervalInput = {
  /** A metric's name, or `reliability` for the bins of predicted against observed. */
  readonly metric: string;
  readonly predictions: Float64Array;
  readonly labels: Float64Array;
  /** 2 for binary, 0 for regression. */
  readonly classCount: number;
  readonly seed: number;
  /** Quantiles beside the predictions, for the pinball loss. */
  readonly quantiles?: NonNullable<MetricInput['quantiles']>;
};

export type MetricIntervalOutput = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly bins: readonly ReliabilityBin[];
};

const reliabilityBins = 10;

/** One metric on labelled rows with its bootstrap interval; NaN where the rows leave it undefined. */
export function metricInterval(input: MetricIntervalInput, _environment: TaskEnvironment): MetricIntervalOutput {
  const { predictions, labels, classCount, seed } = input;
  const judged: MetricInput = {
    predictions,
    labels,
    classCount,
    ...(input.quantiles === undefined ? {} : { quantiles: input.quantiles }),
  };
  if (input.metric === 'reliability') {
    return { value: Number.NaN, low: Number.NaN, high: Number.NaN, bins: reliability(judged, reliabilityBins) };
  }
  const { value, low, high } = bootstrapCi(metricByName(input.metric), judged, { seed });
  return { value, low, high, bins: [] };
}
