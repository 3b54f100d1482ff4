/**
 * How well one column alone predicts the target. The column is cut into value groups (levels, or quantile bins with
 * missing apart), the target's mean per group is learned on one half of the rows and judged on the other, and the other
 * way round, so that many groups cannot look predictive by counting. Binary: |2·AUC − 1|, also of the plain order;
 * multiclass: the same, one class against the rest, weighted by class share; regression: share of variance explained.
 */
import { createRng, shuffle } from '../../base/rng.ts';
import type { RawColumn } from '../frame.ts';
import { prepareAuc } from '../metrics/ranking.ts';
import type { Task } from '../model-spec.ts';
import { argsort } from '../stats/argsort.ts';

/** From here on a single column is suspicious, and from here on it is taken for a leak. */
export const leakLimits = { warn: 0.85, block: 0.975 };

const mostRows = 20_000;
const binCount = 50;

/** Rows used: all with a label, or a seeded sample of 20 000 of them. */
export function leakSample(label: ArrayLike<number>, seed: number): Int32Array {
  const known: number[] = [];
  for (let i = 0; i < label.length; i++) if (!Number.isNaN(label[i])) known.push(i);
  shuffle(known, createRng(seed));
  return Int32Array.from(known.slice(0, mostRows));
}

/** With more classes only the largest are looked at; the result stays at or below the strength over all. */
const mostClasses = 100;

/** Strength in 0…1 of a column as the only predictor, on rows in random order (from `leakSample`). */
export function singleColumnStrength(
  column: RawColumn,
  label: ArrayLike<number>,
  rows: Int32Array,
  task: Task,
  classCount: number,
): number {
  const group = groupsOf(column, rows);
  const target = Float64Array.from(rows, (row) => label[row]);
  if (task === 'regression') return explained(group, target);
  if (task === 'binary') return Math.max(gini(crossMeans(group, target), target), orderGini(column, rows, target));
  let strength = 0;
  for (const k of frequentClasses(target, classCount)) {
    const isClass = target.map((value) => (value === k ? 1 : 0));
    const share = isClass.reduce((total, value) => total + value, 0) / isClass.length;
    if (share > 0 && share < 1) strength += share * gini(crossMeans(group, isClass), isClass);
  }
  return strength;
}

/** Classes by size, the largest `mostClasses`: the rare ones weigh nothing in a strength weighted by share. */
function frequentClasses(target: Float64Array, classCount: number): readonly number[] {
  const counts = new Float64Array(classCount);
  for (const value of target) counts[value]++;
  const all = Array.from({ length: classCount }, (_, k) => k);
  return classCount <= mostClasses ? all : all.sort((a, b) => counts[b] - counts[a] || a - b).slice(0, mostClasses);
}

/** Group index of every row: level code or quantile bin; the last index is missing. */
function groupsOf(column: RawColumn, rows: Int32Array): Int32Array {
  if (column.type === 'string') {
    return Int32Array.from(rows, (row) => (column.codes[row] < 0 ? column.levels.length : column.codes[row]));
  }
  const values = Float64Array.from(rows, (row) => column.values[row]);
  const order = argsort(values);
  const groups = new Int32Array(rows.length);
  const known = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  let bin = -1;
  for (let i = 0; i < order.length; i++) {
    if (i >= known) {
      groups[order[i]] = binCount;
      continue;
    }
    const fresh = i === 0 || values[order[i]] !== values[order[i - 1]];
    if (fresh) bin = Math.max(bin, Math.floor((i * binCount) / known));
    groups[order[i]] = bin;
  }
  return groups;
}

/** Mean target of each row's group, learned on the other half of the rows; the overall mean for unseen groups. */
function crossMeans(groups: Int32Array, target: Float64Array): Float64Array {
  const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const sums = new Float64Array(groupCount * 2);
  const counts = new Float64Array(groupCount * 2);
  let overall = 0;
  for (let i = 0; i < groups.length; i++) {
    sums[groups[i] * 2 + (i & 1)] += target[i];
    counts[groups[i] * 2 + (i & 1)]++;
    overall += target[i] / groups.length;
  }
  return Float64Array.from(groups, (group, i) => {
    const at = group * 2 + (1 - (i & 1));
    return (sums[at] + overall) / (counts[at] + 1);
  });
}

function gini(scores: Float64Array, target: Float64Array): number {
  const auc = prepareAuc({ predictions: scores, labels: target, classCount: 2 })(null);
  return Number.isNaN(auc) ? 0 : Math.abs(2 * auc - 1);
}

/** Gini of the values themselves, missing placed first or last, whichever says more. */
function orderGini(column: RawColumn, rows: Int32Array, target: Float64Array): number {
  if (column.type === 'string') return 0;
  const low = Float64Array.from(rows, (row) =>
    Number.isNaN(column.values[row]) ? Number.NEGATIVE_INFINITY : column.values[row],
  );
  const high = low.map((value) => (value === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : value));
  return Math.max(gini(low, target), gini(high, target));
}

function explained(groups: Int32Array, target: Float64Array): number {
  const means = crossMeans(groups, target);
  const centre = target.reduce((total, value) => total + value, 0) / target.length;
  let residual = 0;
  let total = 0;
  for (let i = 0; i < target.length; i++) {
    residual += (target[i] - means[i]) ** 2;
    total += (target[i] - centre) ** 2;
  }
  return total === 0 ? 0 : Math.max(0, 1 - residual / total);
}
