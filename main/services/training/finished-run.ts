import type { Examination } from '../../compute/tasks/examine.ts';
import type { JudgeOutput } from '../../compute/tasks/judge.ts';
import type { PortableModel } from '../../compute/tasks/model-cache.ts';
import type { MetricName, TrainOptions } from '../../contract/models.ts';
import { applyCalibration } from '../../ml/calibration/apply.ts';
import type { Frame } from '../../ml/frame.ts';
import { bootstrapCi } from '../../ml/metrics/bootstrap.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { ModelSpec, Task } from '../../ml/model-spec.ts';
import type { TrialOutcome } from './search.ts';
import type { DatasetFrame } from './types.ts';

/** Everything a training run found, ready to be exported and recorded. */
export type FinishedRun = {
  readonly options: TrainOptions;
  readonly source: DatasetFrame['dataset'];
  readonly examination: Examination;
  readonly metric: string;
  readonly baseline: readonly number[];
  readonly outcomes: readonly TrialOutcome[];
  readonly finished: readonly TrialOutcome[];
  readonly judged: JudgeOutput;
  readonly spec: ModelSpec;
  readonly portable: PortableModel;
  readonly background: Frame;
  /** Raw columns of all training rows. */
  readonly trainingFrame: Frame;
  readonly rows: Int32Array;
  readonly label: Float64Array;
  readonly stopReason: string;
  readonly trainSeconds: number;
};

/** Resamples and rows of the quick interval on the leaderboard; the final figures use all rows. */
const quickResamples = 40;
const quickRows = 20_000;

/** Score of a finished trial on its own out-of-fold predictions with a quick interval; null unless finished. */
export function trialScore(
  metric: MetricName | string,
  outcome: Pick<TrialOutcome, 'margins'>,
  task: Task,
  label: Float64Array,
  outputCount: number,
): { readonly value: number; readonly low: number; readonly high: number } | null {
  if (outcome.margins === null) return null;
  const validated: number[] = [];
  for (let row = 0; row < label.length; row++) {
    if (!Number.isNaN(outcome.margins[row * outputCount])) validated.push(row);
  }
  const step = Math.max(1, Math.floor(validated.length / quickRows));
  const rows = validated.filter((_, i) => i % step === 0);
  const margins = new Float64Array(rows.length * outputCount);
  const labels = Float64Array.from(rows, (row) => label[row]);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < outputCount; k++) margins[i * outputCount + k] = outcome.margins[rows[i] * outputCount + k];
  }
  const predictions =
    task === 'regression' ? margins : applyCalibration({ kind: 'identity' }, margins, task, outputCount);
  const classCount = task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount;
  const { value, low, high } = bootstrapCi(
    metricByName(metric),
    { predictions, labels, classCount },
    { seed: 1, resamples: quickResamples },
  );
  return Number.isFinite(value) ? { value, low, high } : null;
}
