/**
 * What may be changed in a row, and what it costs. Numbers move to the values just across the thresholds that occur in the
 * model's trees, written as short as they can be, and to deciles of the background; texts to the levels the model knows.
 * Constraints cut the moves down before anything is searched: immutable columns, direction, step, range, levels.
 * A change costs its size over the column's median absolute deviation (Wachter, Mittelstadt & Russell 2018), a change of
 * level costs 1; both times the column's own factor.
 */
import type { Frame, RawColumn } from '../frame.ts';
import type { InputSpec, ModelSpec } from '../model-spec.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { usedInputs } from './rows.ts';

/** What the user allows for one column; numbers of timestamp columns are microseconds. */
export type ColumnRule = {
  readonly column: string;
  readonly immutable?: boolean | undefined;
  readonly direction?: 'up' | 'down' | undefined;
  /** Numbers move by whole multiples of it. */
  readonly step?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly levels?: readonly string[] | undefined;
  /** Factor on the cost of changing it; default 1. */
  readonly cost?: number | undefined;
};

/** Permitted new cells of one column, cheapest first. */
export type ColumnMoves = {
  /** Index among the recipe's inputs. */
  readonly input: number;
  /** Values, or codes into `levels`. */
  readonly cells: Float64Array;
  readonly costs: Float64Array;
  readonly levels: readonly string[] | null;
};

const mostMoves = 48;
const mostLevels = 50;

/** Moves of every column that may change. `row` holds the row alone, in the recipe's column order. */
export function columnMoves(
  spec: Pick<ModelSpec, 'recipe' | 'members'>,
  row: Frame,
  background: Frame,
  rules: readonly ColumnRule[],
): ColumnMoves[] {
  const thresholds = thresholdsByInput(spec);
  return usedInputs(spec.recipe).flatMap((index) => {
    const input = spec.recipe.inputs[index];
    const rule = rules.find(({ column }) => column === input.name) ?? { column: input.name };
    if (rule.immutable === true) return [];
    const column = row.columns[index];
    const known = background.columns[index];
    const moves =
      column.type === 'string'
        ? levelMoves(index, column, known, spec, rule)
        : numberMoves(index, input, column.values[0], known, thresholds[index], rule);
    return moves.cells.length === 0 ? [] : [moves];
  });
}

function thresholdsByInput(spec: Pick<ModelSpec, 'recipe' | 'members'>): number[][] {
  const { recipe, members } = spec;
  const found = recipe.inputs.map(() => new Set<number>());
  const inputOf = new Map(recipe.inputs.map((input, i) => [input.name, i]));
  const target = recipe.features.map((feature) => {
    return feature.kind === 'numeric' ? found[inputOf.get(feature.source) ?? -1] : undefined;
  });
  for (const member of members) {
    if (member.kind !== 'trees') continue;
    const { feature, threshold, categoryOffset } = member.trees;
    for (let node = 0; node < feature.length; node++) {
      if (feature[node] >= 0 && categoryOffset[node] < 0) target[feature[node]]?.add(threshold[node]);
    }
  }
  return found.map((values) => [...values].filter(Number.isFinite).sort((a, b) => a - b));
}

function numberMoves(
  index: number,
  input: InputSpec,
  from: number,
  known: RawColumn,
  thresholds: readonly number[],
  rule: ColumnRule,
): ColumnMoves {
  const sorted = known.type === 'string' ? new Float64Array(0) : sortedFinite(known.values);
  const lowest = rule.min ?? sorted[0] ?? from;
  const highest = rule.max ?? sorted[sorted.length - 1] ?? from;
  const whole = input.logicalType === 'integer';
  const middle = sorted.length === 0 ? 0 : quantileSorted(sorted, 0.5);
  const start = Number.isNaN(from) ? middle : from;
  const unit = input.logicalType === 'date' ? 86_400_000_000 : input.type === 'timestamp' ? 1_000_000 : 0;
  const wanted = new Set<number>();
  for (const t of thresholds) {
    const next = thresholds.find((other) => other > t) ?? t + Math.abs(t) * 0.1 + 1;
    const before = thresholds.findLast((other) => other < t) ?? t - Math.abs(t) * 0.1 - 1;
    if (t >= start) wanted.add(whole ? Math.floor(t) + 1 : shortBetween(t, next, 'above'));
    else wanted.add(whole ? Math.floor(t) : shortBetween(before, t, 'below'));
  }
  if (sorted.length > 0) {
    for (let i = 0; i <= 10; i++) {
      const q = quantileSorted(sorted, i / 10);
      wanted.add(whole ? Math.round(q) : unit > 0 ? Math.round(q / unit) * unit : Number(q.toPrecision(4)));
    }
  }
  wanted.add(lowest);
  wanted.add(highest);
  const allowed = new Set<number>();
  for (const value of wanted) {
    const cell = rule.step === undefined ? value : stepped(start, value, rule.step);
    if (!Number.isFinite(cell) || cell === from || cell < lowest || cell > highest) continue;
    if (rule.direction === 'up' && !(cell > start)) continue;
    if (rule.direction === 'down' && !(cell < start)) continue;
    allowed.add(cell);
  }
  const scale = spread(sorted, middle);
  const cost = (cell: number): number => (rule.cost ?? 1) * (Math.abs(cell - start) / scale);
  const cells = thin([...allowed].sort((a, b) => a - b)).sort((a, b) => cost(a) - cost(b) || a - b);
  return { input: index, cells: Float64Array.from(cells), costs: Float64Array.from(cells, cost), levels: null };
}

/** The multiple of the step from `from` that reaches or passes `to`; written without the dust of binary fractions. */
const stepped = (from: number, to: number, step: number): number =>
  Number((from + Math.sign(to - from) * Math.ceil(Math.abs(to - from) / step - 1e-9) * step).toPrecision(12));

/** At most `mostMoves` of them, spread evenly over their order. */
const thin = (values: readonly number[]): number[] =>
  values.length <= mostMoves
    ? [...values]
    : Array.from({ length: mostMoves }, (_, i) => values[Math.round((i * (values.length - 1)) / (mostMoves - 1))]);

/** Median absolute deviation; where it is zero the mean one, then 1. */
function spread(sorted: Float64Array, middle: number): number {
  if (sorted.length === 0) return 1;
  const deviations = sorted.map((value) => Math.abs(value - middle)).sort();
  const mad = quantileSorted(deviations, 0.5);
  if (mad > 0) return mad;
  const mean = deviations.reduce((sum, value) => sum + value, 0) / deviations.length;
  return mean > 0 ? mean : 1;
}

/**
 * The number with the fewest digits (two or more) that lies across a threshold as the model reads it (float32): above `low` and at most
 * `high`, or above `low` and at most `high` from below. The nearest double when no short one does.
 */
export function shortBetween(low: number, high: number, side: 'above' | 'below'): number {
  const inside = (value: number): boolean =>
    side === 'above' ? Math.fround(value) > low && value <= high : Math.fround(value) <= high && value > low;
  const anchor = side === 'above' ? low : high;
  for (let digits = 2; digits <= 9; digits++) {
    const size = anchor === 0 ? 1 : 10 ** (Math.floor(Math.log10(Math.abs(anchor))) - digits + 1);
    const near = side === 'above' ? Math.floor(anchor / size) + 1 : Math.ceil(anchor / size) - 1;
    for (const count of side === 'above' ? [near - 1, near] : [near + 1, near]) {
      const value = Number((count * size).toPrecision(digits + 1));
      if (inside(value)) return value;
    }
  }
  const step = Math.max(Math.abs(anchor) * 2 ** -22, 2 ** -120);
  return side === 'above' ? anchor + step : anchor;
}

function levelMoves(
  index: number,
  column: RawColumn & { readonly type: 'string' },
  known: RawColumn,
  spec: Pick<ModelSpec, 'recipe'>,
  rule: ColumnRule,
): ColumnMoves {
  const { name } = column;
  const counts = new Map<string, number>();
  if (known.type === 'string') {
    for (const code of known.codes) {
      if (code >= 0) counts.set(known.levels[code], (counts.get(known.levels[code]) ?? 0) + 1);
    }
  }
  const recipeLevels = spec.recipe.features.flatMap((feature) =>
    feature.kind === 'category' && feature.source === name ? feature.levels : [],
  );
  const now = column.codes[0] < 0 ? '' : column.levels[column.codes[0]];
  const levels = [...new Set(rule.levels ?? recipeLevels)]
    .filter((level) => level !== now && level !== '')
    .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1))
    .slice(0, mostLevels);
  return {
    input: index,
    cells: Float64Array.from(levels, (_, code) => code),
    costs: new Float64Array(levels.length).fill(rule.cost ?? 1),
    levels,
  };
}
