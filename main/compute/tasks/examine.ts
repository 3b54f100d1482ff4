/**
 * Looks at a data set before training: the task, the classes, what would mislead, how to validate; and, for the run
 * itself, the labels and folds. One place, so that what the plan shows is what the run does.
 */

import { dataProblem, invalidInput } from '../../base/errors.ts';
import { inspectTraining, proposeTimeColumn, type TrainingFinding } from '../../ml/findings/inspect.ts';
import { detectTask, encodeTarget } from '../../ml/findings/target.ts';
import { type Frame, findColumn, type RawColumn } from '../../ml/frame.ts';
import type { InputSpec, Task } from '../../ml/model-spec.ts';
import { duplicateGroups, joinGroups } from '../../ml/validation/duplicates.ts';
import { planValidation, type ValidationPlan } from '../../ml/validation/plan.ts';
import { type Fold, splitRows } from '../../ml/validation/split.ts';
import type { TaskEnvironment } from '../environment.ts';
import { shareFloat64, shareInt32 } from '../shared-columns.ts';

export type ExamineOptions = {
  readonly target: string;
  readonly task: 'auto' | Task;
  readonly positive: string | null;
  readonly drop: readonly string[];
  readonly keep: readonly string[];
  readonly time: string | null;
  readonly group: string | null;
  readonly validation: 'auto' | 'holdout' | 'cv' | 'forward';
  readonly folds: number;
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
  for (const name of [...options.drop, ...options.keep]) needColumn(frame, name, '--drop or --keep');
  const candidates = specs.filter((spec) => spec.name !== options.target && !options.drop.includes(spec.name));
  const findings = inspectTraining({
    frame,
    inputs: candidates,
    target: options.target,
    task,
    label: target.label,
    classes: proposal.classes,
    seed: options.seed,
  }).map((finding) =>
    finding.excluded && finding.column !== null && options.keep.includes(finding.column)
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
    seed: options.seed,
    foldCount: options.folds,
    ...schemeOf(options, task, group),
  });
  const prepared = input.prepare ? prepareRun(input, inputs, task, target, validation, time, group) : null;
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
  time: string | null,
  group: string | null,
): PreparedRun {
  const { rows } = target;
  const all = rows.length === input.frame.rowCount;
  const pick = (name: string): RawColumn => {
    const column = needColumn(input.frame, name, 'column');
    return all ? column : takeRows(column, rows);
  };
  const frame: Frame = { rowCount: rows.length, columns: inputs.map((spec) => pick(spec.name)) };
  const label = shareFloat64(Float64Array.from(rows, (row) => target.label[row]));
  let groups = duplicateGroups(frame);
  if (group !== null) groups = joinGroups(groups, duplicateGroups(frame, [pick(group)]));
  const timeValues = time === null ? null : pick(time);
  const split = splitRows(validation, {
    task,
    label,
    groups,
    time: timeValues === null || timeValues.type === 'string' ? null : timeValues.values,
  });
  // Rows that must stay together can leave folds without any row to validate.
  const used = split.folds.filter((fold) => fold.valid.length > 0);
  if (used.some((fold) => fold.train.length === 0)) {
    throw dataProblem(
      'rows-all-equal',
      `All ${rows.length} rows are equal in the columns to predict "${input.options.target}" from, or belong to one group: nothing is left to check a model on.`,
      {
        hint: 'Add columns that differ between rows, or choose another group column.',
        details: { rows: rows.length, columns: inputs.map((spec) => spec.name).slice(0, 40) },
      },
    );
  }
  const folds = used.map((fold) => ({ train: shareInt32(fold.train), valid: shareInt32(fold.valid) }));
  return { rows: shareInt32(rows), label, frame, folds };
}

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
  if (options.validation === 'cv' || options.validation === 'holdout') return null;
  return proposeTimeColumn(frame, inputs)?.column ?? null;
}

function schemeOf(options: ExamineOptions, task: Task, group: string | null): { scheme?: ValidationPlan['scheme'] } {
  if (options.validation === 'cv')
    return { scheme: group !== null ? 'group' : task === 'regression' ? 'kfold' : 'stratified' };
  if (options.validation === 'holdout') return { scheme: 'holdout' };
  if (options.validation === 'forward') return { scheme: 'forward' };
  return {};
}

function needColumn(frame: Frame, name: string, what: string): RawColumn {
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

function takeRows(column: RawColumn, rows: Int32Array): RawColumn {
  return column.type === 'string'
    ? { ...column, codes: shareInt32(Int32Array.from(rows, (row) => column.codes[row])) }
    : { ...column, values: shareFloat64(Float64Array.from(rows, (row) => column.values[row])) };
}
