/** Fits one trial on one split, whatever its learner: nets by ONNX Runtime, everything else by the kernels. */
import { unsupported } from '../../base/errors.ts';
import type { TaskEnvironment } from '../environment.ts';
import { fitNet } from '../nets/fit-net.ts';
import { type FitSplitInput, type FitSplitOutput, fitSplit, type TrialSpec } from './fit-split.ts';
import { prepareSplit } from './training-data.ts';

type NetTrial = Extract<TrialSpec, { readonly learner: 'mlp' }>;

/** As fitSplit, for all learners. */
export function fitTrial(input: FitSplitInput, environment: TaskEnvironment): FitSplitOutput | Promise<FitSplitOutput> {
  const { trial } = input;
  return trial.learner === 'mlp' ? fitNetTrial(input, trial, environment) : fitSplit({ ...input, trial }, environment);
}

async function fitNetTrial(
  { data, split, label }: FitSplitInput,
  { params }: NetTrial,
  environment: TaskEnvironment,
): Promise<FitSplitOutput> {
  const started = environment.now();
  const { recipe, matrix, linearKinds } = prepareSplit(data, split);
  if (linearKinds.length === 0) {
    throw unsupported('net-no-features', 'A neural net needs a column that varies; there is none.', {
      hint: 'Train other learners, or add columns.',
    });
  }
  const fitted = await fitNet(
    {
      matrix,
      kinds: linearKinds,
      label: data.label,
      weight: data.weight,
      rows: split.trainRows,
      validRows: split.validRows,
      task: data.task,
      outputCount: data.outputCount,
    },
    params,
    environment,
    (round, valid) => {
      if (Number.isNaN(valid)) return;
      environment.emit({ series: 'curve', trial: label.trial, fold: label.fold, round, valid });
    },
  );
  return {
    part: { learner: 'mlp', recipe, net: fitted.model },
    validMargins: fitted.validMargins,
    validLoss: fitted.validLoss,
    rounds: fitted.passes,
    fitMs: environment.now() - started,
  };
}
