/**
 * The setup of a training run as the page keeps it in the URL: only what the user chose differs from the proposal, so
 * that a link carries the choices and the proposal fills the rest.
 */
import type { MetricName, TrainingPlan, TrainOptions } from '../../../main/contract/models.ts';

/** Learners in the order they are offered; forests and neighbours take part only when chosen. */
export const learnerChoices = ['trees', 'linear', 'ebm', 'forest', 'extra-trees', 'knn', 'mlp'] as const;
export type Learner = (typeof learnerChoices)[number];
export const defaultLearners: readonly Learner[] = ['trees', 'linear', 'ebm'];
export const objectiveChoices = ['squared', 'absolute', 'huber', 'quantile', 'poisson', 'tweedie', 'gamma'] as const;
export const samplingChoices = ['goss', 'mvs'] as const;
export const validationChoices = [
  'cv',
  'holdout',
  'kfold',
  'stratified',
  'group',
  'stratified-group',
  'repeated',
  'nested',
  'forward',
  'split',
] as const;
export type ValidationChoice = (typeof validationChoices)[number];
export type TaskChoice = 'binary' | 'multiclass' | 'regression';

/** What the user chose; everything absent is proposed by `models.plan`. */
export type TrainSetup = {
  readonly dataset?: string | undefined;
  readonly target?: string | undefined;
  readonly task?: TaskChoice | undefined;
  readonly positive?: string | undefined;
  readonly validation?: ValidationChoice | undefined;
  readonly metric?: MetricName | undefined;
  readonly folds?: number | undefined;
  readonly repeats?: number | undefined;
  readonly splitColumn?: string | undefined;
  readonly gap?: number | undefined;
  readonly embargo?: number | undefined;
  readonly sealed?: number | undefined;
  readonly time?: string | undefined;
  readonly group?: string | undefined;
  readonly budget?: number | undefined;
  readonly trials?: number | undefined;
  readonly seed?: number | undefined;
  readonly learners?: readonly Learner[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly objective?: (typeof objectiveChoices)[number] | undefined;
  readonly quantiles?: readonly number[] | undefined;
  /** Columns the prediction may only rise with, and only fall with. */
  readonly rises?: readonly string[] | undefined;
  readonly falls?: readonly string[] | undefined;
  /** Groups of columns that may act together, e.g. "age, plan; price, region". */
  readonly together?: string | undefined;
  /** Intervals hold for each value of this column. */
  readonly intervalBy?: string | undefined;
  /** Intervals around each fold's model. */
  readonly intervalPlus?: boolean | undefined;
  readonly balanced?: boolean | undefined;
  /** Column that says how much each row counts while fitting. */
  readonly weight?: string | undefined;
  readonly dart?: boolean | undefined;
  readonly sampling?: (typeof samplingChoices)[number] | undefined;
  /** Largest size of the integers that gradients are rounded to where splits are chosen. */
  readonly gradientLevels?: number | undefined;
  /** A kept recipe, by id. */
  readonly recipe?: string | undefined;
  /** Columns known late, with the hours until they are: "casual = 1; registered = 1". */
  readonly lags?: string | undefined;
  /** The model whose trees are continued, by id. */
  readonly from?: string | undefined;
};

/** Groups of columns from text: groups parted by semicolons, columns by commas; empty ones are left out. */
export const readGroups = (text: string): string[][] =>
  text
    .split(';')
    .map((group) => group.split(',').map((name) => name.trim()))
    .map((group) => group.filter((name) => name !== ''))
    .filter((group) => group.length > 0);

/** Seconds by column from text like "casual = 1; registered = 1.5", in hours; what is no lag is left out. */
export const readLags = (text: string): Record<string, number> =>
  Object.fromEntries(
    text.split(';').flatMap((part): [string, number][] => {
      const at = part.lastIndexOf('=');
      const hours = at < 1 ? Number.NaN : Number(part.slice(at + 1));
      const column = part.slice(0, at).trim();
      return column !== '' && hours >= 0 && hours < 1e6 ? [[column, hours * 3600]] : [];
    }),
  );

/** Levels between 0 and 1 from text like "0.1, 0.5, 0.9"; undefined where there are none. */
export function readQuantiles(text: string): readonly number[] | undefined {
  const levels = text.split(/[,;\s]+/).flatMap((part) => {
    const level = Number(part);
    return part !== '' && level > 0 && level < 1 ? [level] : [];
  });
  const distinct = [...new Set(levels)].sort((a, b) => a - b).slice(0, 99);
  return distinct.length === 0 ? undefined : distinct;
}

/** The metrics each task can be selected by, the usual first choice first. */
export const metricsOfTask: Record<TaskChoice, readonly MetricName[]> = {
  binary: ['auc', 'log_loss', 'average_precision', 'brier', 'accuracy', 'f1'],
  multiclass: ['log_loss', 'accuracy', 'macro_f1'],
  regression: ['rmse', 'mae', 'r2', 'mape', 'pinball', 'poisson_deviance', 'tweedie_deviance', 'gamma_deviance'],
};

export const defaultSeed = 7;

type PlanInput = Partial<TrainOptions> & { readonly datasetId: string };

/** Input of `models.plan` (and, with the target, of `models.train`): absent choices stay absent. */
export function buildPlanInput(setup: TrainSetup, datasetId: string): PlanInput {
  return {
    datasetId,
    ...(setup.target === undefined ? {} : { target: setup.target }),
    ...(setup.task === undefined ? {} : { task: setup.task }),
    ...(setup.positive === undefined ? {} : { positive: setup.positive }),
    ...(setup.validation === undefined ? {} : { validation: setup.validation }),
    ...(setup.metric === undefined ? {} : { metric: setup.metric }),
    ...(setup.folds === undefined ? {} : { folds: setup.folds }),
    ...(setup.repeats === undefined ? {} : { repeats: setup.repeats }),
    ...(setup.splitColumn === undefined ? {} : { splitColumn: setup.splitColumn }),
    ...(setup.gap === undefined ? {} : { gap: setup.gap }),
    ...(setup.embargo === undefined ? {} : { embargo: setup.embargo }),
    ...(setup.sealed === undefined ? {} : { sealed: setup.sealed }),
    ...(setup.time === undefined ? {} : { time: setup.time }),
    ...(setup.group === undefined ? {} : { group: setup.group }),
    ...(setup.budget === undefined ? {} : { budgetSeconds: setup.budget }),
    ...(setup.trials === undefined ? {} : { trials: setup.trials }),
    ...(setup.seed === undefined ? {} : { seed: setup.seed }),
    ...(setup.learners === undefined ? {} : { learners: [...setup.learners] }),
    ...(setup.drop === undefined ? {} : { drop: [...setup.drop] }),
    ...(setup.keep === undefined ? {} : { keep: [...setup.keep] }),
    ...(setup.name === undefined ? {} : { name: setup.name }),
    ...(setup.objective === undefined ? {} : { objective: setup.objective }),
    ...(setup.quantiles === undefined ? {} : { quantiles: [...setup.quantiles] }),
    ...(setup.rises === undefined && setup.falls === undefined ? {} : { monotone: directionsOf(setup) }),
    ...(setup.together === undefined ? {} : { interactions: readGroups(setup.together) }),
    ...(setup.intervalBy === undefined ? {} : { intervalBy: setup.intervalBy }),
    ...(setup.intervalPlus === true ? { intervalMethod: 'cv+' as const } : {}),
    ...(setup.balanced === true ? { classWeight: 'balanced' as const } : {}),
    ...(setup.weight === undefined ? {} : { weight: setup.weight }),
    ...(setup.dart === true ? { boosting: 'dart' as const } : {}),
    ...(setup.sampling === undefined ? {} : { sampling: setup.sampling }),
    ...(setup.gradientLevels === undefined ? {} : { gradientLevels: setup.gradientLevels }),
    ...(setup.lags === undefined ? {} : { lags: readLags(setup.lags) }),
    ...(setup.from === undefined ? {} : { from: setup.from }),
  };
}

const directionsOf = ({ rises = [], falls = [] }: TrainSetup): Record<string, 1 | -1> =>
  Object.fromEntries([
    ...rises.map((column): [string, 1 | -1] => [column, 1]),
    ...falls.map((column): [string, 1 | -1] => [column, -1]),
  ]);

/** What pressing Start sends: the choices plus the proposal's target and, unless trials are counted, its budget. */
export function buildTrainInput(setup: TrainSetup, datasetId: string, plan: TrainingPlan) {
  return {
    ...buildPlanInput(setup, datasetId),
    target: setup.target ?? plan.target,
    ...(setup.trials === undefined ? { budgetSeconds: setup.budget ?? plan.budgetSeconds } : {}),
  };
}

/** Another target starts a new question: choices that belonged to the old one are forgotten. */
export function chooseTarget(setup: TrainSetup, target: string): TrainSetup {
  return {
    ...setup,
    target,
    task: undefined,
    positive: undefined,
    metric: undefined,
    drop: setup.drop?.filter((column) => column !== target),
    keep: undefined,
    objective: undefined,
    quantiles: undefined,
    rises: undefined,
    falls: undefined,
    together: undefined,
    intervalBy: undefined,
    intervalPlus: undefined,
    balanced: undefined,
    weight: undefined,
    from: undefined,
  };
}

/** Another task: the metric and the positive class of the old one no longer apply. */
export function chooseTask(setup: TrainSetup, task: TaskChoice): TrainSetup {
  return {
    ...setup,
    task,
    metric: undefined,
    positive: undefined,
    objective: undefined,
    quantiles: undefined,
    intervalBy: undefined,
    intervalPlus: undefined,
    balanced: undefined,
  };
}

/** Why training cannot start yet, as a key of the catalogue; null when it can. */
export function findObstacle(plan: TrainingPlan, setup: TrainSetup): 'refused' | 'no-columns' | 'no-learner' | null {
  if (plan.refusal !== null) return 'refused';
  if (plan.features.length === 0) return 'no-columns';
  if (setup.learners !== undefined && setup.learners.length === 0) return 'no-learner';
  return null;
}
