/** The address of the Train page: the data set, what was chosen, and the job once it runs. */
import {
  choiceParam,
  integerParam,
  listParam,
  numberParam,
  type RawSearch,
  textParam,
} from '../../lib/search-params.ts';
import {
  learnerChoices,
  metricsOfTask,
  objectiveChoices,
  readQuantiles,
  samplingChoices,
  type TrainSetup,
  validationChoices,
} from './setup.ts';

/** View state of the Train page. */
export type TrainSearch = TrainSetup & { readonly job?: string | undefined };

const metrics = [...metricsOfTask.binary, ...metricsOfTask.multiclass, ...metricsOfTask.regression];

/** Reads the address; what does not fit is left out. */
export function readTrainSearch(raw: RawSearch): TrainSearch {
  const learners = listParam(raw.learners)?.flatMap((name) => choiceParam(name, learnerChoices) ?? []);
  return {
    dataset: textParam(raw.dataset),
    job: textParam(raw.job),
    target: textParam(raw.target),
    task: choiceParam(raw.task, ['binary', 'multiclass', 'regression'] as const),
    positive: textParam(raw.positive),
    validation: choiceParam(raw.validation, validationChoices),
    metric: choiceParam(raw.metric, metrics),
    folds: integerParam(raw.folds, 2, 20),
    repeats: integerParam(raw.repeats, 2, 20),
    splitColumn: textParam(raw.splitColumn),
    gap: numberParam(raw.gap, 0, 1e12),
    embargo: numberParam(raw.embargo, 0, 1e12),
    sealed: numberParam(raw.sealed, 0, 0.5),
    time: textParam(raw.time),
    group: textParam(raw.group),
    budget: numberParam(raw.budget, 1, 86_400),
    trials: integerParam(raw.trials, 1, 10_000),
    seed: integerParam(raw.seed, 0, 2_147_483_647),
    learners: learners !== undefined && learners.length > 0 ? learners : undefined,
    drop: listParam(raw.drop),
    keep: listParam(raw.keep),
    name: textParam(raw.name),
    objective: choiceParam(raw.objective, objectiveChoices),
    quantiles: quantilesParam(raw.quantiles),
    rises: listParam(raw.rises),
    falls: listParam(raw.falls),
    together: textParam(raw.together),
    intervalBy: textParam(raw.intervalBy),
    intervalPlus: raw.intervalPlus === true ? true : undefined,
    balanced: raw.balanced === true ? true : undefined,
    weight: textParam(raw.weight),
    dart: raw.dart === true ? true : undefined,
    sampling: choiceParam(raw.sampling, samplingChoices),
    gradientLevels: integerParam(raw.gradientLevels, 1, 10_000),
    recipe: textParam(raw.recipe),
    lags: textParam(raw.lags),
    from: textParam(raw.from),
  };
}

const quantilesParam = (value: unknown): readonly number[] | undefined =>
  Array.isArray(value) ? readQuantiles(value.join(' ')) : undefined;
