/**
 * The examination of a run that continues a model: like any other, but of the rows that are new to the model. They alone
 * are dealt into folds and sealed; rows the model learned from, or that belong with such rows, train in every fold and
 * judge in none.
 */
import { bug, dataProblem } from '../../base/errors.ts';
import { joinArrays } from '../../base/typed-arrays.ts';
import { classText } from '../../ml/findings/classes.ts';
import { proposeTimeColumn } from '../../ml/findings/inspect.ts';
import { encodeTarget } from '../../ml/findings/target.ts';
import type { Frame, RawColumn } from '../../ml/frame.ts';
import type { InputSpec, Task } from '../../ml/model-spec.ts';
import { knownRows } from '../../ml/validation/known-rows.ts';
import type { TaskEnvironment } from '../environment.ts';
import { shareCells, shareFloat64, shareInt32 } from '../shared-columns.ts';
import { checkedWeights } from './checked-weights.ts';
import { type Examination, type ExamineOptions, examine, type PreparedRun } from './examine.ts';
import { needColumn } from './need-column.ts';

export type ExamineNewRowsInput = {
  readonly frame: Frame;
  /** The columns the model reads, and the target last. */
  readonly specs: readonly InputSpec[];
  readonly options: ExamineOptions;
  /** The model that is continued: its name, what it predicts, and what it learned from; null where that is not known. */
  readonly model: {
    readonly name: string;
    readonly task: Task;
    readonly classes: readonly string[];
    readonly learnedFrom: readonly Frame[] | null;
  };
};

/** A prepared examination, and how many of its rows only train because the model knows them. */
export type ExaminedNewRows = {
  readonly examination: Examination & { readonly prepared: PreparedRun };
  readonly knownRows: number;
};

/** Fewer rows cannot tell a better model from luck. */
const fewestNewRows = 50;

/** Throws data-problem for classes the model does not know and for too few new rows, and what the examination throws. */
export function examineNewRows(input: ExamineNewRowsInput, environment: TaskEnvironment): ExaminedNewRows {
  const { frame, specs, options, model } = input;
  const inputs = specs.filter(({ name }) => name !== options.target);
  const targetSpec = specs.find(({ name }) => name === options.target);
  const column = needColumn(frame, options.target, 'target');
  const logicalType = targetSpec?.logicalType ?? 'text';
  const target = encodeTarget(column, logicalType, model.task, model.classes);
  if (model.task !== 'regression') refuseOtherClasses(column, logicalType, model, target.label);
  const time = options.time ?? proposedTime(frame, inputs, options);
  const known = knownRows(frame, model.learnedFrom ?? [], {
    inputs: inputs.map(({ name }) => name),
    group: options.group,
    time,
  });
  const fresh = target.rows.filter((row) => known[row] === 0);
  const old = target.rows.filter((row) => known[row] === 1);
  refuseFewRows(fresh.length, target.rows.length, model.name);
  refuseOneClass(fresh, target.label, model);
  const found = examine(
    {
      frame: { rowCount: fresh.length, columns: frame.columns.map((each) => shareCells(each, fresh)) },
      specs,
      options: { ...options, time, task: model.task, positive: model.task === 'binary' ? model.classes[1] : null },
      prepare: true,
    },
    environment,
  );
  const { prepared } = found;
  if (prepared === null) throw bug('the examination prepared nothing');
  if (options.weight != null) checkedWeights(frame, options.weight, old);
  const counts = new Float64Array(model.classes.length);
  if (counts.length > 0) for (const row of target.rows) counts[target.label[row]]++;
  return {
    examination: {
      ...found,
      classes: model.classes.map((value, k) => ({ value, count: counts[k] })),
      positive: model.task === 'binary' ? model.classes[1] : null,
      rows: target.rows.length,
      missingTarget: target.missing,
      validation: { ...found.validation, reason: reasonFor(found.validation.reason, model, fresh.length, old.length) },
      prepared: withKnownRows(prepared, {
        fresh,
        old,
        label: target.label,
        source: frame,
        weight: options.weight ?? null,
      }),
    },
    knownRows: old.length,
  };
}

const reasonFor = (
  reason: string,
  { name, learnedFrom }: ExamineNewRowsInput['model'],
  fresh: number,
  old: number,
): string =>
  learnedFrom === null
    ? reason
    : `${reason} Only the ${fresh} rows that are new to “${name}” check it${old === 0 ? '' : `; ${old} known ones train along`}.`;

/** The column folds go forward in where none is named, as for any other run. */
const proposedTime = (frame: Frame, inputs: readonly InputSpec[], options: ExamineOptions): string | null =>
  (options.validation === 'auto' || options.validation === 'forward') && options.splitColumn == null
    ? (proposeTimeColumn(frame, inputs)?.column ?? null)
    : null;

function refuseOtherClasses(
  column: RawColumn,
  logicalType: InputSpec['logicalType'],
  model: ExamineNewRowsInput['model'],
  label: Float64Array,
): void {
  const others = new Set<string>();
  let rows = 0;
  for (let row = 0; row < label.length; row++) {
    const text = Number.isNaN(label[row]) ? classText(column, row, logicalType) : null;
    if (text === null) continue;
    others.add(text);
    rows++;
  }
  if (rows === 0) return;
  const named = [...others].slice(0, 5).map((text) => `“${text}”`);
  throw dataProblem(
    'continue-classes',
    `“${column.name}” is ${named.join(', ')}${others.size > named.length ? ' …' : ''} in ${rows} ${rows === 1 ? 'row' : 'rows'}; “${model.name}” knows only ${model.classes.slice(0, 20).join(', ')}.`,
    {
      hint: 'A model’s classes are fixed. Train a new model to learn others, or leave those rows out.',
      details: { column: column.name, rows },
    },
  );
}

function refuseFewRows(fresh: number, all: number, name: string): void {
  if (fresh >= fewestNewRows) return;
  throw dataProblem(
    'continue-no-new-rows',
    fresh === 0
      ? `Every one of the ${all} rows is one that “${name}” learned from, or belongs with one: nothing is left to check a continued model on.`
      : `Only ${fresh} of the ${all} rows are new to “${name}”; at least ${fewestNewRows} are needed to check a continued model on rows it did not learn from.`,
    {
      hint: 'Import more rows as a new version of the data set. To look for a better model on the same rows, train anew with --warm-start.',
      details: { rows: fresh },
    },
  );
}

function refuseOneClass(fresh: Int32Array, label: Float64Array, model: ExamineNewRowsInput['model']): void {
  if (model.task === 'regression' || fresh.some((row) => label[row] !== label[fresh[0]])) return;
  throw dataProblem(
    'continue-one-class',
    `All ${fresh.length} rows that are new to “${model.name}” are of one class, ${model.classes[label[fresh[0]]]}: a model cannot be checked on them.`,
    { hint: 'Import new rows of every class.', details: { rows: fresh.length } },
  );
}

/** Puts the known rows behind the new ones: they train in every fold. Labels are the model's own class numbers. */
function withKnownRows(
  prepared: PreparedRun,
  rows: {
    readonly fresh: Int32Array;
    readonly old: Int32Array;
    readonly label: Float64Array;
    readonly source: Frame;
    readonly weight: string | null;
  },
): PreparedRun {
  const { fresh, old, label, source, weight } = rows;
  const own = prepared.rows.map((row) => fresh[row]);
  const all = shareInt32(joinArrays(Int32Array, [own, old]));
  const behind = Int32Array.from(old, (_, i) => own.length + i);
  const columns = prepared.frame.columns.map(({ name }) => shareCells(needColumn(source, name, 'column'), all));
  const weights = weight === null ? null : shareCells(needColumn(source, weight, 'weight column'), all);
  const labelsOf = (some: Int32Array): Float64Array => shareFloat64(Float64Array.from(some, (row) => label[row]));
  const groupCount = prepared.groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const sealed = prepared.sealed;
  const sealedRows = sealed === null ? null : sealed.rows.map((row) => fresh[row]);
  return {
    rows: all,
    label: labelsOf(all),
    frame: { rowCount: all.length, columns },
    folds: prepared.folds.map(({ train, valid }) => ({
      train: shareInt32(joinArrays(Int32Array, [train, behind])),
      valid,
    })),
    weights: weights === null || weights.type === 'string' ? null : weights.values,
    groups: shareInt32(joinArrays(Int32Array, [prepared.groups, Int32Array.from(old, (_, i) => groupCount + i)])),
    sealed:
      sealed === null || sealedRows === null
        ? null
        : { rows: shareInt32(sealedRows), label: labelsOf(sealedRows), frame: sealed.frame },
  };
}
