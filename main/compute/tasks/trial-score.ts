import { applyCalibration } from '../../ml/calibration/apply.ts';
import { marginLoss } from '../../ml/ensemble/blend.ts';
import { bootstrapCi } from '../../ml/metrics/bootstrap.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { Task } from '../../ml/model-spec.ts';
import type { TaskEnvironment } from '../environment.ts';
import { sharedFloat64 } from '../shared-columns.ts';

export type TrialScoreInput = {
  readonly task: Task;
  readonly outputCount: number;
  readonly label: Float64Array;
  /** Validated rows of each fold with the margins of the model that did not see them. */
  readonly folds: readonly { readonly rows: Int32Array; readonly margins: Float64Array }[];
  readonly metric: string;
};

export type TrialScoreOutput = {
  /** Out-of-fold margins of all rows on shared memory, NaN where never validated. */
  readonly margins: Float64Array;
  readonly loss: number;
  readonly score: { readonly value: number; readonly low: number; readonly high: number } | null;
};

/** Resamples and rows of the quick interval on the leaderboard; the final figures use all rows. */
const quickResamples = 40;
const quickRows = 20_000;

/** Puts a trial's fold predictions together: its loss, and the metric with a quick interval. */
export function trialScore(input: TrialScoreInput, _environment: TaskEnvironment): TrialScoreOutput {
  const { task, outputCount, label, folds } = input;
  const margins = sharedFloat64(label.length * outputCount).fill(Number.NaN);
  for (const fold of folds) {
    for (let i = 0; i < fold.rows.length; i++) {
      for (let k = 0; k < outputCount; k++) margins[fold.rows[i] * outputCount + k] = fold.margins[i * outputCount + k];
    }
  }
  const loss = marginLoss(task, margins, label, outputCount);
  return { margins, loss, score: quickScore(input, margins) };
}

function quickScore(input: TrialScoreInput, all: Float64Array): TrialScoreOutput['score'] {
  const { task, outputCount, label } = input;
  const validated: number[] = [];
  for (let row = 0; row < label.length; row++) if (!Number.isNaN(all[row * outputCount])) validated.push(row);
  const step = Math.max(1, Math.floor(validated.length / quickRows));
  const rows = validated.filter((_, i) => i % step === 0);
  const margins = new Float64Array(rows.length * outputCount);
  const labels = Float64Array.from(rows, (row) => label[row]);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < outputCount; k++) margins[i * outputCount + k] = all[rows[i] * outputCount + k];
  }
  const predictions =
    task === 'regression' ? margins : applyCalibration({ kind: 'identity' }, margins, task, outputCount);
  const classCount = task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount;
  const { value, low, high } = bootstrapCi(
    metricByName(input.metric),
    { predictions, labels, classCount },
    { seed: 1, resamples: quickResamples },
  );
  return Number.isFinite(value) ? { value, low, high } : null;
}
