/**
 * The expansion of features into columns of a linear model, held sparse: standardised numbers as dense row-major values;
 * categories, two-valued numbers and missing indicators as the index of the one column that is 1. A row costs (numbers + categories), not
 * (numbers + levels), in every product.
 *
 * Column order: numeric terms first (0…denseCount−1), then indicator columns.
 */
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { FeatureMatrix } from '../frame.ts';
import type { FeatureKind } from '../recipe/apply.ts';
import { quantileSorted } from '../stats/quantile.ts';

/** Where one feature went; indicator columns are −1 when the state never occurs among the training rows. */
export type ExpandedTerm =
  | {
      readonly kind: 'numeric';
      readonly feature: number;
      readonly column: number;
      readonly mean: number;
      readonly scale: number;
      readonly low: number;
      readonly high: number;
      readonly impute: number;
      readonly missingColumn: number;
      /** True for two-valued numbers: `column` is the indicator of the value `high`, not a standardised number. */
      readonly indicator: boolean;
    }
  | {
      readonly kind: 'category';
      readonly feature: number;
      /** Column of every code 0…levelCount. */
      readonly levelColumns: Int32Array;
      readonly missingColumn: number;
    };

export type Expansion = {
  readonly terms: readonly ExpandedTerm[];
  readonly denseCount: number;
  readonly columnCount: number;
  /** Terms that have indicators, i.e. sparse slots a row. */
  readonly slotCount: number;
};

export type Design = {
  readonly rowCount: number;
  readonly denseCount: number;
  readonly slotCount: number;
  readonly columnCount: number;
  /** Row-major [row][dense]. */
  readonly dense: Float32Array;
  /** Row-major [row][slot]: the column that is 1, or −1. */
  readonly active: Int32Array;
};

/**
 * Plans the expansion from the training rows (all when null): clipping bounds from the 1 % and 99 % quantiles widened by
 * twice their distance but never beyond the finite extremes, so that one absurd value or an infinity cannot rule;
 * median for missing cells; mean and standard deviation after both.
 */
export function planExpansion(
  matrix: FeatureMatrix,
  kinds: readonly FeatureKind[],
  rows: Int32Array | null,
  stop: StopSignal,
): Expansion {
  const planned: { term: NumericTerm; hasMissing: boolean }[] = [];
  const terms: ExpandedTerm[] = [];
  for (let feature = 0; feature < kinds.length; feature++) {
    throwIfStopped(stop);
    if (kinds[feature].kind !== 'numeric') continue;
    const plan = planNumeric(matrix.columns[feature], rows, feature);
    if (plan !== null) planned.push(plan);
  }
  const denseCount = planned.filter(({ term }) => !term.indicator).length;
  let dense = 0;
  let next = denseCount;
  let slotCount = 0;
  for (const { term, hasMissing } of planned) {
    const column = term.indicator ? next++ : dense++;
    const missingColumn = hasMissing ? next++ : -1;
    slotCount += (term.indicator ? 1 : 0) + (hasMissing ? 1 : 0);
    terms.push({ ...term, column, missingColumn });
  }
  for (let feature = 0; feature < kinds.length; feature++) {
    const kind = kinds[feature];
    if (kind.kind !== 'category') continue;
    const { levels, hasMissing } = occurring(matrix.columns[feature], rows, kind.levelCount);
    const levelColumns = Int32Array.from(levels, (occurs) => (occurs === 1 ? next++ : -1));
    terms.push({ kind: 'category', feature, levelColumns, missingColumn: hasMissing ? next++ : -1 });
    slotCount++;
  }
  return { terms, denseCount, columnCount: next, slotCount };
}

type NumericTerm = ExpandedTerm & { readonly kind: 'numeric' };

function planNumeric(
  values: Float32Array,
  rows: Int32Array | null,
  feature: number,
): { term: NumericTerm; hasMissing: boolean } | null {
  const count = rows === null ? values.length : rows.length;
  const finite = new Float32Array(count);
  let size = 0;
  let hasMissing = false;
  for (let i = 0; i < count; i++) {
    const value = values[rows === null ? i : rows[i]];
    if (Number.isNaN(value)) hasMissing = true;
    else if (Number.isFinite(value)) finite[size++] = value;
  }
  if (size === 0) return null;
  const sorted = finite.subarray(0, size).sort();
  const indicator = isTwoValued(sorted);
  const [q01, q99] = [quantileSorted(sorted, 0.01), quantileSorted(sorted, 0.99)];
  const reach = indicator ? 0 : 2 * (q99 - q01);
  const low = Math.fround(reach > 0 ? Math.max(sorted[0], q01 - reach) : sorted[0]);
  const high = Math.fround(reach > 0 ? Math.min(sorted[size - 1], q99 + reach) : sorted[size - 1]);
  const impute = Math.fround(quantileSorted(sorted, 0.5));
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const z = clipped(values[rows === null ? i : rows[i]], low, high, impute);
    const delta = z - mean;
    mean += delta / (i + 1);
    squares += delta * (z - mean);
  }
  const scale = Math.sqrt(squares / count);
  if (!(scale > 0) && !hasMissing) return null;
  return {
    term: {
      kind: 'numeric',
      feature,
      column: -1,
      mean,
      scale: scale > 0 ? scale : 1,
      low,
      high,
      impute,
      missingColumn: -1,
      indicator,
    },
    hasMissing,
  };
}

function isTwoValued(sorted: Float32Array): boolean {
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  return first !== last && sorted.every((value) => value === first || value === last);
}

/** A feature value as the model sees it before standardising: missing replaced, then clipped. */
export const clipped = (value: number, low: number, high: number, impute: number): number =>
  Number.isNaN(value) ? impute : value < low ? low : Math.min(value, high);

function occurring(
  values: Float32Array,
  rows: Int32Array | null,
  levelCount: number,
): { levels: Uint8Array; hasMissing: boolean } {
  const levels = new Uint8Array(levelCount + 1);
  let hasMissing = false;
  const count = rows === null ? values.length : rows.length;
  for (let i = 0; i < count; i++) {
    const value = values[rows === null ? i : rows[i]];
    if (Number.isNaN(value)) hasMissing = true;
    else levels[Math.min(value, levelCount)] = 1;
  }
  return { levels, hasMissing };
}

/** Expands rows (all when null) into a design. */
export function expand(expansion: Expansion, matrix: FeatureMatrix, rows: Int32Array | null): Design {
  const rowCount = rows === null ? matrix.rowCount : rows.length;
  const { denseCount, slotCount, columnCount } = expansion;
  const dense = new Float32Array(rowCount * denseCount);
  const active = new Int32Array(rowCount * slotCount).fill(-1);
  let slot = 0;
  for (const term of expansion.terms) {
    const values = matrix.columns[term.feature];
    if (term.kind === 'numeric') {
      const { column, mean, scale, low, high, impute, missingColumn, indicator } = term;
      const missingSlot = slot + (indicator ? 1 : 0);
      for (let i = 0; i < rowCount; i++) {
        const value = values[rows === null ? i : rows[i]];
        const known = clipped(value, low, high, impute);
        if (!indicator) dense[i * denseCount + column] = (known - mean) / scale;
        else if (known === high) active[i * slotCount + slot] = column;
        if (missingColumn >= 0 && Number.isNaN(value)) active[i * slotCount + missingSlot] = missingColumn;
      }
      slot = missingSlot;
      if (missingColumn >= 0) slot++;
      continue;
    }
    const last = term.levelColumns.length - 1;
    for (let i = 0; i < rowCount; i++) {
      const value = values[rows === null ? i : rows[i]];
      active[i * slotCount + slot] = Number.isNaN(value)
        ? term.missingColumn
        : term.levelColumns[Math.min(value, last)];
    }
    slot++;
  }
  return { rowCount, denseCount, slotCount, columnCount, dense, active };
}
