/**
 * Weighted isotonic regression by pooling adjacent violators (Ayer, Brunk, Ewing, Reid & Silverman 1955): the closest curve
 * in weighted squares that only rises, or only falls. Linear in the number of values.
 */

/** The fitted values; cells without weight follow their neighbours at a trace of weight. */
export function isotonic(values: Float64Array, weights: Float64Array, direction: 'up' | 'down'): Float64Array {
  const sign = direction === 'up' ? 1 : -1;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const trace = total > 0 ? total * 1e-12 : 1;
  const pools: { sum: number; mass: number; count: number }[] = [];
  for (let i = 0; i < values.length; i++) {
    const mass = weights[i] + trace;
    let last = { sum: sign * values[i] * mass, mass, count: 1 };
    for (let before = pools.at(-1); before !== undefined; before = pools.at(-1)) {
      if (before.sum / before.mass <= last.sum / last.mass) break;
      pools.pop();
      last = { sum: before.sum + last.sum, mass: before.mass + last.mass, count: before.count + last.count };
    }
    pools.push(last);
  }
  const out = new Float64Array(values.length);
  let at = 0;
  for (const { sum, mass, count } of pools) {
    // A value that was not pooled is itself, not its product with the weight divided again.
    out.fill(count === 1 ? values[at] : (sign * sum) / mass, at, at + count);
    at += count;
  }
  return out;
}
