/** Proposes how to validate from what the data look like, with a sentence that says why, and what else would be possible. */
import type { Task } from '../model-spec.ts';

export type ValidationScheme =
  | 'holdout'
  | 'kfold'
  | 'stratified'
  | 'group'
  | 'stratified-group'
  | 'repeated'
  | 'nested'
  | 'forward'
  | 'split';

export type ValidationPlan = {
  readonly scheme: ValidationScheme;
  /** Number of validation sets of one pass: k folds, forward steps, or 1 for a holdout. */
  readonly foldCount: number;
  /** Passes over differently dealt folds; 1 unless repeated. */
  readonly repeats: number;
  /** Share of rows validated by a holdout; 0 otherwise. */
  readonly holdoutShare: number;
  /** Column that orders rows (forward), ties them together (group) or says where they belong (split). */
  readonly column: string | null;
  /** Forward only: rows closer than this to a validation block, in the time column's unit, are not trained on. */
  readonly gap: number;
  /** Forward only: rows up to this long after an earlier validation block are not trained on by later steps. */
  readonly embargo: number;
  readonly seed: number;
  readonly reason: string;
  /** Other schemes that these data allow, each with the reason to choose it. */
  readonly alternatives: readonly { readonly scheme: ValidationScheme; readonly reason: string }[];
};

export type PlanInput = {
  readonly task: Task;
  readonly rowCount: number;
  /** Rows of each class; empty for regression. */
  readonly classCounts: readonly number[];
  /** A column that says when a row became known, if the user or the schema named one. */
  readonly timeColumn?: string | null;
  /** A column whose equal values must stay together. */
  readonly groupColumn?: string | null;
  /** A column that says which rows train and which validate. */
  readonly splitColumn?: string | null;
  readonly scheme?: ValidationScheme;
  readonly foldCount?: number;
  readonly repeats?: number;
  readonly gap?: number;
  readonly embargo?: number;
  readonly seed: number;
};

/** Rows above which one holdout measures well enough and k trainings cost too much. */
const holdoutFrom = 100_000;
/** Rows below which one deal of folds is luck to a degree that matters. */
const repeatBelow = 1000;
const repeatsProposed = 3;
/** More classes than this: the rare ones no longer decide the number of folds. */
const someClasses = 20;

/** The plan for a data set; a scheme or fold count in the input overrides the proposal and the reason says so. */
export function planValidation(input: PlanInput): ValidationPlan {
  const proposed = proposeScheme(input);
  const scheme = input.scheme ?? proposed;
  const reason = input.scheme === undefined ? reasons(input)[scheme] : `${schemeNames[scheme]}, as asked for.`;
  const smallestClass = classThatLimits(input);
  const balanced = scheme === 'stratified' || ((scheme === 'repeated' || scheme === 'nested') && !input.groupColumn);
  const most = Math.max(2, Math.min(input.rowCount, balanced ? Math.max(2, smallestClass) : input.rowCount));
  const wanted = input.foldCount ?? (input.rowCount < repeatBelow && scheme !== 'forward' ? 10 : 5);
  const grouped = scheme !== 'forward' && scheme !== 'split';
  return {
    scheme,
    foldCount: scheme === 'holdout' ? 1 : Math.min(wanted, most),
    repeats: scheme === 'repeated' ? (input.repeats ?? repeatsProposed) : 1,
    holdoutShare: scheme === 'holdout' ? 0.2 : 0,
    column:
      scheme === 'forward'
        ? (input.timeColumn ?? null)
        : scheme === 'split'
          ? (input.splitColumn ?? null)
          : grouped
            ? (input.groupColumn ?? null)
            : null,
    gap: scheme === 'forward' ? (input.gap ?? 0) : 0,
    embargo: scheme === 'forward' ? (input.embargo ?? 0) : 0,
    seed: input.seed,
    reason: reason + rareClasses(input, scheme === 'holdout' ? 2 : Math.min(wanted, most)),
    alternatives: possibleSchemes(input)
      .filter((other) => other !== scheme)
      .map((other) => ({ scheme: other, reason: reasons(input)[other] })),
  };
}

/**
 * Rows of the class that limits the number of folds: the smallest one. Among many classes a few rare ones must not cost all
 * others their folds, so there it is the class down to which nine of ten rows are counted.
 */
function classThatLimits({ classCounts, rowCount }: PlanInput): number {
  if (classCounts.length === 0) return rowCount;
  const sorted = [...classCounts].sort((a, b) => b - a);
  if (sorted.length <= someClasses) return sorted[sorted.length - 1];
  const total = sorted.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const count of sorted) {
    seen += count;
    if (seen >= 0.9 * total) return count;
  }
  return 1;
}

/** A sentence on classes with fewer rows than folds; empty without them. */
function rareClasses({ classCounts }: PlanInput, folds: number): string {
  const rare = classCounts.filter((count) => count < folds).length;
  if (classCounts.length <= someClasses || rare === 0) return '';
  return ` ${rare} of ${classCounts.length} classes have fewer rows than there are folds: some folds check them without having learned them, or not at all.`;
}

/** Names for people. */
const schemeNames: Record<ValidationScheme, string> = {
  stratified: 'Stratified folds',
  kfold: 'Random folds',
  forward: 'Forward validation',
  group: 'Group folds',
  'stratified-group': 'Stratified group folds',
  repeated: 'Repeated folds',
  nested: 'Nested folds',
  holdout: 'One holdout',
  split: 'Your own split',
};

function proposeScheme(input: PlanInput): ValidationScheme {
  if (input.splitColumn) return 'split';
  if (input.timeColumn) return 'forward';
  if (input.groupColumn) return input.task === 'regression' ? 'group' : 'stratified-group';
  if (input.rowCount > holdoutFrom) return 'holdout';
  const smallestClass = input.classCounts.length === 0 ? input.rowCount : Math.min(...input.classCounts);
  if (input.rowCount < repeatBelow && smallestClass >= 2) return 'repeated';
  return input.task === 'regression' ? 'kfold' : 'stratified';
}

function possibleSchemes(input: PlanInput): readonly ValidationScheme[] {
  const folds: ValidationScheme = input.groupColumn
    ? input.task === 'regression'
      ? 'group'
      : 'stratified-group'
    : input.task === 'regression'
      ? 'kfold'
      : 'stratified';
  return [
    ...(input.splitColumn ? (['split'] as const) : []),
    ...(input.timeColumn ? (['forward'] as const) : []),
    folds,
    ...(input.rowCount < 20_000 ? (['repeated', 'nested'] as const) : []),
    'holdout',
  ];
}

function reasons(input: PlanInput): Record<ValidationScheme, string> {
  const { rowCount, timeColumn, groupColumn, splitColumn } = input;
  return {
    split: `The split of "${splitColumn ?? ''}": the rows train and validate as that column says.`,
    forward: `Forward validation along "${timeColumn ?? ''}": every block is predicted from earlier rows only, as it will be in use. The model itself learns from rows of all times; if it is to fill in rows between these, random folds judge that (--validation cv).`,
    group: `Group folds: rows with the same "${groupColumn ?? ''}" stay together, so that the model is judged on groups it has not seen.`,
    'stratified-group': `Group folds: rows with the same "${groupColumn ?? ''}" stay together, so that the model is judged on groups it has not seen; every fold has about the same share of each class.`,
    holdout:
      rowCount > holdoutFrom
        ? `One holdout of 20 %: with ${rowCount} rows it measures precisely enough and saves the time of repeated training.`
        : 'One holdout of 20 %: the fastest; the score rests on a fifth of the rows.',
    kfold: 'Random folds balanced over the range of the target; equal rows stay in one fold.',
    stratified: 'Stratified folds: every fold has the same share of each class; equal rows stay in one fold.',
    repeated: `Folds dealt several times: with ${rowCount} rows one deal is partly luck, so the scores of several are averaged.`,
    nested:
      'Nested folds: the whole choice among the starting configurations is repeated inside every fold, so that the score of the procedure itself is measured.',
  };
}
