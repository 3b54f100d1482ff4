/** Labels, folds and sealed rows of a run, once its columns, its target and its validation are settled. */
import { dataProblem } from '../../base/errors.ts';
import type { Frame, RawColumn } from '../../ml/frame.ts';
import type { InputSpec, Task } from '../../ml/model-spec.ts';
import { duplicateGroups, joinGroups } from '../../ml/validation/duplicates.ts';
import { inTimeFolds } from '../../ml/validation/in-time.ts';
import type { ValidationPlan } from '../../ml/validation/plan.ts';
import { type SealPlan, sealRows } from '../../ml/validation/seal.ts';
import { type Fold, splitRows } from '../../ml/validation/split.ts';
import { readUserSplit } from '../../ml/validation/user-split.ts';
import { shareCells, shareFloat64, shareInt32 } from '../shared-columns.ts';
import type { ExamineInput, PreparedRun } from './examine.ts';
import { needColumn } from './need-column.ts';

/** What the examination has settled. */
export type SettledRun = {
  /** Columns the model may use. */
  readonly inputs: readonly InputSpec[];
  readonly task: Task;
  /** Label of every row of the data set, and the rows that have one. */
  readonly target: { readonly label: Float64Array; readonly rows: Int32Array };
  readonly validation: ValidationPlan;
  readonly seal: SealPlan | null;
  readonly time: string | null;
  readonly group: string | null;
};

/** Seals rows and deals the others into folds. Throws data-problem `rows-all-equal` where no fold has both sides. */
export function prepareRun(
  { frame, options }: Pick<ExamineInput, 'frame' | 'options'>,
  { inputs, task, target, validation, seal, time, group }: SettledRun,
): PreparedRun {
  const known = viewOf(frame, inputs, target.rows);
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
  const view = sealedRows.length === 0 ? known : viewOf(frame, inputs, rows);
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
      `All ${rows.length} rows are equal in the columns to predict "${options.target}" from, or belong to one group: nothing is left to check a model on.`,
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
          frame: viewOf(frame, inputs, sealedRows).frame,
        };
  const weight = options.weight == null ? null : view.pick(options.weight);
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
    return all ? column : shareCells(column, rows);
  };
  return { frame: { rowCount: rows.length, columns: inputs.map((spec) => pick(spec.name)) }, pick };
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
