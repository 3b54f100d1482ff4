import { describe, expect, test } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { neverStop } from '../../main/base/stop.ts';
import { fitSplit, type KernelTrialSpec } from '../../main/compute/tasks/fit-split.ts';
import { prepareSplit, type TrainingData } from '../../main/compute/tasks/training-data.ts';
import type { RecipeStep } from '../../main/ml/recipe/steps.ts';
import { resolveTreeParams } from '../../main/ml/trees/params.ts';

const rowCount = 20_000;
const environment = { stop: neverStop, deadline: () => false, emit: () => {}, now: () => 0 };
const steps: RecipeStep[] = [{ kind: 'target', columns: ['code'], smoothing: 1 }];

/** A random category of 10 000 levels and a target that has nothing to do with it. */
function randomData(session: string): TrainingData {
  const rng = createRng(17);
  const levels = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
  const codes = Int32Array.from({ length: rowCount }, () => rng.int(levels.length));
  return {
    session,
    frame: { rowCount, columns: [{ type: 'string', name: 'code', codes, levels }] },
    inputs: [{ name: 'code', type: 'string', logicalType: 'text' }],
    task: 'binary',
    outputCount: 1,
    label: Float64Array.from({ length: rowCount }, () => rng.int(2)),
    weight: null,
    steps,
    seed: 3,
  };
}

const splits = [0, 1].map((fold) => ({
  name: `fold ${fold}`,
  trainRows: Int32Array.from({ length: rowCount / 2 }, (_, i) => 2 * i + fold),
  validRows: Int32Array.from({ length: rowCount / 2 }, (_, i) => 2 * i + 1 - fold),
}));

/** Area under the ROC curve by ranks; ties count half. */
function auc(score: ArrayLike<number>, label: ArrayLike<number>): number {
  const order = Array.from({ length: score.length }, (_, i) => i).sort((a, b) => score[a] - score[b]);
  let [sum, positives] = [0, 0];
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end < order.length && score[order[end]] === score[order[i]]) end++;
    for (let j = i; j < end; j++) {
      if (label[order[j]] === 1) {
        sum += (i + end + 1) / 2;
        positives++;
      }
    }
    i = end;
  }
  return (sum - (positives * (positives + 1)) / 2) / (positives * (score.length - positives));
}

const trials: readonly KernelTrialSpec[] = [
  {
    learner: 'trees',
    params: resolveTreeParams({ rounds: 30, leaves: 16, learningRate: 0.1, seed: 1 }),
    earlyStoppingRounds: null,
  },
  { learner: 'linear', seed: 1 },
];

describe('D3 target encoding inside folds', () => {
  test('hides its own target from every training row', () => {
    const data = randomData('own');
    const { matrix } = prepareSplit(data, splits[0]);
    const of = (rows: Int32Array): number =>
      auc(
        Float64Array.from(rows, (row) => matrix.columns[0][row]),
        Float64Array.from(rows, (row) => data.label[row]),
      );
    expect(Math.abs(of(splits[0].trainRows) - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(of(splits[0].validRows) - 0.5)).toBeLessThan(0.02);
  });

  test.each(trials)('$learner: a random category of 10 000 levels scores AUC 0.5 ± 0.02 out of fold', (trial) => {
    const data = randomData(trial.learner);
    const margins = new Float64Array(rowCount);
    splits.forEach((split, fold) => {
      const { validMargins } = fitSplit({ data, split, trial, label: { trial: 0, fold } }, environment);
      split.validRows.forEach((row, i) => {
        margins[row] = validMargins?.[i] ?? Number.NaN;
      });
    });
    expect(Math.abs(auc(margins, data.label) - 0.5)).toBeLessThan(0.02);
  });
});
