import { pickRows } from '../../base/typed-arrays.ts';
import { rowLosses } from '../../ml/ensemble/row-loss.ts';
import { judgedInput } from '../../ml/metrics/judged-input.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { Task } from '../../ml/model-spec.ts';
import type { ObjectiveSpec } from '../../ml/objective-spec.ts';
import { type BiasCorrected, correctSelection } from '../../ml/validation/bias-corrected.ts';
import type { TaskEnvironment } from '../environment.ts';

export type CorrectScoreInput = {
  readonly task: Task;
  readonly outputCount: number;
  readonly label: Float64Array;
  /** Out-of-fold margins of every finished trial, NaN in rows never validated. */
  readonly candidates: readonly Float64Array[];
  readonly metric: string;
  readonly seed: number;
  readonly objective?: ObjectiveSpec;
};

/** Rows × candidates that a live correction looks at. */
const mostCells = 60_000;
const resamples = 100;

/** The score of the best trial so far, corrected for having been picked, on a sample of the validated rows. */
export function correctScore(input: CorrectScoreInput, _environment: TaskEnvironment): BiasCorrected | null {
  const { task, outputCount, label, candidates } = input;
  // The correction knows one prediction a row; the pinball loss of quantiles reads several.
  if (input.metric === 'pinball' && input.objective?.kind === 'quantile') return null;
  const validated: number[] = [];
  for (let row = 0; row < label.length; row++) {
    if (candidates.every((margins) => !Number.isNaN(margins[row * outputCount]))) validated.push(row);
  }
  const most = Math.max(1000, Math.floor(mostCells / (candidates.length * outputCount)));
  const step = Math.max(1, Math.ceil(validated.length / most));
  const rows = validated.filter((_, i) => i % step === 0);
  const labels = Float64Array.from(rows, (row) => label[row]);
  const margins = candidates.map((all) => pickRows(all, rows, outputCount));
  return correctSelection({
    metric: metricByName(input.metric),
    losses: margins.map((each) => rowLosses(task, each, labels, outputCount, input.objective)),
    predictions: (c) =>
      Float64Array.from(judgedInput(task, margins[c], labels, outputCount, input.objective).predictions),
    labels,
    classCount: task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount,
    seed: input.seed,
    resamples,
  });
}
