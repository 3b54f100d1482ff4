/** What a run fits and keeps to: loss, constraints and class weights, from the options and the task that was found. */
import { invalidInput } from '../../base/errors.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { MetricName, TrainOptions } from '../../contract/models.ts';
import { primaryMetric } from '../../ml/metrics/registry.ts';
import type { InputSpec, Task } from '../../ml/model-spec.ts';
import { checkObjective, type ObjectiveSpec, quantileObjective, squaredError } from '../../ml/objective-spec.ts';
import { manyClasses } from '../../ml/search/many-classes.ts';
import { type ColumnConstraints, isUnconstrained } from '../../ml/trees/column-constraints.ts';

type Options = Partial<
  Pick<
    TrainOptions,
    'objective' | 'quantiles' | 'tweediePower' | 'huberDelta' | 'metric' | 'monotone' | 'interactions' | 'learners'
  >
>;

const defaultPower = 1.5;
/** In robust standard deviations of the target. */
const defaultDelta = 1;

/**
 * The loss of a regression: the one asked for, else the one that the metric asked for is the mean of, else squared error.
 * Classification has its own; asking it for a regression objective is an error.
 */
export function resolveObjective(options: Options, task: Task): ObjectiveSpec {
  const asked = options.objective ?? 'auto';
  const { quantiles } = options;
  if (task !== 'regression') {
    if (asked === 'auto' && quantiles === undefined) return squaredError;
    throw invalidInput(
      'objective-task',
      `The objective ${asked === 'auto' ? 'quantile' : asked} predicts numbers; this target is a class.`,
      {
        hint: 'Leave --objective and --quantiles out, or say --task regression.',
      },
    );
  }
  if (quantiles !== undefined && asked !== 'auto' && asked !== 'quantile') {
    throw invalidInput('objective-quantiles', `Quantiles do not go with the objective ${asked}.`, {
      hint: 'Use --objective quantile, or leave --quantiles out.',
    });
  }
  const kind = asked === 'auto' ? autoKind(options) : asked;
  const objective = objectiveOf(kind, options);
  checkObjective(objective);
  return objective;
}

function autoKind({ quantiles, metric }: Options): ObjectiveSpec['kind'] {
  if (quantiles !== undefined) return 'quantile';
  const byMetric: Partial<Record<MetricName, ObjectiveSpec['kind']>> = {
    mae: 'absolute',
    pinball: 'quantile',
    poisson_deviance: 'poisson',
    tweedie_deviance: 'tweedie',
    gamma_deviance: 'gamma',
  };
  return (metric === undefined ? undefined : byMetric[metric]) ?? 'squared';
}

function objectiveOf(kind: ObjectiveSpec['kind'], options: Options): ObjectiveSpec {
  if (kind === 'quantile') return quantileObjective(options.quantiles ?? [0.5]);
  if (kind === 'tweedie') return { kind, power: options.tweediePower ?? defaultPower };
  if (kind === 'huber') return { kind, delta: options.huberDelta ?? defaultDelta };
  return { kind };
}

/** The metric of the leaderboard: the one asked for, else the task's, or the one the objective is about. */
export function leaderboardMetric(options: Options, task: Task, objective: ObjectiveSpec): MetricName {
  if (options.metric !== undefined) return options.metric;
  const byObjective: Record<ObjectiveSpec['kind'], MetricName | null> = {
    squared: null,
    absolute: 'mae',
    huber: 'mae',
    quantile: 'pinball',
    poisson: 'poisson_deviance',
    tweedie: 'tweedie_deviance',
    gamma: 'gamma_deviance',
  };
  const primary = primaryMetric(task).name;
  return (
    (task === 'regression' ? byObjective[objective.kind] : null) ??
    (primary === 'auc' || primary === 'rmse' ? primary : 'log_loss')
  );
}

/**
 * Constraints of the run on the columns that are used. Throws invalid-input for columns that are not inputs, and for
 * directions of text, dates and several classes.
 */
export function resolveConstraints(options: Options, inputs: readonly InputSpec[], task: Task): ColumnConstraints {
  const monotone = Object.entries(options.monotone ?? {}).map(([column, direction]) => ({ column, direction }));
  const interactions = options.interactions ?? [];
  const specs = new Map(inputs.map((spec) => [spec.name, spec]));
  for (const column of [...monotone.map((entry) => entry.column), ...interactions.flat()]) {
    if (specs.has(column)) continue;
    throw invalidInput('constraint-column', `The column "${column}" is constrained, but the model does not use it.`, {
      hint: `Columns the model uses: ${inputs
        .map((spec) => spec.name)
        .slice(0, 40)
        .join(', ')}.`,
      details: { column },
    });
  }
  for (const { column } of monotone) {
    if (specs.get(column)?.type === 'double') continue;
    throw invalidInput(
      'monotone-not-number',
      `The column "${column}" is no number; a prediction can only rise or fall with a number.`,
      {
        hint: 'Take it out of --monotone.',
        details: { column },
      },
    );
  }
  if (monotone.length > 0 && task === 'multiclass') {
    throw invalidInput(
      'monotone-classes',
      'Several classes share one total, so no column can push all of them the same way.',
      {
        hint: 'Use monotone constraints with a yes-or-no or numeric target.',
      },
    );
  }
  return { monotone, interactions };
}

export type LeftOutLearner = { readonly learner: TrainOptions['learners'][number]; readonly reason: string };

/**
 * The learners that can do what is asked, and why the others are left out: a learner that cannot keep to a constraint
 * never takes part. Throws invalid-input when none is left.
 */
export function resolveLearners(
  asked: TrainOptions['learners'],
  objective: ObjectiveSpec,
  constraints: ColumnConstraints,
  classCount = 0,
  weighted = false,
): { readonly learners: TrainOptions['learners']; readonly leftOut: readonly LeftOutLearner[] } {
  const reasonFor = (name: LeftOutLearner['learner']): string | null => {
    if (classCount > manyClasses && heavyPerClass.has(name)) {
      return `keeps tables for every class and takes up to ${manyClasses} of them, not ${classCount}`;
    }
    if (weighted && name === 'knn') return 'counts every row alike, whatever its weight';
    if (name !== 'linear' && name !== 'ebm' && name !== 'knn' && name !== 'mlp') return null;
    if (objective.kind !== 'squared') return `fits squared error only, not the ${objective.kind} objective`;
    return isUnconstrained(constraints) ? null : 'cannot be held to monotone or interaction constraints';
  };
  const leftOut = asked.flatMap((learner) => {
    const reason = reasonFor(learner);
    return reason === null ? [] : [{ learner, reason }];
  });
  const learners = asked.filter((name) => leftOut.every((entry) => entry.learner !== name));
  if (learners.length === 0) {
    throw invalidInput(
      'no-learner-left',
      `No learner is left: ${leftOut.map((entry) => entry.learner).join(' and ')} ${leftOut[0].reason}.`,
      {
        hint: 'Add trees to the learners.',
      },
    );
  }
  return { learners, leftOut };
}

/** Rounds of dropout at most: every round looks at earlier trees again. */
const dartRounds = 400;

/** What the options say of boosted trees; null where they say nothing. */
export function boostingOf(
  options: Pick<TrainOptions, 'boosting' | 'sampling' | 'gradientLevels'>,
): TrainingData['trees'] | null {
  const { boosting = 'plain', sampling = 'uniform', gradientLevels = 0 } = options;
  if (boosting === 'plain' && sampling === 'uniform' && gradientLevels === 0) return null;
  return {
    ...(boosting === 'dart' ? { ensemble: 'dart' as const, rounds: dartRounds } : {}),
    sampling,
    gradientLevels,
  };
}

/** Their models grow with the number of classes beyond what a package may hold. */
const heavyPerClass: ReadonlySet<LeftOutLearner['learner']> = new Set(['ebm', 'forest', 'extra-trees']);

/** Row weights under which all classes weigh alike; null where nothing is balanced. Mean weight 1. */
export function balancedWeights(label: Float64Array, task: Task, balanced: boolean): Float64Array | null {
  if (!balanced || task === 'regression') return null;
  const counts = new Map<number, number>();
  for (const value of label) counts.set(value, (counts.get(value) ?? 0) + 1);
  const weights = new Float64Array(new SharedArrayBuffer(8 * label.length));
  for (let i = 0; i < label.length; i++) weights[i] = label.length / (counts.size * (counts.get(label[i]) ?? 1));
  return weights;
}
