/**
 * Looks at a data set before training: the task, the classes, what would mislead, how to validate; and, for the run
 * itself, the labels and folds. One place, so that what the plan shows is what the run does.
 */

import { dataProblem, invalidInput } from '../../base/errors.ts';
import { apartFindings } from '../../ml/findings/apart.ts';
import { inspectTraining, proposeTimeColumn, type TrainingFinding } from '../../ml/findings/inspect.ts';
import { detectTask, encodeTarget } from '../../ml/findings/target.ts';
import { type Frame, findColumn, type RawColumn } from '../../ml/frame.ts';
import type { InputSpec, Task } from '../../ml/model-spec.ts';
import { duplicateGroups, joinGroups } from '../../ml/validation/duplicates.ts';
import { inTimeFolds } from '../../ml/validation/in-time.ts';
import { planValidation, type ValidationPlan, type ValidationScheme } from '../../ml/validation/plan.ts';
import { planSeal, type SealPlan, sealRows } from '../../ml/validation/seal.ts';
import { type Fold, splitRows } from '../../ml/validation/split.ts';
import { readUserSplit } from '../../ml/validation/user-split.ts';
import type { TaskEnvironment } from '../environment.ts';
import { shareFloat64, shareInt32 } from '../shared-columns.ts';

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
  const prepared = input.prepare ? prepareRun(input, inputs, task, target, validation, seal, time, group) : null;
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

function prepareRun(
  input: ExamineInput,
  inputs: readonly InputSpec[],
  task: Task,
  target: { readonly label: Float64Array; readonly rows: Int32Array },
  validation: ValidationPlan,
  seal: SealPlan | null,
  time: string | null,
  group: string | null,
): PreparedRun {
  const known = viewOf(input.frame, inputs, target.rows);
  const knownLabel = Float64Array.from(target.rows, (row) => target.label[row]);
  const assignedAll = validation.scheme === 'split' ? readUserSplit(known.pick(validation.column ?? '')) : null;
  const marks =
    assignedAll?.sealed ??
    (seal === null
      ? null
      : sealRows(seal, {
          task,
          label: knownLabel,
          groups: keptTogether(known, group).all,
          time: validation.scheme === 'forward' ? timesOf(known, time) : null,
        }));
  const isSealed = (i: number): boolean => marks !== null && marks[i] === 1;
  const rows = target.rows.filter((_, i) => !isSealed(i));
  const sealedRows = target.rows.filter((_, i) => isSealed(i));
  const view = sealedRows.length === 0 ? known : viewOf(input.frame, inputs, rows);
  const label = shareFloat64(knownLabel.filter((_, i) => !isSealed(i)));
  const { all: groups, user } = keptTogether(view, group);
  const split = splitRows(validation, {
    task,
    label,
    groups,
    apart: user,
    time: timesOf(view, time),
    assigned: assignedAll?.foldOf.filter((_, i) => !isSealed(i)) ?? null,
  });
  // Rows that must stay together can leave folds without any row to validate.
  const used = split.folds.filter((fold) => fold.valid.length > 0);
  if (used.length === 0 || used.some((fold) => fold.train.length === 0)) {
    throw dataProblem(
      'rows-all-equal',
      `All ${rows.length} rows are equal in the columns to predict "${input.options.target}" from, or belong to one group: nothing is left to check a model on.`,
      {
        hint: 'Add columns that differ between rows, or choose another group column.',
        details: { rows: rows.length, columns: inputs.map((spec) => spec.name).slice(0, 40) },
      },
    );
  }
  const share = ({ train, valid }: Fold): Fold => ({ train: shareInt32(train), valid: shareInt32(valid) });
  const folds = used.map(share);
  const inTime = inTimeFolds(validation, { task, label, groups })?.map(share);
  const sealed =
    sealedRows.length === 0
      ? null
      : {
          rows: shareInt32(sealedRows),
          label: shareFloat64(knownLabel.filter((_, i) => isSealed(i))),
          frame: viewOf(input.frame, inputs, sealedRows).frame,
        };
  const weight = input.options.weight == null ? null : view.pick(input.options.weight);
  const weights = weight === null || weight.type === 'string' ? null : shareFloat64(Float64Array.from(weight.values));
  return {
    rows: shareInt32(rows),
    label,
    frame: view.frame,
    folds,
    ...(inTime === undefined ? {} : { inTime }),
    weights,
    groups: shareInt32(groups),
    sealed,
  };
}

type RowView = { readonly frame: Frame; readonly pick: (name: string) => RawColumn };

/** The input columns of some rows, and any other column of the same rows. */
function viewOf(source: Frame, inputs: readonly InputSpec[], rows: Int32Array): RowView {
  const all = rows.length === source.rowCount;
  const pick = (name: string): RawColumn => {
    const column = needColumn(source, name, 'column');
    return all ? column : takeRows(column, rows);
  };
  return { frame: { rowCount: rows.length, columns: inputs.map((spec) => pick(spec.name)) }, pick };
}

/** The name of the weight column, whose values in the given rows are numbers from zero on. Throws invalid-input, data-problem. */
export function checkedWeights(frame: Frame, name: string, rows: Int32Array): string {
  const column = needColumn(frame, name, 'weight column');
  if (column.type !== 'double') {
    throw invalidInput('weights-no-number', `The weight column "${name}" holds no numbers.`, {
      hint: 'Choose a column of numbers from zero on.',
      details: { column: name },
    });
  }
  const wrong = rows.filter((row) => !(column.values[row] >= 0 && column.values[row] < Number.POSITIVE_INFINITY));
  if (wrong.length === 0) return name;
  const value = column.values[wrong[0]];
  const first = Number.isNaN(value) ? 'no weight' : `the weight ${value}`;
  throw dataProblem(
    'weights',
    `${wrong.length === 1 ? 'One row has' : `${wrong.length} rows have`} no usable weight in "${name}"; row ${wrong[0] + 1} has ${first}.`,
    {
      hint: 'Weights are numbers from zero on; a row of weight zero is not learned from, but is checked like any other.',
      details: { column: name, rows: wrong.length, row: wrong[0] + 1 },
    },
  );
}

/** Rows that must not part: equal ones and those of a user's group; and the user's groups alone. */
function keptTogether(view: RowView, group: string | null): { all: Int32Array; user: Int32Array | null } {
  const equal = duplicateGroups(view.frame);
  if (group === null) return { all: equal, user: null };
  const user = duplicateGroups(view.frame, [view.pick(group)]);
  return { all: joinGroups(equal, user), user };
}

function timesOf(view: RowView, time: string | null): Float64Array | null {
  if (time === null) return null;
  const column = view.pick(time);
  return column.type === 'string' ? null : column.values;
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

/** A column by name. Throws invalid-input `no-such-column`, naming what it was wanted for. */
export function needColumn(frame: Frame, name: string, what: string): RawColumn {
  const column = findColumn(frame, name);
  if (column !== null) return column;
  throw invalidInput('no-such-column', `There is no column "${name}" (${what}).`, {
    hint: `Columns: ${frame.columns
      .map((c) => c.name)
      .slice(0, 40)
      .join(', ')}.`,
    details: { column: name },
  });
}

function needSpec(specs: readonly InputSpec[], name: string): InputSpec {
  const spec = specs.find((candidate) => candidate.name === name);
  if (spec !== undefined) return spec;
  throw invalidInput('no-such-column', `There is no column "${name}".`, { details: { column: name } });
}

/** The values of some rows, on shared memory; text keeps all levels. */
export function takeRows(column: RawColumn, rows: Int32Array): RawColumn {
  return column.type === 'string'
    ? { ...column, codes: shareInt32(Int32Array.from(rows, (row) => column.codes[row])) }
    : { ...column, values: shareFloat64(Float64Array.from(rows, (row) => column.values[row])) };
}
