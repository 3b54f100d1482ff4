/** Checks before training: what in the columns would mislead a model, which of them stay out by default, and why. */
import { deriveSeed } from '../../base/rng.ts';
import { type Frame, findColumn, type RawColumn } from '../frame.ts';
import type { InputSpec, Task } from '../model-spec.ts';
import { duplicateCount, duplicateGroups } from '../validation/duplicates.ts';
import { type ColumnFacts, columnFacts, nameHintsId } from './columns.ts';
import { type DateLeak, dateLeaks } from './date-leak.ts';
import { leakLimits, leakSample, singleColumnStrength } from './leak.ts';
import { orderLeak } from './order-leak.ts';
import { sumLeak } from './sum-leak.ts';

export type FindingKind =
  | 'missing-target'
  | 'small-class'
  | 'imbalance'
  | 'all-missing'
  | 'constant'
  | 'id-like'
  | 'free-text'
  | 'leak'
  | 'date'
  | 'high-cardinality'
  | 'infinite'
  | 'duplicate-rows'
  | 'split-overlap'
  | 'group-overlap';

export type TrainingFinding = {
  readonly kind: FindingKind;
  readonly column: string | null;
  readonly severity: 'info' | 'warn' | 'block';
  /** Rows, levels or classes concerned; null where a count says nothing. */
  readonly count: number | null;
  readonly message: string;
  /** True when the column is left out of training unless the user keeps it. */
  readonly excluded: boolean;
};

export type InspectInput = {
  readonly frame: Frame;
  /** Candidate features: every column but the target. */
  readonly inputs: readonly InputSpec[];
  readonly target: string;
  readonly task: Task;
  /** From `encodeTarget`: NaN where missing. */
  readonly label: Float64Array;
  readonly classes: readonly { readonly value: string; readonly count: number }[];
  readonly seed: number;
  /** Levels a category keeps in the recipe. */
  readonly maxLevels?: number;
};

/** All findings, blocking ones first. Deterministic for a seed. */
export function inspectTraining(input: InspectInput): TrainingFinding[] {
  const sample = leakSample(input.label, deriveSeed(input.seed, 'leak'));
  const findings = targetFindings(input);
  const usable: RawColumn[] = [];
  for (const spec of input.inputs) {
    const column = findColumn(input.frame, spec.name);
    if (column === null) continue;
    const facts = columnFacts(column);
    const found = columnFindings(column, facts, input.maxLevels ?? 254);
    if (!found.some((finding) => finding.excluded)) {
      const leak = leakFinding(column, input, sample);
      if (leak !== null) found.push(leak);
    }
    if (!found.some((finding) => finding.excluded)) usable.push(column);
    findings.push(...found);
  }
  const together =
    input.task === 'regression'
      ? partsLeak(sumLeak(usable, input.label, sample))
      : orderedLeak(orderLeak(usable, input.label, sample, input.classes.length));
  findings.push(...together);
  findings.push(
    ...dateLeaks(usable, input.label, sample, input.task, input.classes.length).map((leak) =>
      datedLeak(leak, input.task),
    ),
  );
  const given = new Set(together.map(({ column }) => column));
  const repeated = repeatedRows(
    input.frame,
    usable.filter((column) => !given.has(column.name)),
  );
  if (repeated !== null) findings.push(repeated);
  const rank = { block: 0, warn: 1, info: 2 };
  return findings.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

/** Fewer rows make a class small. */
const fewRows = 10;
/** More small classes than this are told in one sentence. */
const mostSmallClasses = 10;

function targetFindings(input: InspectInput): TrainingFinding[] {
  const found: TrainingFinding[] = [];
  const missing = input.label.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  const add = (kind: FindingKind, severity: 'info' | 'warn', count: number, message: string): void => {
    found.push({ kind, column: input.target, severity, count, message, excluded: false });
  };
  if (missing > 0) {
    add(
      'missing-target',
      'warn',
      missing,
      `${rowsText(missing)} without a value of "${input.target}" are not learned from.`,
    );
  }
  const small = input.classes.filter(({ count }) => count < fewRows);
  if (small.length > mostSmallClasses) {
    const lone = small.filter(({ count }) => count === 1).length;
    add(
      'small-class',
      'warn',
      small.length,
      `${small.length} of ${input.classes.length} classes have fewer than ${fewRows} rows (${small
        .slice(0, 3)
        .map(({ value }) => `"${value}"`)
        .join(', ')} …): they can hardly be learned or checked.${
        lone === 0
          ? ''
          : ` ${lone} of them ${lone === 1 ? 'has' : 'have'} one row, so the fold that checks it never learned its class.`
      }`,
    );
  } else {
    for (const { value, count } of small) {
      add(
        'small-class',
        'warn',
        count,
        `Only ${rowsText(count)} of class "${value}": it can hardly be learned or checked.`,
      );
    }
  }
  const known = input.classes.reduce((total, entry) => total + entry.count, 0);
  const smallest = input.classes.reduce((least, entry) => Math.min(least, entry.count), known);
  if (input.task === 'binary' && smallest / known < 0.05) {
    const rarest = input.classes.find((entry) => entry.count === smallest)?.value ?? '';
    add(
      'imbalance',
      'info',
      smallest,
      `Only ${percent(smallest / known)} of the rows are "${rarest}"; judge by ranking and money, not by accuracy.`,
    );
  }
  return found;
}

function columnFindings(column: RawColumn, facts: ColumnFacts, maxLevels: number): TrainingFinding[] {
  const name = column.name;
  const known = facts.rowCount - facts.missing;
  const one = (
    kind: FindingKind,
    severity: TrainingFinding['severity'],
    count: number | null,
    message: string,
    excluded: boolean,
  ): TrainingFinding => ({ kind, column: name, severity, count, message, excluded });
  if (known === 0) return [one('all-missing', 'warn', facts.rowCount, `"${name}" is empty in every row.`, true)];
  if (facts.distinct === 1 && facts.missing === 0) {
    return [one('constant', 'info', facts.rowCount, `"${name}" has the same value in every row.`, true)];
  }
  const id = idReason(column, facts, known);
  if (id !== null) return [one(id.kind, 'block', facts.distinct, id.message, true)];
  const found: TrainingFinding[] = [];
  if (column.type === 'timestamp') {
    found.push(
      one('date', 'info', known, `"${name}" is a date; its calendar parts and the days passed are used.`, false),
    );
  }
  if (column.type === 'string' && facts.distinct > maxLevels) {
    const message = `"${name}" has ${facts.distinct} different values; the ${maxLevels} most frequent are kept, the others count as one.`;
    found.push(one('high-cardinality', 'warn', facts.distinct, message, false));
  }
  if (facts.infinite > 0) {
    const message = `"${name}" is infinite in ${rowsText(facts.infinite)}; trees use it as it is, linear models clip it.`;
    found.push(one('infinite', 'warn', facts.infinite, message, false));
  }
  return found;
}

/** Why a column only names rows, or null. */
function idReason(
  column: RawColumn,
  facts: ColumnFacts,
  known: number,
): { kind: 'id-like' | 'free-text'; message: string } | null {
  if (known < 20) return null;
  const name = column.name;
  const share = facts.distinct / known;
  const hinted = nameHintsId(name);
  if (column.type === 'string') {
    if (share >= 0.5 && hinted)
      return {
        kind: 'id-like',
        message: `"${name}" looks like an id: ${facts.distinct} different values in ${known} rows.`,
      };
    if (share >= 0.95)
      return {
        kind: 'free-text',
        message: `"${name}" differs in nearly every row (${facts.distinct} of ${known}), like a name or free text.`,
      };
    return null;
  }
  if (column.type === 'timestamp' || !facts.integers) return null;
  if (hinted && share >= 0.9)
    return { kind: 'id-like', message: `"${name}" looks like an id: whole numbers that hardly repeat.` };
  if (share === 1 && facts.infinite === 0 && (facts.consecutive || facts.monotone)) {
    const how = facts.consecutive ? 'counts the rows one by one' : 'only ever rises or falls and never repeats';
    return { kind: 'id-like', message: `"${name}" ${how}; it looks like an id.` };
  }
  return null;
}

function leakFinding(column: RawColumn, input: InspectInput, sample: Int32Array): TrainingFinding | null {
  if (sample.length < 50) return null;
  const strength = singleColumnStrength(column, input.label, sample, input.task, input.classes.length);
  if (strength < leakLimits.warn) return null;
  const block = strength >= leakLimits.block;
  const measure = input.task === 'regression' ? 'R²' : 'Gini';
  const message = block
    ? `"${column.name}" alone gives the target away (${measure} ${strength.toFixed(3)}); it is probably known only afterwards.`
    : `"${column.name}" alone predicts the target suspiciously well (${measure} ${strength.toFixed(3)}); check that it is known beforehand.`;
  return {
    kind: 'leak',
    column: column.name,
    severity: block ? 'block' : 'warn',
    count: null,
    message,
    excluded: block,
  };
}

const lagHint = 'they are known with it, not before. If they are known some time after their row, say so with a lag.';
const quoted = (columns: readonly string[]): string => columns.map((name) => `"${name}"`).join(' and ');

function partsLeak(parts: ReturnType<typeof sumLeak>): TrainingFinding[] {
  if (parts === null) return [];
  const share = `R² ${parts.explained.toFixed(4)}`;
  return leakTogether(
    parts.columns,
    `${quoted(parts.columns)} together are the target (${share}), like the parts of a total: ${lagHint}`,
  );
}

function orderedLeak(pair: ReturnType<typeof orderLeak>): TrainingFinding[] {
  if (pair === null) return [];
  const share = `${(100 * pair.share).toFixed(1)} % of rows`;
  return leakTogether(
    pair.columns,
    `Which of ${quoted(pair.columns)} is larger gives the target (${share}), like a score gives a result: ${lagHint}`,
  );
}

/** A date that is known only after its row, and says the target by how long after. */
function datedLeak({ later, earlier, strength }: DateLeak, task: Task): TrainingFinding {
  const block = strength >= leakLimits.block;
  const measure = `${task === 'regression' ? 'R²' : 'Gini'} ${strength.toFixed(3)}`;
  return {
    kind: 'leak',
    column: later,
    severity: block ? 'block' : 'warn',
    count: null,
    message: `"${later}" is later than "${earlier}" in its row, and how much later ${block ? 'gives the target away' : 'predicts the target suspiciously well'} (${measure}): it is known only then. Say so with a lag, or leave it out.`,
    excluded: block,
  };
}

const leakTogether = (columns: readonly string[], message: string): TrainingFinding[] =>
  columns.map((column) => ({ kind: 'leak', column, severity: 'block', count: null, message, excluded: true }));

function repeatedRows(frame: Frame, columns: readonly RawColumn[]): TrainingFinding | null {
  if (columns.length === 0) return null;
  const count = duplicateCount(duplicateGroups(frame, columns));
  if (count === 0) return null;
  const share = count / frame.rowCount;
  return {
    kind: 'duplicate-rows',
    column: null,
    severity: share > 0.01 ? 'warn' : 'info',
    count,
    message: `${rowsText(count)} (${percent(share)}) repeat another row in all features; equal rows are kept in one fold.`,
    excluded: false,
  };
}

const rowsText = (count: number): string => (count === 1 ? '1 row' : `${count} rows`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * The column that orders the rows in time, or null: the only date column, if at least 95 % of its values are known and
 * it takes at least 20 different times.
 */
export function proposeTimeColumn(
  frame: Frame,
  inputs: readonly InputSpec[],
): { column: string; reason: string } | null {
  const dates = inputs.filter((input) => input.type === 'timestamp');
  if (dates.length !== 1) return null;
  const column = findColumn(frame, dates[0].name);
  if (column === null) return null;
  const facts = columnFacts(column);
  if (facts.missing > 0.05 * facts.rowCount || facts.distinct < 20) return null;
  return { column: column.name, reason: `"${column.name}" is the only date and known for nearly every row.` };
}
