/**
 * What edits of an additive member's curves do: the edited model, and its quality on rows with out-of-fold margins. A row's
 * edited margin is its out-of-fold margin plus what the edit adds to it, so that the rows stay unseen by what judges them.
 */
import { bug } from '../../base/errors.ts';
import { applyEdits, type CurveEdit } from '../../ml/additive/edits.ts';
import { predictAdditive } from '../../ml/additive/predict.ts';
import { applyCalibration } from '../../ml/calibration/apply.ts';
import type { Frame } from '../../ml/frame.ts';
import { bootstrapCis } from '../../ml/metrics/bootstrap.ts';
import type { MetricInput } from '../../ml/metrics/metric.ts';
import { evaluateMetric, metricByName, metricsFor } from '../../ml/metrics/registry.ts';
import type { AdditiveModel, Member, ModelSpec } from '../../ml/model-spec.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, packModel, unpackModel } from './model-cache.ts';

export type EditCurvesInput = {
  readonly model: PortableModel;
  readonly edits: readonly CurveEdit[];
  /** Rows that were predicted out of fold; null when there are none. */
  readonly judged: {
    /** Raw columns of the rows. */
    readonly frame: Frame;
    readonly labels: Float64Array;
    readonly margins: Float64Array;
  } | null;
  readonly metric: string;
  /** Key of the edited model; null: only a preview, without intervals of the metrics. */
  readonly key: string | null;
  readonly seed: number;
};

export type EditCurvesOutput = {
  readonly additive: AdditiveModel;
  /** The edited model, packed; null for a preview. */
  readonly model: PortableModel | null;
  readonly judged: {
    readonly before: number;
    readonly after: number;
    readonly eceBefore: number | null;
    readonly eceAfter: number | null;
    readonly movedRows: number;
    readonly margins: Float64Array;
    readonly outputs: Float64Array;
    /** All metrics with intervals; empty for a preview. */
    readonly metrics: Readonly<Record<string, { value: number; low: number; high: number }>>;
  } | null;
};

/** Applies the edits to the model's additive member and measures what they change. */
export function editCurves(input: EditCurvesInput, environment: TaskEnvironment): EditCurvesOutput {
  const spec = unpackModel(input.model);
  const at = spec.members.findIndex((member) => member.kind === 'additive');
  const member = spec.members[at];
  if (member?.kind !== 'additive') throw bug('edits of a model without curves');
  const additive = applyEdits(member.additive, input.edits);
  const members = spec.members.map((each, i): Member => (i === at ? { ...member, additive } : each));
  const { judged } = input;
  return {
    additive,
    model: input.key === null ? null : packModel(input.key, withoutIntervals({ ...spec, members })),
    judged: judged === null ? null : measure(input, judged, spec, member, additive, environment),
  };
}

/** Intervals promise coverage for the model as it was trained; an edited one has none. */
function withoutIntervals(spec: ModelSpec): ModelSpec {
  if (spec.intervals === undefined || spec.intervals.kind === 'refused') return spec;
  const reason = 'Curves were edited by hand; intervals were measured for the model as trained.';
  return { ...spec, intervals: { kind: 'refused', rows: spec.intervals.rows, reason } };
}

function measure(
  input: EditCurvesInput,
  judged: NonNullable<EditCurvesInput['judged']>,
  spec: ModelSpec,
  member: Member & { readonly kind: 'additive' },
  additive: AdditiveModel,
  environment: TaskEnvironment,
): EditCurvesOutput['judged'] {
  const matrix = applyRecipe(spec.recipe, judged.frame);
  const old = predictAdditive(member.additive, matrix);
  const made = predictAdditive(additive, matrix);
  const margins = judged.margins.map((margin, i) => margin + member.weight * (made[i] - old[i]));
  let movedRows = 0;
  for (let row = 0; row < matrix.rowCount; row++) {
    const from = row * spec.outputCount;
    for (let k = 0; k < spec.outputCount; k++) {
      if (made[from + k] === old[from + k]) continue;
      movedRows++;
      break;
    }
  }
  const classCount = spec.task === 'regression' ? 0 : spec.classes.length;
  const outputsOf = (values: Float64Array): Float64Array =>
    spec.task === 'regression' ? values : applyCalibration(spec.calibration, values, spec.task, spec.outputCount);
  const sideOf = (values: Float64Array): MetricInput => ({
    predictions: outputsOf(values),
    labels: judged.labels,
    classCount,
  });
  const [before, after] = [sideOf(judged.margins), sideOf(margins)];
  const ece = (side: MetricInput): number | null =>
    spec.task === 'regression' ? null : evaluateMetric(metricByName('ece'), side);
  const metric = metricByName(input.metric);
  return {
    before: evaluateMetric(metric, before),
    after: evaluateMetric(metric, after),
    eceBefore: ece(before),
    eceAfter: ece(after),
    movedRows,
    margins,
    outputs: Float64Array.from(after.predictions),
    metrics: input.key === null ? {} : intervals(input, spec, after, environment),
  };
}

const resamples = 200;

function intervals(
  input: EditCurvesInput,
  spec: ModelSpec,
  side: MetricInput,
  environment: TaskEnvironment,
): Record<string, { value: number; low: number; high: number }> {
  const metrics = metricsFor(spec.task);
  const found = bootstrapCis(metrics, side, { seed: input.seed, resamples, enough: environment.deadline });
  return Object.fromEntries(
    metrics.flatMap((metric, m) => {
      const { value, low, high } = found[m];
      return Number.isFinite(value) ? [[metric.name, { value, low, high }]] : [];
    }),
  );
}
