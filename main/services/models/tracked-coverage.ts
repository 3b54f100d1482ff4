/** Intervals of a model on rows whose truth is known: counted while they are scored, judged at the end. */
import { bug } from '../../base/errors.ts';
import type { CoverageReport } from '../../contract/models.ts';
import { intervalRefusal, type RowIntervals } from '../../ml/conformal/apply.ts';
import { smallestTable } from '../../ml/conformal/classes.ts';
import { groupRows } from '../../ml/conformal/groups.ts';
import type { IntervalModel } from '../../ml/conformal/interval-model.ts';
import { type CoverageVerdict, judgeCoverage } from '../../ml/evaluate/coverage.ts';
import type { Frame } from '../../ml/frame.ts';

type Tally = { rows: number; inside: number; size: number };

export type CoverageTracker = {
  /** Counts the kept rows of a block; `labels` are truths by row: values, or class numbers. */
  readonly add: (intervals: RowIntervals, frame: Frame, kept: Int32Array, labels: Float64Array) => void;
  readonly report: (sourceName: string) => CoverageReport | null;
};

const mostGroups = 200;

/** A tracker at a level; null where the model gives no intervals at it. `classes` are the texts of the model's classes. */
export function trackCoverage(
  model: IntervalModel | undefined,
  classes: readonly string[],
  level: number,
): CoverageTracker | null {
  if (model === undefined || model.kind === 'refused' || intervalRefusal(model, level) !== null) return null;
  const all: Tally = { rows: 0, inside: 0, size: 0 };
  const groups = new Map<string, Tally>();
  const calibration = calibrationRows(model, classes);
  for (const value of calibration.groups.keys()) groups.set(value, { rows: 0, inside: 0, size: 0 });
  const count = (tally: Tally | undefined, inside: boolean, size: number): void => {
    if (tally === undefined) return;
    tally.rows++;
    tally.size += size;
    if (inside) tally.inside++;
  };
  return {
    add: (intervals, frame, kept, labels) => {
      const groupOf = groupTexts(model, classes, frame, kept, labels);
      kept.forEach((row, i) => {
        const { inside, size } = holds(intervals, row, labels[row]);
        count(all, inside, size);
        count(groups.get(groupOf(i)), inside, size);
      });
    },
    report: (sourceName) => {
      const judged = judgeCoverage(level, { ...all, calibrationRows: calibration.all });
      if (judged === null) return null;
      const found = [...groups].filter(([, { rows }]) => rows > 0);
      const rows = found.map(([value, tally]) => ({
        value,
        ...shown(level, tally, calibration.groups.get(value) ?? 0, found.length),
      }));
      const whole = shown(level, all, calibration.all, 1);
      return {
        ...whole,
        level,
        source: sourceName,
        kind: model.kind,
        by: calibration.by,
        groups: rows,
        reading: readingOf(level, whole, calibration.by, rows),
      };
    },
  };
}

type Judged = Pick<CoverageReport, 'rows' | 'coverage' | 'size' | 'verdict'>;

function shown(level: number, { rows, inside, size }: Tally, calibrationRows: number, comparisons: number): Judged {
  const judged = judgeCoverage(level, { rows, inside, calibrationRows }, comparisons);
  if (judged === null) throw bug('coverage of no rows');
  return { rows, coverage: { ...judged.coverage }, size: size / rows, verdict: judged.verdict };
}

function holds(intervals: RowIntervals, row: number, truth: number): { inside: boolean; size: number } {
  if (intervals.kind === 'classes') {
    const set = intervals.sets[row];
    return { inside: set.includes(truth), size: set.length };
  }
  const [low, high] = [intervals.low[row], intervals.high[row]];
  return { inside: truth >= low && truth <= high, size: high - low };
}

/** How many rows the intervals rest on, of all and of the groups that have tables of their own. */
function calibrationRows(
  model: Exclude<IntervalModel, { readonly kind: 'refused' }>,
  classes: readonly string[],
): { readonly all: number; readonly by: string | null; readonly groups: ReadonlyMap<string, number> } {
  if (model.kind === 'classes') {
    const tables = model.classTables ?? [];
    return {
      // Class tables hold class by class: the smallest says how far chance may carry the whole
      all: smallestTable(model),
      by: tables.length === 0 ? null : 'class',
      groups: new Map(tables.map((table, k) => [classes[k], table.count])),
    };
  }
  const { table, groups } = model;
  const entries = (groups?.entries ?? []).map(({ value, table: own }) => [value, own.count] as const);
  return { all: table.count, by: groups?.column ?? null, groups: new Map(entries) };
}

function groupTexts(
  model: Exclude<IntervalModel, { readonly kind: 'refused' }>,
  classes: readonly string[],
  frame: Frame,
  kept: Int32Array,
  labels: Float64Array,
): (i: number) => string {
  if (model.kind === 'classes') return (i) => classes[labels[kept[i]]];
  const column = frame.columns.find(({ name }) => name === model.groups?.column);
  if (column === undefined) return () => '';
  const { values, of } = groupRows(column, kept, mostGroups);
  return (i) => values[of[i]] ?? '';
}

const words: Record<CoverageVerdict, string> = {
  held: 'as promised, within chance',
  below: 'less than promised, beyond chance: do not rely on them until the model is trained again on newer rows',
  above: 'more than promised: they are wider than they need be',
  few: 'too few rows to tell',
};

function readingOf(
  level: number,
  whole: Judged,
  by: string | null,
  groups: readonly (Judged & { readonly value: string })[],
): string {
  const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
  const { value, low, high } = whole.coverage;
  const off = groups.filter(({ verdict }) => verdict === 'below');
  const named = off.slice(0, 5).map((group) => `${group.value} (${percent(group.coverage.value)})`);
  return [
    `Intervals at ${percent(level)} held the outcome in ${percent(value)} of ${whole.rows} rows (95 % interval ${percent(low ?? 0)} to ${percent(high ?? 1)}): ${words[whole.verdict]}.`,
    ...(off.length === 0 || by === null
      ? []
      : [`By ${by}, they held too seldom for ${named.join(', ')}${off.length > named.length ? ' …' : ''}.`]),
  ].join(' ');
}
