/**
 * Doubtful values of a number column: stand-ins for missing (−999, 9999, repeated digits), spikes inside the range, excess
 * zeros, outliers. Works on finite values in any order; O(n log n).
 *
 * Outliers are groups at an end that a distribution with the tail seen below them would hardly ever give. With distances
 * d from the median, α the Hill index of the tail under the gap (Hill, Ann. Stat. 3, 1975) and k values beyond a gap of
 * ratio r, such a gap has a chance of r^(−αk); so heavy tails are let be and lone far values are found. The distances
 * beyond the gap must also be unlikely for the bulk itself.
 */
import { type RawFinding, type RowCondition, short } from './types.ts';

type Counted = { readonly value: number; readonly count: number };

/** Distinct values ascending with their counts. */
export function countValues(sorted: ArrayLike<number>): Counted[] {
  const found: { value: number; count: number }[] = [];
  for (let i = 0; i < sorted.length; i++) {
    const last = found.at(-1);
    if (last !== undefined && last.value === sorted[i]) last.count++;
    else found.push({ value: sorted[i], count: 1 });
  }
  return found;
}

/** Whether a number looks made up to stand for something: 99, −999, 9999.9, 1111, 8888, 123456, limits of integers. */
export function looksMadeUp(value: number): boolean {
  const size = Math.abs(value);
  if ([32767, 32768, 65535, 2147483647, 2147483648, 4294967295, 123456, 1234567, 12345678, 123456789].includes(size))
    return true;
  if (size >= 1e30) return true;
  const digits = String(size).replace('.', '');
  if (/^9{2,}$/.test(digits)) return true;
  return /^(\d)\1{2,}$/.test(digits) && digits[0] !== '0';
}

const quantile = (sorted: ArrayLike<number>, p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];

/** Values that stand for missing, with where they stand: far from the others, or far too often. */
export function madeUpValues(counted: readonly Counted[], n: number): readonly Counted[] {
  const found: Counted[] = [];
  for (const [i, entry] of counted.entries()) {
    const lonelyNegative = entry.value === -1 && i === 0 && counted.length > 20 && counted[1].value >= 0;
    if (entry.count < Math.max(3, n * 0.0005)) continue;
    if (!looksMadeUp(entry.value) && !lonelyNegative) continue;
    const others = counted.filter((other) => other !== entry && !looksMadeUp(other.value));
    if (others.length < 5) continue;
    const low = others[0].value;
    const high = others[others.length - 1].value;
    const span = high - low;
    const beyond = Math.max(low - entry.value, entry.value - high);
    const negativeAlone = entry.value < 0 && low >= 0;
    // Typical count of the neighbours: a value far more frequent than those around it was put there
    const near = others.filter((other) => Math.abs(other.value - entry.value) <= span * 0.1);
    const typical = near.length === 0 ? 1 : near.reduce((sum, other) => sum + other.count, 0) / near.length;
    const farOut = beyond > span * 0.5 || negativeAlone;
    // Limits such as 99 are where ranges end anyway: beside them only a crowd counts
    const crowded = entry.count > 12 * typical && entry.count >= 10 && Math.abs(entry.value) >= 99;
    if (farOut || crowded) found.push(entry);
  }
  return found;
}

/** A value that fills a continuous column far more often than any other; null when there is none. */
export function spikeOf(counted: readonly Counted[], n: number): Counted | null {
  if (n < 100 || counted.length < 0.3 * n) return null;
  let first: Counted = counted[0];
  let second = 0;
  for (const entry of counted) {
    if (entry.count > first.count) {
      second = first.count;
      first = entry;
    } else if (entry !== first) second = Math.max(second, entry.count);
  }
  return first.count >= Math.max(8, 0.01 * n) && first.count >= 8 * second ? first : null;
}

/** Lowest chance that a gap may have and still be let be. */
const gapChance = 1e-6;
const mostShare = 0.02;

/** Where the outliers of one side begin, as a distance from the median; null when there are none. `distances` ascending, positive. */
export function gapBeyond(distances: ArrayLike<number>, scale: number): number | null {
  const n = distances.length;
  if (n < 30) return null;
  const most = Math.max(6, Math.floor(n * mostShare));
  const tailSize = Math.max(10, Math.floor(n * 0.1));
  let found: number | null = null;
  for (let k = 1; k <= most; k++) {
    const inner = distances[n - k - 1];
    const outer = distances[n - k];
    if (!(inner > 0) || outer / inner < 1.3) continue;
    // Tail below the gap
    let logs = 0;
    const start = n - k - 1 - tailSize;
    if (start < 0) break;
    for (let i = n - k - tailSize; i < n - k; i++) logs += Math.log(distances[i] / distances[start]);
    const alpha = logs === 0 ? Number.POSITIVE_INFINITY : (tailSize - 1) / logs;
    const chance = Math.min(alpha, 30) * Math.min(k, 6) * Math.log(outer / inner);
    if (chance > -Math.log(gapChance) && outer > 5 * scale) found = outer;
  }
  return found;
}

/** Limits beyond which values are outliers; null for a side without. */
export function outlierLimits(sorted: Float64Array): { readonly low: number | null; readonly high: number | null } {
  const n = sorted.length;
  const none = { low: null, high: null };
  if (n < 60) return none;
  const median = quantile(sorted, 0.5);
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  if (!(spread > 0)) return none;
  const scale = spread / 1.349;
  const above = sorted.filter((value) => value > median).map((value) => value - median);
  const below = sorted
    .filter((value) => value < median)
    .map((value) => median - value)
    .sort();
  const high = gapBeyond(above, scale);
  const low = gapBeyond(below, scale);
  // Halfway into the gap, so that the limit is a round figure and not a value itself
  const edge = (distances: Float64Array, gap: number): number => {
    const inner = distances[distances.findIndex((distance) => distance >= gap) - 1];
    return (inner + gap) / 2;
  };
  const round = (value: number): number => Number(value.toPrecision(3));
  return {
    low: low === null ? null : round(median - edge(below, low)),
    high: high === null ? null : round(median + edge(above, high)),
  };
}

/** Findings of a number column. `values` may hold NaN (missing) and infinities; both are left to others. */
export function numberFindings(name: string, values: Float64Array): RawFinding[] {
  const finite = values.filter((value) => Number.isFinite(value));
  const n = finite.length;
  const found: RawFinding[] = [];
  const infinite = values.reduce(
    (count, value) => count + (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? 1 : 0),
    0,
  );
  if (infinite > 0) {
    found.push({
      kind: 'infinite',
      column: name,
      severity: 'warn',
      message: 'Infinite in {count}; trees use it as it is, linear models clip it.',
      rows: { kind: 'infinite', column: name },
      count: null,
      examples: [],
      fix: {
        text: 'Set infinite values missing',
        steps: [{ kind: 'set-missing', column: name, values: ['Infinity', '-Infinity'] }],
      },
    });
  }
  if (n < 30) return found;
  const sorted = finite.slice().sort();
  const counted = countValues(sorted);
  if (counted.length < 6) return found;
  const madeUp = madeUpValues(counted, n);
  if (madeUp.length > 0)
    found.push(
      disguised(
        name,
        madeUp.map(({ value }) => value),
      ),
    );
  const real = madeUp.length === 0 ? sorted : sorted.filter((value) => !madeUp.some((entry) => entry.value === value));
  const rest = madeUp.length === 0 ? counted : countValues(real);
  const zeros = rest.find(({ value }) => value === 0)?.count ?? 0;
  const spike = spikeOf(rest, real.length);
  if (spike !== null && spike.value === 0) {
    found.push({
      kind: 'excess-zeros',
      column: name,
      severity: 'info',
      message: `0 in {count} while other values hardly repeat; zero may stand for missing or for a case of its own.`,
      rows: { kind: 'values', column: name, values: [0] },
      count: null,
      examples: ['0'],
      fix: { text: 'Set 0 missing', steps: [{ kind: 'set-missing', column: name, values: ['0'] }] },
    });
  } else if (spike !== null) {
    found.push({
      kind: 'inlier',
      column: name,
      severity: 'info',
      message: `${short(spike.value)} in {count} while other values hardly repeat; it may have been filled in.`,
      rows: { kind: 'values', column: name, values: [spike.value] },
      count: null,
      examples: [short(spike.value)],
      fix: {
        text: `Set ${short(spike.value)} missing`,
        steps: [{ kind: 'set-missing', column: name, values: [String(spike.value)] }],
      },
    });
  } else if (zeros > 0 && rest.length >= 15 && rest[0].value === 0) {
    const others = rest.filter(({ value }) => value !== 0).map(({ count }) => count);
    const most = others.reduce((top, count) => Math.max(top, count), 0);
    if (zeros > 8 * most && zeros > 0.1 * n) {
      found.push({
        kind: 'excess-zeros',
        column: name,
        severity: 'info',
        message: `0 in {count}, far more often than any other value; zero may stand for missing or for a case of its own.`,
        rows: { kind: 'values', column: name, values: [0] },
        count: null,
        examples: ['0'],
        fix: { text: 'Set 0 missing', steps: [{ kind: 'set-missing', column: name, values: ['0'] }] },
      });
    }
  }
  const { low, high } = outlierLimits(zeros > 0.2 * real.length ? real.filter((value) => value !== 0) : real);
  if (low !== null || high !== null) {
    const rows: RowCondition = { kind: 'outside', column: name, low, high };
    const beyond = real.filter((value) => (low !== null && value < low) || (high !== null && value > high));
    const range = [
      ...(low === null ? [] : [`below ${short(low)}`]),
      ...(high === null ? [] : [`above ${short(high)}`]),
    ].join(' or ');
    found.push({
      kind: 'outlier',
      column: name,
      severity: 'warn',
      message: `{count} ${range}, far from all others (half of the values lie between ${short(quantile(real, 0.25))} and ${short(quantile(real, 0.75))}).`,
      rows,
      count: null,
      examples: [...beyond.slice(0, 3), ...beyond.slice(-3)]
        .filter((value, i, all) => all.indexOf(value) === i)
        .map(short),
      fix: { text: 'Draw them to the limit', steps: [{ kind: 'cap', column: name, low, high }] },
    });
  }
  return found;
}

function disguised(name: string, values: readonly number[]): RawFinding {
  return {
    kind: 'disguised-missing',
    column: name,
    severity: 'warn',
    message: `${values.map(short).join(', ')} in {count} looks like a stand-in for missing.`,
    rows: { kind: 'values', column: name, values },
    count: null,
    examples: values.map(short),
    fix: {
      text: `Set ${values.map(short).join(', ')} missing`,
      steps: [{ kind: 'set-missing', column: name, values: values.map(String) }],
    },
  };
}
