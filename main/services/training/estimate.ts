import type { TrainOptions } from '../../contract/models.ts';
import type { JobEstimate } from '../../jobs/types.ts';
import { mostClasses } from '../../ml/findings/target.ts';
import { planSeal } from '../../ml/validation/seal.ts';
import { budgetSecondsOf } from './budget.ts';
import type { DataFacts } from './learners/entry.ts';
import { learnerEntries } from './learners/index.ts';
import type { DescribeDataset } from './types.ts';

const fixedSeconds = 3;
const processBytes = 330 * 1024 * 1024;
/** Out-of-fold margins are kept for every finished trial; a budget ends most searches before this many. */
const likelyTrials = 24;
const keptFoldBytes = 384 * 1024 * 1024;

type Options = Pick<TrainOptions, 'datasetId' | 'version' | 'budgetSeconds' | 'trials' | 'folds'> &
  Partial<
    Pick<TrainOptions, 'target' | 'task' | 'learners' | 'validation' | 'repeats' | 'sealed' | 'seed' | 'time' | 'group'>
  >;

/**
 * Time and memory of a training run before it starts. With a budget the time is the budget; with a number of trials it is
 * the fits of that many, learner by learner in the order of the portfolio, over the folds the rows will get. Memory is
 * the raw columns, the out-of-fold margins of the trials (twice while they are judged), and per worker the features,
 * bins and histograms of the folds it keeps. The queue's profile of this machine corrects both by what jobs took here.
 */
export function estimateTraining(describe: DescribeDataset, options: Options, workers: number): JobEstimate {
  const { rows, columns } = describe(options.datasetId, options.version);
  const features = Math.max(1, columns.length - 1);
  const cells = rows * features;
  const folds = foldsOf(options, rows);
  const classCount = classesOf(options, columns);
  const outputs = classCount > 2 ? classCount : 1;
  const facts: DataFacts = {
    task: options.task === undefined || options.task === 'auto' ? 'binary' : options.task,
    rows,
    features,
    categories: columns.filter((column) => column.type === 'text').length,
    classCount,
    seed: options.seed ?? 1,
    learners: options.learners ?? ['trees'],
  };
  const budget = budgetSecondsOf(options);
  const waves = Math.ceil(folds / Math.max(1, Math.min(workers, folds)));
  const nested = options.validation === 'nested' ? 4 : 1;
  const seconds =
    options.trials === undefined ? (budget ?? 60) : fixedSeconds + fitSecondsOf(facts, options.trials) * waves * nested;
  const kept = Math.min(folds, Math.max(1, Math.floor(keptFoldBytes / (cells * 6 + 1))));
  const perWorker = Math.min(cells * 6 * kept, Math.max(keptFoldBytes, cells * 6)) + cells * 4 + 60 * 1024 * 1024;
  const margins = rows * outputs * 8 * 2 * Math.min(options.trials ?? likelyTrials, likelyTrials);
  const sealed = planSeal(rows, options.sealed ?? null);
  return {
    seconds: budget !== null && options.trials !== undefined ? Math.min(seconds, budget) : seconds,
    memoryBytes: Math.ceil(processBytes + cells * 8 * 2 + margins + workers * perWorker),
    diskBytes: 20 * 1024 * 1024 + rows * outputs * 8 * Math.min(options.trials ?? likelyTrials, 200) * 2,
    basis: `${rows} rows × ${columns.length} columns, ${classCount > 2 ? `${classCount} classes, ` : ''}${folds === 1 ? 'one fold' : `${folds} folds`}${sealed === null ? '' : ', some rows sealed'}, ${workers} workers${options.trials === undefined ? `, a budget of ${budget ?? 60} s` : `, ${options.trials} trials of ${facts.learners.join(', ')}`}.`,
  };
}

/** Classes to expect of the target, where its different values are known; two otherwise. */
function classesOf({ target, task }: Options, columns: ReturnType<DescribeDataset>['columns']): number {
  const column = columns.find(({ name }) => name === target);
  const several = task === 'multiclass' || ((task ?? 'auto') === 'auto' && column?.type === 'text');
  return several ? Math.max(2, Math.min(mostClasses, column?.distinct ?? 2)) : 2;
}

/** Folds fitted a trial, as validation will most likely be planned; the plan itself looks at the values. */
function foldsOf({ validation = 'auto', folds, repeats, time, group }: Options, rows: number): number {
  if (
    validation === 'repeated' ||
    (validation === 'auto' && rows < 1000 && time === undefined && group === undefined)
  ) {
    return folds * (repeats ?? 3);
  }
  return validation === 'holdout' || (validation === 'auto' && rows > 100_000) ? 1 : folds;
}

/** Fits of the first trials on one fold: the starts in their order, then the learner that is searched. */
function fitSecondsOf(facts: DataFacts, trials: number): number {
  const entries = learnerEntries.filter((entry) => facts.learners.includes(entry.name));
  const starts = entries
    .flatMap((entry) => entry.starts(facts).map(({ order }) => ({ order, seconds: entry.fitSeconds(facts) })))
    .sort((a, b) => a.order - b.order)
    .slice(0, trials);
  const searched = entries.find((entry) => entry.search !== null);
  // Most searched trials end in their bracket after two of five folds.
  const rest = searched === undefined ? 0 : (trials - starts.length) * searched.fitSeconds(facts) * 0.6;
  return starts.reduce((sum, { seconds }) => sum + seconds, 0) + rest;
}
