/**
 * What the search knows of a learner: the starts it puts into the portfolio, and the space it is searched in after them.
 * A new learner is one file with one entry and one line in `index.ts`; neither the search nor the other learners change.
 */
import type { TrialSpec } from '../../../compute/tasks/fit-split.ts';
import type { TrainOptions } from '../../../contract/models.ts';
import type { Task } from '../../../ml/model-spec.ts';
import type { Configuration, SearchSpace } from '../../../ml/search/space.ts';

/** What a learner may look at before it proposes: shape of the data, never its values. */
export type DataFacts = {
  readonly task: Task;
  readonly rows: number;
  /** Raw columns the model may use. */
  readonly features: number;
  /** How many of them are text. */
  readonly categories: number;
  readonly classCount: number;
  readonly seed: number;
  /** All learners asked for. */
  readonly learners: readonly TrainOptions['learners'][number][];
  /** Wall-clock seconds of the run, what they are shared by; absent: no such limit. */
  readonly budget?: { readonly seconds: number; readonly workers: number; readonly folds: number };
};

/**
 * How a trial is judged in its bracket. `first`: the first of its kind, worth having for a blend even when it is a good
 * deal behind. `start`: from the portfolio. `searched`: must be among the best of its rung.
 */
export type TrialRole = 'first' | 'start' | 'searched';

export type Proposal = { readonly spec: TrialSpec; readonly label: string; readonly role: TrialRole };

/** A start of the portfolio. Starts of all learners are tried by `order`, equal ones by the order of the entries. */
export type Start = Proposal & { readonly order: number };

export type LearnerSearch = {
  readonly space: SearchSpace;
  /** The searched parameters of a trial of this learner; null for a trial of another. */
  readonly configurationOf: (spec: TrialSpec) => Configuration | null;
  /** The trial of a configuration; `base` is the learner's best trial so far. */
  readonly propose: (configuration: Configuration, trial: number, base: TrialSpec | null) => Proposal;
};

export type LearnerEntry = {
  /** As users name it. */
  readonly name: TrainOptions['learners'][number];
  readonly starts: (facts: DataFacts) => readonly Start[];
  /** Seconds one fit on all these rows takes a worker of the reference machine: for the forecast, never for the search. */
  readonly fitSeconds: (facts: DataFacts) => number;
  /** Null: nothing is searched after the starts. */
  readonly search: ((facts: DataFacts) => LearnerSearch) | null;
};
