/**
 * Looks at a data set before training: the task, the classes, what would mislead, how to validate; and, for the run
 * itself, the labels and folds. One place, so that what the plan shows is what the run does.
 */

import { invalidInput } from '../../base/errors.ts';
import { apartFindings } from '../../ml/findings/apart.ts';
import { inspectTraining, proposeTimeColumn, type TrainingFinding } from '../../ml/findings/inspect.ts';
import { detectTask, encodeTarget } from '../../ml/findings/target.ts';
import { type Frame, findColumn } from '../../ml/frame.ts';
import type { InputSpec, Task } from '../../ml/model-spec.ts';
import { planValidation, type ValidationPlan, type ValidationScheme } from '../../ml/validation/plan.ts';
import { planSeal, type SealPlan } from '../../ml/validation/seal.ts';
import type { Fold } from '../../ml/validation/split.ts';
import type { TaskEnvironment } from '../environment.ts';
import { checkedWeights } from './checked-weights.ts';
import { needColumn } from './need-column.ts';
import { prepareRun } from './prepare-run.ts';

export type ExamineOptions = {
  readonly target: string;
  readonly task: 'auto' | Task;
  readonly positive: string | null;
  readonly drop: readonly string[];
  readonly keep: readonly string[];
  /** Columns a recipe reads: neither free text nor ids are left out among them. */
  readonly uses?: readonly string[];
  readonly time: string | null;
  readonly group: string | null;
  /** Column that says how much each row counts while fitting; null or absent: all alike. */
  readonly weight?: string | null;
  readonly validation: 'auto' | 'cv' | ValidationScheme;
  /** Column that says which rows train and which validate. */
  readonly splitColumn?: string | null;
  readonly folds: number;
  readonly repeats?: number | null;
  /** Forward only: days of a date column, units of a number. */
  readonly gap?: number;
  readonly embargo?: number;
  /** Share of rows to seal; null or absent: proposed from the rows. */
  readonly sealed?: number | null;
  readonly seed: number;
};

export type ExamineInput = {
  readonly frame: Frame;
  /** Every column of the frame, the target included. */
  readonly specs: readonly InputSpec[];
  readonly options: ExamineOptions;
  /** False stops after the plan, before labels and folds. */
  readonly prepare: boolean;
};

export type Examination = {
  readonly task: Task;
  readonly taskReason: string;
  /** Binary: [negative, positive]. */
  readonly classes: readonly { readonly value: string; readonly count: number }[];
  readonly positive: string | null;
  readonly findings: readonly TrainingFinding[];
  readonly excluded: readonly { readonly column: string; readonly reason: string }[];
  /** Columns the model may use. */
  readonly inputs: readonly InputSpec[];
  readonly validation: ValidationPlan;
  readonly time: string | null;
  /** What is sealed before anything is fitted; null: nothing. */
  readonly seal: SealPlan | null;
  readonly rows: number;
  readonly missingTarget: number;
  readonly prepared: PreparedRun | null;
};

export type PreparedRun = {
  /** Data set row of every training row. */
  readonly rows: Int32Array;
  readonly label: Float64Array;
  /** Input columns of the training rows, on shared memory. */
  readonly frame: Frame;
  readonly folds: readonly Fold[];
  /** Folds of random rows that a model after forward steps is averaged over; absent: it is not. */
  readonly inTime?: readonly Fold[];
  /** What the weight column says of the training rows; null without one. */
  readonly weights: Float64Array | null;
  /** Rows that must not part, by group: equal ones and those of the user's groups. */
  readonly groups: Int32Array;
  /** Rows that nothing sees before the model is finished; null where none are sealed. */
  readonly sealed: { readonly rows: Int32Array; readonly label: Float64Array; readonly frame: Frame } | null;
};

export function examine(input: ExamineInput, _environment: TaskEnvironment): Examination {
  const { frame, specs, options } = input;
  const targetColumn = needColumn(frame, options.target, 'target');
  const targetSpec = needSpec(specs, options.target);
  const proposal = detectTask(targetColumn, targetSpec.logicalType, {
    ...(options.task === 'auto' ? {} : { task: options.task }),
    ...(options.positive === null ? {} : { positive: options.positive }),
  });
  const { task } = proposal;
  const target = encodeTarget(
    targetColumn,
    targetSpec.logicalType,
    task,
    proposal.classes.map((entry) => entry.value),
  );
  for (const name of [...options.drop, ...options.keep, ...(options.uses ?? [])])
    needColumn(frame, name, '--drop, --keep or the recipe');
  const candidates = specs.filter((spec) => spec.name !== options.target && !options.drop.includes(spec.name));
  const findings = [
    ...apartFindings({
      frame,
      target: options.target,
      split: options.splitColumn == null ? null : needColumn(frame, options.splitColumn, 'split column'),
      group: options.group,
    }),
    ...inspectTraining({
      frame,
      inputs: candidates,
      target: options.target,
      task,
      label: target.label,
      classes: proposal.classes,
      seed: options.seed,
    }),
  ].map((finding) =>
    finding.excluded &&
    finding.column !== null &&
    (options.keep.includes(finding.column) ||
      (['id-like', 'free-text'].includes(finding.kind) && options.uses?.includes(finding.column) === true))
      ? { ...finding, excluded: false }
      : finding,
  );
  const excluded = options.drop.map((column) => ({ column, reason: 'left out as asked for' }));
  for (const finding of findings) {
    if (finding.excluded && finding.column !== null) excluded.push({ column: finding.column, reason: finding.message });
  }
  if (options.group !== null && !options.keep.includes(options.group)) {
    excluded.push({ column: options.group, reason: 'names the group that folds keep together' });
  }
  const weightColumn = options.weight == null ? null : checkedWeights(frame, options.weight, target.rows);
  if (weightColumn !== null && !excluded.some((entry) => entry.column === weightColumn)) {
    excluded.push({ column: weightColumn, reason: 'says how much each row counts' });
  }
  const splitColumn = options.splitColumn == null ? null : needColumn(frame, options.splitColumn, 'split column').name;
  if (splitColumn !== null && !excluded.some((entry) => entry.column === splitColumn)) {
    excluded.push({ column: splitColumn, reason: 'says which rows train and which validate' });
  }
  const out = new Set(excluded.map((entry) => entry.column));
  const inputs = candidates.filter((spec) => !out.has(spec.name));
  if (inputs.length === 0) {
    const named = excluded.slice(0, 8).map((entry) => `"${entry.column}" (${entry.reason.replace(/\.$/, '')})`);
    const more = excluded.length > named.length ? `, and ${excluded.length - named.length} more` : '';
    throw invalidInput(
      'no-features',
      `No column is left to predict "${options.target}" from${named.length === 0 ? '' : `; left out: ${named.join(', ')}${more}`}.`,
      {
        hint:
          named.length === 0
            ? 'Add columns that are known before the outcome.'
            : 'Keep some of the columns that were left out (--keep), or add columns.',
        details: { target: options.target, columns: excluded.map((entry) => entry.column).slice(0, 40) },
      },
    );
  }
  const time = timeColumn(input, inputs);
  const group = options.group === null ? null : needColumn(frame, options.group, 'group column').name;
  const validation = planValidation({
    task,
    rowCount: target.rows.length,
    classCounts: task === 'regression' ? [] : proposal.classes.map((entry) => entry.count),
    timeColumn: time,
    groupColumn: group,
    splitColumn,
    ...(options.repeats == null ? {} : { repeats: options.repeats }),
    gap: (options.gap ?? 0) * timeUnit(frame, time),
    embargo: (options.embargo ?? 0) * timeUnit(frame, time),
    seed: options.seed,
    foldCount: options.folds,
    ...schemeOf(options, task, group),
  });
  const seal = validation.scheme === 'split' ? null : planSeal(target.rows.length, options.sealed ?? null);
  const prepared = input.prepare ? prepareRun(input, { inputs, task, target, validation, seal, time, group }) : null;
  return {
    task,
    taskReason: proposal.reason,
    classes: proposal.classes,
    positive: proposal.positive,
    findings,
    excluded,
    inputs,
    validation: prepared === null ? validation : { ...validation, foldCount: prepared.folds.length },
    time,
    seal: prepared === null || prepared.sealed !== null ? seal : null,
    rows: target.rows.length,
    missingTarget: target.missing,
    prepared,
  };
}

const microsecondsPerDay = 86_400e6;

/** What one unit of a gap is in the values of the time column: a day for dates, one for numbers. */
const timeUnit = (frame: Frame, time: string | null): number =>
  time !== null && findColumn(frame, time)?.type === 'timestamp' ? microsecondsPerDay : 1;

function timeColumn(input: ExamineInput, inputs: readonly InputSpec[]): string | null {
  const { options, frame } = input;
  if (options.time !== null) {
    const column = needColumn(frame, options.time, 'time column');
    if (column.type === 'string') {
      throw invalidInput('time-is-text', `The time column "${options.time}" is text.`, {
        hint: 'Choose a date or a number that grows with time.',
        details: { column: options.time },
      });
    }
    return options.time;
  }
  if (options.validation !== 'auto' && options.validation !== 'forward') return null;
  if (options.splitColumn != null) return null;
  return proposeTimeColumn(frame, inputs)?.column ?? null;
}

function schemeOf(options: ExamineOptions, task: Task, group: string | null): { scheme?: ValidationScheme } {
  const { validation } = options;
  if (validation === 'auto') return {};
  if ((validation === 'group' || validation === 'stratified-group') && group === null) {
    throw invalidInput('no-group-column', 'Group folds need a column that names the groups.', {
      hint: 'Name it with --group.',
    });
  }
  if (validation === 'split' && options.splitColumn == null) {
    throw invalidInput('no-split-column', 'A split of your own needs the column that holds it.', {
      hint: 'Name it with --split-column.',
    });
  }
  const classes = task !== 'regression';
  if (validation === 'cv' || validation === 'kfold' || validation === 'stratified') {
    const plain = classes && validation !== 'kfold' ? 'stratified' : 'kfold';
    return { scheme: group === null ? plain : classes ? 'stratified-group' : 'group' };
  }
  if (validation === 'group' || validation === 'stratified-group')
    return { scheme: classes ? 'stratified-group' : 'group' };
  return { scheme: validation };
}

function needSpec(specs: readonly InputSpec[], name: string): InputSpec {
  const spec = specs.find((candidate) => candidate.name === name);
  if (spec !== undefined) return spec;
  throw invalidInput('no-such-column', `There is no column "${name}".`, { details: { column: name } });
}
