import { pickRows } from '../../base/typed-arrays.ts';
import { marginLoss } from '../../ml/ensemble/blend.ts';
import { bootstrapCi } from '../../ml/metrics/bootstrap.ts';
import { judgedInput } from '../../ml/metrics/judged-input.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { Task } from '../../ml/model-spec.ts';
import type { ObjectiveSpec } from '../../ml/objective-spec.ts';
import type { TaskEnvironment } from '../environment.ts';
import { sharedFloat64 } from '../shared-columns.ts';

export type TrialScoreInput = {
  readonly task: Task;
  readonly outputCount: number;
  readonly label: Float64Array;
  /** Validated rows of each fold with the margins of the model that did not see them. */
  readonly folds: readonly { readonly rows: Int32Array; readonly margins: Float64Array }[];
  readonly metric: string;
  readonly objective?: ObjectiveSpec;
};

export type TrialScoreOutput = {
  /** Out-of-fold margins of all rows on shared memory, NaN where never validated. */
  readonly margins: Float64Array;
  readonly loss: number;
  readonly score: { readonly value: number; readonly low: number; readonly high: number } | null;
};

/** Margins of every row: the mean over the folds that validated it, which are several where folds are repeated. */
function averageFolds(folds: TrialScoreInput['folds'], rowCount: number, outputCount: number): Float64Array {
  const margins = sharedFloat64(rowCount * outputCount);
  const counts = new Uint32Array(rowCount);
  for (const fold of folds) {
    for (let i = 0; i < fold.rows.length; i++) {
      const row = fold.rows[i];
      counts[row]++;
      for (let k = 0; k < outputCount; k++) margins[row * outputCount + k] += fold.margins[i * outputCount + k];
    }
  }
  for (let row = 0; row < rowCount; row++) {
    const count = counts[row] === 0 ? Number.NaN : counts[row];
    for (let k = 0; k < outputCount; k++) margins[row * outputCount + k] /= count;
  }
  return margins;
}

/** Resamples and rows of the quick interval on the leaderboard; the final figures use all rows. */
const quickResamples = 40;
const quickRows = 20_000;

/** Puts a trial's fold predictions together: its loss, and the metric with a quick interval. */
export function trialScore(input: TrialScoreInput, _environment: TaskEnvironment): TrialScoreOutput {
  const { task, outputCount, label, folds } = input;
  const margins = averageFolds(folds, label.length, outputCount);
  const loss = marginLoss(task, margins, label, outputCount, input.objective);
  return { margins, loss, score: quickScore(input, margins) };
}

function quickScore(input: TrialScoreInput, all: Float64Array): TrialScoreOutput['score'] {
  const { task, outputCount, label } = input;
  const validated: number[] = [];
  for (let row = 0; row < label.length; row++) if (!Number.isNaN(all[row * outputCount])) validated.push(row);
  const step = Math.max(1, Math.floor(validated.length / quickRows));
  const rows = validated.filter((_, i) => i % step === 0);
  const margins = pickRows(all, rows, outputCount);
  const labels = Float64Array.from(rows, (row) => label[row]);
  const { value, low, high } = bootstrapCi(
    metricByName(input.metric),
    judgedInput(task, margins, labels, outputCount, input.objective),
    { seed: 1, resamples: quickResamples },
  );
  return Number.isFinite(value) ? { value, low, high } : null;
}
