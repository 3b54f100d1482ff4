import type { TaskEnvironment } from '../environment.ts';
import { type FitSplitInput, type FitSplitOutput, fitSplit } from './fit-split.ts';
import { type ScoreBlockInput, type ScoreBlockOutput, scoreBlock } from './score-block.ts';
import { type SummaryInput, type SummaryOutput, summarise } from './summary.ts';

/** The tasks of the pool, by name: plain data in, plain data out. A new task is one file and one line in each list. */
export type TaskInputs = {
  readonly 'fit-split': FitSplitInput;
  readonly 'score-block': ScoreBlockInput;
  readonly summary: SummaryInput;
};

export type TaskOutputs = {
  readonly 'fit-split': FitSplitOutput;
  readonly 'score-block': ScoreBlockOutput;
  readonly summary: SummaryOutput;
};

export type TaskName = keyof TaskInputs;

const tasks: { readonly [N in TaskName]: (input: TaskInputs[N], environment: TaskEnvironment) => TaskOutputs[N] } = {
  'fit-split': fitSplit,
  'score-block': scoreBlock,
  summary: summarise,
};

/** Runs one task; what it throws is reported to the host. */
export function runTask<N extends TaskName>(
  name: N,
  input: TaskInputs[N],
  environment: TaskEnvironment,
): TaskOutputs[N] {
  return tasks[name](input, environment);
}
