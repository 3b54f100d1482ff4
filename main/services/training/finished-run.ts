import type { Examination } from '../../compute/tasks/examine.ts';
import type { JudgeOutput } from '../../compute/tasks/judge.ts';
import type { PortableModel } from '../../compute/tasks/model-cache.ts';
import type { Continuation, TrainOptions } from '../../contract/models.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { TrialOutcome } from './search.ts';
import type { DatasetFrame } from './types.ts';

type Score = { readonly value: number; readonly low: number; readonly high: number };

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
  /** Score on the sealed rows, which nothing saw before the model was finished; null where none are sealed. */
  readonly sealed: { readonly rows: number; readonly score: Score } | null;
  /** Score of the whole procedure in outer folds; null unless nested. */
  readonly nested: Score | null;
  /** What continuing a model brought, and the data set versions it had learned from (null: not known); null: none was. */
  readonly continued: {
    readonly summary: Continuation;
    readonly learnedFrom: readonly string[] | null;
  } | null;
  /** Why the run was fitted to another loss than its metric says; null: it was not. */
  readonly lossReason: string | null;
  readonly stopReason: string;
  readonly trainSeconds: number;
};
