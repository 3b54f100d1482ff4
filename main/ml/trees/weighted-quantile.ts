/**
 * Quantiles of weighted samples: each value stands in the middle of its weight, positions between are interpolated, beyond
 * the outermost middles the outermost value holds. Without weights this is Hazen's definition (Hyndman & Fan type 5).
 */

/** The `level`-quantile of values[0…count); NaN when nothing weighs anything. Sorts its arguments' copies. */
export function weightedQuantile(values: Float64Array, weights: Float64Array | null, level: number): number {
  const count = values.length;
  if (count === 0) return Number.NaN;
  if (weights === null) return plainQuantile(values, level);
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[i];
  if (!(total > 0)) return Number.NaN;
  const wanted = level * total;
  let reached = 0;
  let lastValue = Number.NaN;
  let lastMiddle = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    if (weights[i] === 0) continue;
    const middle = reached + weights[i] / 2;
    if (middle >= wanted) {
      if (Number.isNaN(lastValue)) return values[i];
      return lastValue + ((wanted - lastMiddle) / (middle - lastMiddle)) * (values[i] - lastValue);
    }
    reached += weights[i];
    lastValue = values[i];
    lastMiddle = middle;
  }
  return lastValue;
}

function plainQuantile(values: Float64Array, level: number): number {
  const sorted = values.slice().sort();
  const position = level * sorted.length - 0.5;
  if (position <= 0) return sorted[0];
  if (position >= sorted.length - 1) return sorted[sorted.length - 1];
  const below = Math.floor(position);
  return sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
}
