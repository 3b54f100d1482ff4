/** Curves and segments of a model from its out-of-fold predictions: what the Quality page draws. */
import { pickRows } from '../../base/typed-arrays.ts';
import { applyCalibration } from '../../ml/calibration/apply.ts';
import type { RawColumn } from '../../ml/frame.ts';
import { bootstrapCi } from '../../ml/metrics/bootstrap.ts';
import { confusion } from '../../ml/metrics/classification.ts';
import { type ConfusionTable, mostConfused } from '../../ml/metrics/confusion-table.ts';
import { liftCurve, prCurve, predictedActual, residualSummary, rocCurve } from '../../ml/metrics/curves.ts';
import type { MetricInput } from '../../ml/metrics/metric.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import { type BrierSplit, brierSplit, reliability } from '../../ml/metrics/reliability.ts';
import type { Task } from '../../ml/model-spec.ts';
import { argsort } from '../../ml/stats/argsort.ts';
import type { TaskEnvironment } from '../environment.ts';

export type QualityInput = {
  readonly task: Task;
  readonly classes: readonly string[];
  readonly labels: Float64Array;
  readonly margins: Float64Array;
  readonly outputs: Float64Array;
  readonly metric: string;
  /** Values of the judged rows in the column to segment by, or null. */
  readonly segmentBy: RawColumn | null;
};

export type Point = { x: number; y: number };
export type BandPoint = Point & { low: number; high: number; count: number };
export type MetricEstimate = { value: number; low: number; high: number };

export type QualityOutput = {
  reliability: BandPoint[];
  reliabilityBefore: BandPoint[];
  roc: Point[];
  precisionRecall: Point[];
  lift: Point[];
  confusion: ConfusionTable | null;
  residuals: { histogram: { from: number; to: number; count: number }[]; predictedVsActual: BandPoint[] } | null;
  segments: { column: string; value: string; rows: number; score: MetricEstimate }[];
  /** Binary: share of positives among the tenth of rows with the highest probability; null otherwise. */
  topTenth: number | null;
  /** Murphy's split of the Brier score; null for regression. */
  brier: BrierSplit | null;
};

const mostSegments = 12;
const fewestSegmentRows = 30;
const resamples = 100;

export function quality(input: QualityInput, _environment: TaskEnvironment): QualityOutput {
  const { task, classes, labels, outputs } = input;
  const judged = metricInput(task, classes.length, outputs, labels);
  const binary = task === 'binary';
  const classification = task !== 'regression';
  const plain = classification
    ? metricInput(
        task,
        classes.length,
        applyCalibration({ kind: 'identity' }, input.margins, task, binary ? 1 : classes.length),
        labels,
      )
    : null;
  return {
    brier: classification ? brierSplit(judged) : null,
    reliability: classification ? bands(judged) : [],
    reliabilityBefore: plain === null ? [] : bands(plain),
    roc: binary ? rocCurve(judged).map((p) => ({ x: p.falsePositiveRate, y: p.truePositiveRate })) : [],
    precisionRecall: binary ? prCurve(judged).map((p) => ({ x: p.recall, y: p.precision })) : [],
    lift: binary ? liftCurve(judged).map((p) => ({ x: p.share, y: p.gain })) : [],
    confusion: classification ? confusionOf(judged, classes) : null,
    residuals: task === 'regression' ? residualsOf(judged) : null,
    segments: input.segmentBy === null ? [] : segmentsOf(input, input.segmentBy),
    topTenth: binary ? topTenthHitRate(outputs, labels) : null,
  };
}

const metricInput = (task: Task, classCount: number, predictions: Float64Array, labels: Float64Array): MetricInput => ({
  predictions,
  labels,
  classCount: task === 'regression' ? 0 : classCount,
});

const bands = (input: MetricInput): BandPoint[] =>
  reliability(input, 10).map((bin) => ({
    x: bin.predicted,
    y: bin.observed,
    low: bin.low,
    high: bin.high,
    count: Math.round(bin.weight),
  }));

function confusionOf(input: MetricInput, classes: readonly string[]): NonNullable<QualityOutput['confusion']> {
  return mostConfused(classes, confusion(input).counts);
}

function residualsOf(input: MetricInput): NonNullable<QualityOutput['residuals']> {
  return {
    histogram: residualSummary(input).histogram.map((bin) => ({ ...bin })),
    predictedVsActual: predictedActual(input).map((bin) => ({
      x: bin.predicted,
      y: bin.actual,
      low: bin.low,
      high: bin.high,
      count: bin.rows,
    })),
  };
}

/** The metric on the rows of each frequent value (or quarter of a number) of a column. */
function segmentsOf(input: QualityInput, column: RawColumn): QualityOutput['segments'] {
  const width = input.task === 'multiclass' ? input.classes.length : 1;
  const metric = metricByName(input.metric);
  const found: QualityOutput['segments'] = [];
  for (const { value, rows } of groupsOf(column).slice(0, mostSegments)) {
    if (rows.length < fewestSegmentRows) continue;
    const outputs = pickRows(input.outputs, rows, width);
    const labels = Float64Array.from(rows, (row) => input.labels[row]);
    const {
      value: score,
      low,
      high,
    } = bootstrapCi(metric, metricInput(input.task, input.classes.length, outputs, labels), { seed: 1, resamples });
    if (Number.isFinite(score))
      found.push({ column: column.name, value, rows: rows.length, score: { value: score, low, high } });
  }
  return found;
}

function groupsOf(column: RawColumn): { value: string; rows: number[] }[] {
  const groups = new Map<string, number[]>();
  const add = (value: string, row: number): void => {
    const rows = groups.get(value);
    if (rows === undefined) groups.set(value, [row]);
    else rows.push(row);
  };
  if (column.type === 'string') {
    column.codes.forEach((code, row) => {
      add(code < 0 ? '(missing)' : column.levels[code], row);
    });
    return [...groups].map(([value, rows]) => ({ value, rows })).sort((a, b) => b.rows.length - a.rows.length);
  }
  const known = Array.from(column.values)
    .filter((value) => Number.isFinite(value))
    .sort((a, b) => a - b);
  const cut = (p: number): number => known[Math.min(known.length - 1, Math.floor(p * known.length))];
  const cuts = [...new Set([cut(0.25), cut(0.5), cut(0.75)])];
  const shown = (value: number): string =>
    column.type === 'timestamp'
      ? new Date(value / 1000).toISOString().slice(0, 10)
      : String(Number(value.toPrecision(6)));
  const nameOf = (value: number): string => {
    if (Number.isNaN(value)) return '(missing)';
    const at = cuts.findIndex((limit) => value < limit);
    if (at === 0) return `below ${shown(cuts[0])}`;
    return at < 0 ? `${shown(cuts[cuts.length - 1])} and more` : `${shown(cuts[at - 1])} to ${shown(cuts[at])}`;
  };
  column.values.forEach((value, row) => {
    add(nameOf(value), row);
  });
  const lowest = (rows: readonly number[]): number => {
    const value = column.values[rows[0]];
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  return [...groups].map(([value, rows]) => ({ value, rows })).sort((a, b) => lowest(a.rows) - lowest(b.rows));
}

function topTenthHitRate(outputs: Float64Array, labels: Float64Array): number {
  const order = argsort(outputs);
  const count = Math.max(1, Math.floor(order.length / 10));
  let hits = 0;
  for (let i = order.length - count; i < order.length; i++) if (labels[order[i]] === 1) hits++;
  return hits / count;
}
