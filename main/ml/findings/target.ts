/** What the target asks for: task, classes, positive class, and the labels of the rows. Each choice carries its reason. */
import { dataProblem, invalidInput } from '../../base/errors.ts';
import type { RawColumn } from '../frame.ts';
import type { InputSpec, Task } from '../model-spec.ts';
import { type ClassCount, choosePositive, classesOf, classText } from './classes.ts';
import { columnFacts } from './columns.ts';

type LogicalType = InputSpec['logicalType'];

export type TaskProposal = {
  readonly task: Task;
  readonly reason: string;
  /** Binary: [negative, positive]; multiclass: in natural order; empty for regression. */
  readonly classes: readonly ClassCount[];
  readonly positive: string | null;
  readonly positiveReason: string | null;
};

export type TaskOptions = { readonly task?: Task; readonly positive?: string };

/** Most classes that are still taken for classes. */
export const mostClasses = 1000;
const fewestRows = 10;

/** Predictions and sums of squares beyond it would leave float32. */
const largestTarget = 1e30;

const classWords = /class|type|label|categor|species|cluster|segment|kind|family|genre|variety|status|outcome_code/i;
const amountWords =
  /quality|score|rating|grade|rank|count|number|num|quantity|amount|age|days|hours|minutes|years|price|cost|sales|total|stars|level|size|visits|rooms/i;
/**
 * Proposes the task for a target column, or checks the one asked for. Throws data-problem when nothing can be learned
 * from it: all missing, constant, too few rows, a date, an id or free text, a class of one row in a binary problem;
 * invalid-input when the task or the positive class asked for does not fit.
 */
export function detectTask(column: RawColumn, logicalType: LogicalType, options: TaskOptions = {}): TaskProposal {
  const facts = columnFacts(column);
  const known = facts.rowCount - facts.missing;
  const name = column.name;
  const details = { column: name };
  if (column.type === 'timestamp') {
    throw dataProblem('target-date', `The target "${name}" is a date; a date cannot be predicted directly.`, {
      hint: 'Choose another target, or add a column with the days until it.',
      details,
    });
  }
  if (known === 0) {
    throw dataProblem('target-missing', `The target "${name}" has no value in any row.`, {
      hint: 'Choose another target or load data with outcomes.',
      details,
    });
  }
  if (facts.distinct === 1) {
    throw dataProblem(
      'target-constant',
      `The target "${name}" has the same value in every row, so there is nothing to learn.`,
      {
        hint: 'Load rows with other outcomes or choose another target.',
        details,
      },
    );
  }
  if (known < fewestRows) {
    throw dataProblem(
      'too-few-rows',
      `Only ${known} rows have a value of the target "${name}"; at least ${fewestRows} are needed.`,
      {
        hint: 'Load more rows.',
        details: { column: name, rows: known },
      },
    );
  }
  const { task, reason } =
    options.task === undefined
      ? propose(column, logicalType, facts.distinct)
      : {
          task: options.task,
          reason: `${taskNames[options.task]}, as asked for.`,
        };
  if (task === 'regression') {
    checkNumeric(column, facts, logicalType);
    return { task, reason, classes: [], positive: null, positiveReason: null };
  }
  const classes = classesOf(column, logicalType);
  if (task === 'multiclass') {
    checkClassCount(name, classes.length, known);
    return { task, reason, classes, positive: null, positiveReason: null };
  }
  if (classes.length !== 2) {
    throw invalidInput(
      'not-binary',
      `The target "${name}" has ${classes.length} different values, a binary problem needs 2.`,
      {
        hint: 'Leave the task open or ask for multiclass.',
        details,
      },
    );
  }
  const lone = classes.find((entry) => entry.count < 2);
  if (lone !== undefined) {
    throw dataProblem(
      'class-too-small',
      `Only one row has "${name}" = ${lone.value}; a class needs at least 2 rows to be learned and checked.`,
      {
        hint: 'Load more rows of that class or choose another target.',
        details: { column: name, class: lone.value, rows: lone.count },
      },
    );
  }
  const chosen = choosePositive(name, classes, options.positive);
  const ordered = classes[0].value === chosen.positive ? [classes[1], classes[0]] : classes;
  return { task, reason, classes: ordered, positive: chosen.positive, positiveReason: chosen.reason };
}

const taskNames: Record<Task, string> = {
  binary: 'A yes-or-no question',
  multiclass: 'One of several classes',
  regression: 'A number',
};

function propose(column: RawColumn, logicalType: LogicalType, distinct: number): { task: Task; reason: string } {
  const name = column.name;
  if (distinct === 2) return { task: 'binary', reason: `"${name}" has two different values.` };
  if (column.type === 'string') {
    return { task: 'multiclass', reason: `"${name}" is text with ${distinct} different values.` };
  }
  const integers = columnFacts(column).integers;
  if (!integers || distinct > 20)
    return { task: 'regression', reason: `"${name}" is a number with ${distinct} different values.` };
  if (logicalType === 'boolean') return { task: 'binary', reason: `"${name}" is yes or no.` };
  const say = `"${name}" holds ${distinct} different whole numbers`;
  if (amountWords.test(name)) {
    return {
      task: 'regression',
      reason: `${say} and its name speaks of an amount or grade, so they are predicted as a number; ask for multiclass if they are codes.`,
    };
  }
  if (classWords.test(name)) {
    return {
      task: 'multiclass',
      reason: `${say} and its name speaks of classes, so they are taken as codes; ask for regression if their order matters.`,
    };
  }
  if (distinct <= 5 && startsAtZeroOrOne(column, distinct)) {
    return { task: 'multiclass', reason: `${say} that look like codes; ask for regression if their order matters.` };
  }
  return {
    task: 'regression',
    reason: `${say} in a natural order, so they are predicted as a number; ask for multiclass if they are codes.`,
  };
}

function startsAtZeroOrOne(column: RawColumn, distinct: number): boolean {
  if (column.type === 'string') return false;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of column.values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return (low === 0 || low === 1) && high - low + 1 === distinct;
}

function checkNumeric(column: RawColumn, facts: ReturnType<typeof columnFacts>, logicalType: LogicalType): void {
  const details = { column: column.name };
  if (column.type === 'string') {
    throw invalidInput('not-numeric', `The target "${column.name}" is text; a regression needs numbers.`, {
      hint: 'Leave the task open or correct the column type at import.',
      details,
    });
  }
  if (facts.infinite > 0) {
    throw dataProblem('target-infinite', `The target "${column.name}" is infinite in ${facts.infinite} rows.`, {
      hint: 'Remove or correct those rows.',
      details: { column: column.name, rows: facts.infinite },
    });
  }
  const huge = column.values.reduce((count, value) => count + (Math.abs(value) > largestTarget ? 1 : 0), 0);
  if (huge > 0) {
    throw dataProblem('target-range', `The target "${column.name}" is beyond ±1e30 in ${huge} rows.`, {
      hint: 'Remove those rows or divide the target by a constant.',
      details: { column: column.name, rows: huge },
    });
  }
  const unique = facts.distinct === facts.rowCount - facts.missing;
  if (logicalType === 'integer' && unique && facts.consecutive && facts.rowCount >= 20) {
    throw dataProblem('target-id', `The target "${column.name}" counts the rows one by one; it looks like an id.`, {
      hint: 'Choose the column that holds the outcome.',
      details,
    });
  }
}

function checkClassCount(name: string, classCount: number, rows: number): void {
  if (classCount <= Math.min(mostClasses, Math.max(3, rows / 2))) return;
  const looks =
    classCount > rows / 2
      ? 'It looks like an id or free text.'
      : `At most ${mostClasses} classes are learned: every class is a model of its own.`;
  throw dataProblem(
    'target-text',
    `The target "${name}" has ${classCount} different values in ${rows} rows. ${looks}`,
    {
      hint: 'Choose the column that holds the outcome, or group its values.',
      details: { column: name, classes: classCount },
    },
  );
}

export type EncodedTarget = {
  /** 0/1, class index or value of every row; NaN where missing or not among the classes. */
  readonly label: Float64Array;
  /** Rows with a label, ascending. */
  readonly rows: Int32Array;
  /** Rows without one. */
  readonly missing: number;
};

/** Labels of all rows for a task and its class texts (binary: [negative, positive]). Infinite targets count as missing. */
export function encodeTarget(
  column: RawColumn,
  logicalType: LogicalType,
  task: Task,
  classes: readonly string[],
): EncodedTarget {
  const rowCount = column.type === 'string' ? column.codes.length : column.values.length;
  const label = new Float64Array(rowCount).fill(Number.NaN);
  if (task === 'regression') {
    if (column.type === 'string')
      throw invalidInput('not-numeric', `The target "${column.name}" is text, not a number.`);
    for (let row = 0; row < rowCount; row++) {
      label[row] = Number.isFinite(column.values[row]) ? column.values[row] : Number.NaN;
    }
  } else {
    const index = new Map(classes.map((value, k) => [value, k]));
    for (let row = 0; row < rowCount; row++) {
      const text = classText(column, row, logicalType);
      label[row] = text === null ? Number.NaN : (index.get(text) ?? Number.NaN);
    }
  }
  const rows = Int32Array.from(label.keys()).filter((row) => !Number.isNaN(label[row]));
  return { label, rows, missing: rowCount - rows.length };
}
