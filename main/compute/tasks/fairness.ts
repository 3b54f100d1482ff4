import { cutColumn } from '../../ml/evaluate/cut-columns.ts';
import { type Fairness, fairnessOf } from '../../ml/evaluate/fairness.ts';
import type { RawColumn } from '../../ml/frame.ts';
import type { Task } from '../../ml/model-spec.ts';
import type { TaskEnvironment } from '../environment.ts';

export type FairnessTaskInput = {
  readonly task: Task;
  readonly classCount: number;
  readonly outputs: Float64Array;
  readonly labels: Float64Array;
  /** Values of the judged rows in the column to group by. */
  readonly column: RawColumn;
  /** Binary: a row is chosen from this probability on. */
  readonly threshold: number;
};

/** How the groups of a column fare; null where all rows are in one group. */
export function fairness(input: FairnessTaskInput, _environment: TaskEnvironment): Fairness | null {
  const { column, labels } = input;
  const rows = Int32Array.from({ length: labels.length }, (_, i) => i);
  const cut = cutColumn(column, rows);
  if (cut === null) return null;
  return fairnessOf({ ...input, of: Int32Array.from(cut.cellOf), values: cut.cells });
}
