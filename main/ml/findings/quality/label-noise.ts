/**
 * Labels that look wrong, by confident learning (Northcutt, Jiang & Chuang, JAIR 70, 2021, §3): with out-of-fold
 * probabilities, a class's threshold is the mean probability of that class among rows that carry its label; a row whose
 * probability of another class reaches that class's threshold, and beats that of its own label, counts as mislabelled.
 * Rows are ranked by the margin between the two. Where the model hardly tells the classes apart, its contradictions say
 * nothing: then no label is doubted. O(rows · classes).
 */

/** Mean probability of the labels themselves from which on a model's contradictions count. */
const leastTrust = 0.8;
/** Margin by which another class must lead. */
const leastMargin = 0.6;
/** Share of doubtful labels that any boundary between classes brings with it. */
const usualShare = 0.02;

export type SuspectLabels = {
  /** Row indexes, most suspicious first. */
  readonly rows: readonly number[];
  /** Class each of them looks like. */
  readonly looksLike: readonly number[];
};

/** `probabilities` row-major, rows × classes; `label` the class index of every row, NaN where unknown. */
export function suspectLabels(
  probabilities: ArrayLike<number>,
  label: ArrayLike<number>,
  classCount: number,
): SuspectLabels {
  const sums = new Float64Array(classCount);
  const counts = new Float64Array(classCount);
  for (let i = 0; i < label.length; i++) {
    const own = label[i];
    if (Number.isNaN(own)) continue;
    sums[own] += probabilities[i * classCount + own];
    counts[own]++;
  }
  const known = counts.reduce((sum, count) => sum + count, 0);
  const trust = sums.reduce((sum, value) => sum + value, 0) / known;
  if (!(trust >= leastTrust)) return { rows: [], looksLike: [] };
  const found: { row: number; looksLike: number; margin: number }[] = [];
  for (let i = 0; i < label.length; i++) {
    const own = label[i];
    if (Number.isNaN(own)) continue;
    let best = -1;
    for (let k = 0; k < classCount; k++) {
      if (k === own || counts[k] === 0) continue;
      const p = probabilities[i * classCount + k];
      if (p >= sums[k] / counts[k] && (best < 0 || p > probabilities[i * classCount + best])) best = k;
    }
    if (best < 0) continue;
    const margin = probabilities[i * classCount + best] - probabilities[i * classCount + own];
    if (margin >= leastMargin) found.push({ row: i, looksLike: best, margin });
  }
  if (found.length < Math.max(3, usualShare * known)) return { rows: [], looksLike: [] };
  found.sort((a, b) => b.margin - a.margin || a.row - b.row);
  return { rows: found.map(({ row }) => row), looksLike: found.map(({ looksLike }) => looksLike) };
}
