import type { IntervalModel } from '../../ml/conformal/interval-model.ts';
import type { Fairness } from '../../ml/evaluate/fairness.ts';
import type { DependenceResult } from '../../ml/explain/dependence.ts';
import type { EffectResult } from '../../ml/explain/effect.ts';
import type { InteractionResult } from '../../ml/explain/interaction-strength.ts';
import type { PermutationResult } from '../../ml/explain/permutation.ts';
import type { QualityRequest } from '../../ml/findings/quality/find.ts';
import type { RawFinding } from '../../ml/findings/quality/types.ts';
import type { ForeignModel } from '../../ml/interop/foreign-model.ts';
import type { BiasCorrected } from '../../ml/validation/bias-corrected.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type AssembleTaskInput, assemble } from './assemble.ts';
import { type CompareInput, type CompareOutput, compare } from './compare.ts';
import { type CorrectScoreInput, correctScore } from './correct-score.ts';
import { type CounterfactualsInput, type CounterfactualsOutput, counterfactualRows } from './counterfactuals.ts';
import { type EditCurvesInput, type EditCurvesOutput, editCurves } from './edit-curves.ts';
import {
  type EffectInput,
  effect,
  type InteractionsInput,
  interactions,
  type PermutationTaskInput,
  permutation,
} from './effects.ts';
import { type Examination, type ExamineInput, examine } from './examine.ts';
import { type ExaminedNewRows, type ExamineNewRowsInput, examineNewRows } from './examine-new-rows.ts';
import { type ExplainBlockInput, type ExplainBlockOutput, explainBlock } from './explain-block.ts';
import { type PairSummaryInput, type PairSummaryOutput, pairSummary } from './explain-reference.ts';
import { type ExplainRowInput, explainRow, type RowExplanationResult } from './explain-row.ts';
import { type ExplainSampledInput, type ExplainSampledOutput, explainSampled } from './explain-sampled.ts';
import { type ExportOnnxInput, type ExportOnnxOutput, exportOnnx } from './export-onnx.ts';
import { type FairnessTaskInput, fairness } from './fairness.ts';
import { findQualityTask } from './find-quality.ts';
import { type FitIntervalsInput, fitIntervals } from './fit-intervals.ts';
import type { FitSplitInput, FitSplitOutput } from './fit-split.ts';
import { fitTrial } from './fit-trial.ts';
import { type InspectTargetInput, type InspectTargetOutput, inspectTarget } from './inspect-target.ts';
import { type JudgeInput, type JudgeOutput, judge } from './judge.ts';
import { type MetricIntervalInput, type MetricIntervalOutput, metricInterval } from './metric-interval.ts';
import type { PortableModel } from './model-cache.ts';
import { type PreviewRecipeInput, type PreviewRecipeOutput, previewRecipe } from './preview-recipe.ts';
import { type ProfitInput, type ProfitOutput, profit } from './profit.ts';
import { type QualityInput, type QualityOutput, quality } from './quality.ts';
import { type ReadForeignInput, readForeignModel } from './read-foreign.ts';
import {
  type SampledContributionsInput,
  type SampledContributionsOutput,
  sampledContributions,
} from './sampled-contributions.ts';
import { type ScoreBlockInput, type ScoreBlockOutput, scoreBlock } from './score-block.ts';
import { type SlicesInput, type SlicesOutput, slices } from './slices.ts';
import {
  type DependenceTaskInput,
  dependenceTask,
  type SummaryInput,
  type SummaryOutput,
  summarise,
} from './summary.ts';
import { type TrialScoreInput, type TrialScoreOutput, trialScore } from './trial-score.ts';

/** The tasks of the pool, by name: plain data in, plain data out. A new task is one file and one line in each list. */
export type TaskInputs = {
  readonly assemble: AssembleTaskInput;
  readonly 'trial-score': TrialScoreInput;
  readonly 'edit-curves': EditCurvesInput;
  readonly examine: ExamineInput;
  readonly 'examine-new-rows': ExamineNewRowsInput;
  readonly 'correct-score': CorrectScoreInput;
  readonly 'fit-intervals': FitIntervalsInput;
  readonly 'fit-split': FitSplitInput;
  readonly judge: JudgeInput;
  readonly 'export-onnx': ExportOnnxInput;
  readonly 'read-foreign': ReadForeignInput;
  readonly 'score-block': ScoreBlockInput;
  readonly 'explain-block': ExplainBlockInput;
  readonly 'metric-interval': MetricIntervalInput;
  readonly quality: QualityInput;
  readonly compare: CompareInput;
  readonly fairness: FairnessTaskInput;
  readonly slices: SlicesInput;
  readonly profit: ProfitInput;
  readonly summary: SummaryInput;
  readonly dependence: DependenceTaskInput;
  readonly effect: EffectInput;
  readonly interactions: InteractionsInput;
  readonly 'pair-summary': PairSummaryInput;
  readonly permutation: PermutationTaskInput;
  readonly 'explain-row': ExplainRowInput;
  readonly 'explain-sampled': ExplainSampledInput;
  readonly 'sampled-contributions': SampledContributionsInput;
  readonly counterfactuals: CounterfactualsInput;
  readonly 'preview-recipe': PreviewRecipeInput;
  readonly 'find-quality': QualityRequest;
  readonly 'inspect-target': InspectTargetInput;
};

export type TaskOutputs = {
  readonly assemble: PortableModel;
  readonly 'trial-score': TrialScoreOutput;
  readonly 'edit-curves': EditCurvesOutput;
  readonly examine: Examination;
  readonly 'examine-new-rows': ExaminedNewRows;
  readonly 'correct-score': BiasCorrected | null;
  readonly 'fit-intervals': IntervalModel<Uint8Array>;
  readonly 'fit-split': FitSplitOutput;
  readonly judge: JudgeOutput;
  readonly 'export-onnx': ExportOnnxOutput;
  readonly 'read-foreign': ForeignModel;
  readonly 'score-block': ScoreBlockOutput;
  readonly 'explain-block': ExplainBlockOutput;
  readonly 'metric-interval': MetricIntervalOutput;
  readonly quality: QualityOutput;
  readonly compare: CompareOutput;
  readonly fairness: Fairness | null;
  readonly slices: SlicesOutput;
  readonly profit: ProfitOutput;
  readonly summary: SummaryOutput;
  readonly dependence: DependenceResult;
  readonly effect: EffectResult;
  readonly interactions: InteractionResult;
  readonly 'pair-summary': PairSummaryOutput;
  readonly permutation: PermutationResult;
  readonly 'explain-row': RowExplanationResult;
  readonly 'explain-sampled': ExplainSampledOutput;
  readonly 'sampled-contributions': SampledContributionsOutput;
  readonly counterfactuals: CounterfactualsOutput;
  readonly 'preview-recipe': PreviewRecipeOutput;
  readonly 'find-quality': readonly RawFinding[];
  readonly 'inspect-target': InspectTargetOutput;
};

export type TaskName = keyof TaskInputs;

/** What a task hands back: its output at once, except where ONNX Runtime fits. */
type TaskAnswer<N extends TaskName> = N extends 'fit-split' ? TaskOutputs[N] | Promise<TaskOutputs[N]> : TaskOutputs[N];

const tasks: {
  readonly [N in TaskName]: (input: TaskInputs[N], environment: TaskEnvironment) => TaskAnswer<N>;
} = {
  assemble,
  'edit-curves': editCurves,
  examine,
  'examine-new-rows': examineNewRows,
  'fit-intervals': fitIntervals,
  'fit-split': fitTrial,
  'trial-score': trialScore,
  'correct-score': correctScore,
  judge,
  'export-onnx': exportOnnx,
  'read-foreign': readForeignModel,
  'score-block': scoreBlock,
  'explain-block': explainBlock,
  'metric-interval': metricInterval,
  quality,
  compare,
  fairness,
  slices,
  profit,
  summary: summarise,
  dependence: dependenceTask,
  effect,
  interactions,
  'pair-summary': pairSummary,
  permutation,
  'explain-row': explainRow,
  'explain-sampled': explainSampled,
  'sampled-contributions': sampledContributions,
  counterfactuals: counterfactualRows,
  'preview-recipe': previewRecipe,
  'find-quality': findQualityTask,
  'inspect-target': inspectTarget,
};

/** Runs one task; what it throws is reported to the host. */
export function runTask<N extends TaskName>(
  name: N,
  input: TaskInputs[N],
  environment: TaskEnvironment,
): TaskAnswer<N> {
  return tasks[name](input, environment);
}
