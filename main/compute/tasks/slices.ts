import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import { throwIfStopped } from '../../base/stop.ts';
import { pickRows } from '../../base/typed-arrays.ts';
import { cutColumn } from '../../ml/evaluate/cut-columns.ts';
import { rowLosses } from '../../ml/evaluate/row-loss.ts';
import { findSlices, type SliceTerm } from '../../ml/evaluate/slices.ts';
import type { RawColumn } from '../../ml/frame.ts';
import { bootstrapCi } from '../../ml/metrics/bootstrap.ts';
import type { MetricInput } from '../../ml/metrics/metric.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { TaskEnvironment } from '../environment.ts';

export type SlicesInput = {
  readonly classCount: number;
  readonly outputs: Float64Array;
  readonly labels: Float64Array;
  readonly columns: readonly RawColumn[];
  /** Row of the columns that each judged row stands in; null: the same. */
  readonly rows: Int32Array | null;
  readonly metric: string;
  readonly seed: number;
};

type Interval = { readonly value: number; readonly low: number; readonly high: number };

export type SlicesOutput = {
  /** Rows searched: all, or a sample of the long. */
  readonly rows: number;
  readonly tested: number;
  readonly overall: number;
  readonly slices: readonly {
    readonly terms: readonly SliceTerm[];
    readonly rows: number;
    /** The metric on the slice's rows; null where they leave it undefined. */
    readonly score: Interval | null;
    readonly loss: Interval;
    readonly elsewhere: number;
  }[];
};

const mostRows = 60_000;
const mostSlices = 8;
const resamples = 200;

/** The weakest slices of the rows, found on one half of them and confirmed on the other. */
export function slices(input: SlicesInput, environment: TaskEnvironment): SlicesOutput {
  const picked = sample(input.labels.length, input.seed);
  const width = input.classCount > 2 ? input.classCount : 1;
  const pick = (rows: ArrayLike<number>): MetricInput => ({
    predictions: pickRows(input.outputs, rows, width),
    labels: Float64Array.from(rows, (row) => input.labels[row]),
    classCount: input.classCount,
  });
  const judged = pick(picked);
  const { rows } = input;
  const places = rows === null ? picked : picked.map((i) => rows[i]);
  const columns = input.columns.flatMap((column) => cutColumn(column, places) ?? []);
  const found = findSlices(rowLosses(judged), columns, {
    seed: input.seed,
    most: mostSlices,
    stop: () => {
      throwIfStopped(environment.stop);
      return environment.deadline();
    },
  });
  const metric = metricByName(input.metric);
  return {
    rows: picked.length,
    tested: found.tested,
    overall: metric.prepare(judged)(null),
    slices: found.slices.map(({ terms, rows: own, loss, elsewhere }) => {
      const { value, low, high } = bootstrapCi(metric, pick(own.map((row) => picked[row])), {
        seed: input.seed,
        resamples,
      });
      return {
        terms,
        rows: own.length,
        score: Number.isFinite(value) ? { value, low, high } : null,
        loss,
        elsewhere,
      };
    }),
  };
}

function sample(count: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  return count <= mostRows
    ? all
    : shuffle(all, createRng(deriveSeed(seed, 'slice-rows')))
        .slice(0, mostRows)
        .sort();
}
