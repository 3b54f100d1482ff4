/** Proposes how to validate from what the data look like, with a sentence that says why. */
import type { Task } from '../model-spec.ts';

export type ValidationScheme = 'stratified' | 'kfold' | 'forward' | 'group' | 'holdout';

export type ValidationPlan = {
  readonly scheme: ValidationScheme;
  /** Number of validation sets: k folds, forward steps, or 1 for a holdout. */
  readonly foldCount: number;
  /** Share of rows validated by a holdout; 0 otherwise. */
  readonly holdoutShare: number;
  /** Column that orders rows (forward) or ties them together (group). */
  readonly column: string | null;
  /** Forward only: rows closer than this to a validation block, in the time column's unit, are not trained on. */
  readonly gap: number;
  readonly seed: number;
  readonly reason: string;
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
  readonly scheme?: ValidationScheme;
  readonly foldCount?: number;
  readonly gap?: number;
  readonly seed: number;
};

/** Rows above which one holdout measures well enough and k trainings cost too much. */
const holdoutFrom = 100_000;

/** The plan for a data set; a scheme or fold count in the input overrides the proposal and the reason says so. */
export function planValidation(input: PlanInput): ValidationPlan {
  const proposed = propose(input);
  const scheme = input.scheme ?? proposed.scheme;
  const chosen = input.scheme === undefined ? proposed.reason : `${schemeNames[scheme]}, as asked for.`;
  const smallestClass = input.classCounts.length === 0 ? input.rowCount : Math.min(...input.classCounts);
  const most = Math.max(
    2,
    Math.min(input.rowCount, scheme === 'stratified' ? Math.max(2, smallestClass) : input.rowCount),
  );
  const wanted = input.foldCount ?? (input.rowCount < 1000 && scheme !== 'forward' ? 10 : 5);
  return {
    scheme,
    foldCount: scheme === 'holdout' ? 1 : Math.min(wanted, most),
    holdoutShare: scheme === 'holdout' ? 0.2 : 0,
    column: scheme === 'forward' ? (input.timeColumn ?? null) : scheme === 'group' ? (input.groupColumn ?? null) : null,
    gap: scheme === 'forward' ? (input.gap ?? 0) : 0,
    seed: input.seed,
    reason: chosen,
  };
}

const schemeNames: Record<ValidationScheme, string> = {
  stratified: 'Stratified folds',
  kfold: 'Random folds',
  forward: 'Forward validation',
  group: 'Group folds',
  holdout: 'One holdout',
};

function propose(input: PlanInput): { scheme: ValidationScheme; reason: string } {
  if (input.timeColumn) {
    return {
      scheme: 'forward',
      reason: `Forward validation along "${input.timeColumn}": every block is predicted from earlier rows only, as it will be in use.`,
    };
  }
  if (input.groupColumn) {
    return {
      scheme: 'group',
      reason: `Group folds: rows with the same "${input.groupColumn}" stay together, so that the model is judged on groups it has not seen.`,
    };
  }
  if (input.rowCount > holdoutFrom) {
    return {
      scheme: 'holdout',
      reason: `One holdout of 20 %: with ${input.rowCount} rows it measures precisely enough and saves the time of repeated training.`,
    };
  }
  if (input.task === 'regression') {
    return {
      scheme: 'kfold',
      reason: 'Random folds balanced over the range of the target; equal rows stay in one fold.',
    };
  }
  return {
    scheme: 'stratified',
    reason: 'Stratified folds: every fold has the same share of each class; equal rows stay in one fold.',
  };
}
