/**
 * FAST ranking of pairs (Lou, Caruana, Gehrke & Hooker, "Accurate intelligible models with pairwise interactions", KDD 2013,
 * §4): for every pair of features, the most that one cut of each, four constants together, takes off the loss that the
 * features alone leave. With cumulative histograms a pair costs rows + cells, not rows × cuts.
 */
import { type Rng, shuffle } from '../../base/rng.ts';

/** One feature's cells for ranking. */
export type RankedAxis = { readonly column: Uint8Array; readonly cellCount: number };

/** Gradients and hessians of the rows that rank, one array an output. */
export type Residuals = { readonly g: readonly Float64Array[]; readonly h: readonly Float64Array[] };

/**
 * Twice the loss that the best pair of cuts takes off: Σ over its four quadrants of G² ÷ (H + λ), less the same for all
 * rows together. Outputs add up, each with its own cuts.
 */
export function fastGain(a: RankedAxis, b: RankedAxis, rows: Int32Array, residuals: Residuals, lambda: number): number {
  const [n, m] = [a.cellCount, b.cellCount];
  let gain = 0;
  for (let k = 0; k < residuals.g.length; k++) {
    const g = cumulative(a, b, rows, residuals.g[k]);
    const h = cumulative(a, b, rows, residuals.h[k]);
    const at = (sums: Float64Array, i: number, j: number): number => sums[i * m + j];
    const [allG, allH] = [at(g, n - 1, m - 1), at(h, n - 1, m - 1)];
    let best = 0;
    for (let i = 0; i + 1 < n; i++) {
      const [rowG, rowH] = [at(g, i, m - 1), at(h, i, m - 1)];
      for (let j = 0; j + 1 < m; j++) {
        const [columnG, columnH] = [at(g, n - 1, j), at(h, n - 1, j)];
        const [g00, h00] = [at(g, i, j), at(h, i, j)];
        const found =
          part(g00, h00, lambda) +
          part(rowG - g00, rowH - h00, lambda) +
          part(columnG - g00, columnH - h00, lambda) +
          part(allG - rowG - columnG + g00, allH - rowH - columnH + h00, lambda);
        if (found > best) best = found;
      }
    }
    gain += best - part(allG, allH, lambda);
  }
  return gain;
}

const part = (g: number, h: number, lambda: number): number => (h > 1e-9 ? (g * g) / (h + lambda) : 0);

/** Sums over all cells up to (i, j), row-major. */
function cumulative(a: RankedAxis, b: RankedAxis, rows: Int32Array, values: Float64Array): Float64Array {
  const [n, m] = [a.cellCount, b.cellCount];
  const sums = new Float64Array(n * m);
  for (const row of rows) sums[a.column[row] * m + b.column[row]] += values[row];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      sums[i * m + j] +=
        (i > 0 ? sums[(i - 1) * m + j] : 0) +
        (j > 0 ? sums[i * m + j - 1] : 0) -
        (i > 0 && j > 0 ? sums[(i - 1) * m + j - 1] : 0);
    }
  }
  return sums;
}

export type RankedPair = { readonly a: number; readonly b: number; readonly gain: number };

/** Gains of all pairs of axes, best first; equal gains keep the order of the features. */
export function rankPairs(
  axes: readonly RankedAxis[],
  rows: Int32Array,
  residuals: Residuals,
  lambda: number,
): readonly RankedPair[] {
  const found: RankedPair[] = [];
  for (let a = 0; a < axes.length; a++) {
    for (let b = a + 1; b < axes.length; b++) {
      found.push({ a, b, gain: fastGain(axes[a], axes[b], rows, residuals, lambda) });
    }
  }
  return found.sort((x, y) => y.gain - x.gain || x.a - y.a || x.b - y.b);
}

/** The same residuals dealt to other rows: what pairs gain on them is chance. */
export function shuffleResiduals(residuals: Residuals, rows: Int32Array, rng: Rng): Residuals {
  const order = shuffle(rows.slice(), rng);
  const move = (values: Float64Array): Float64Array => {
    const out = values.slice();
    for (let i = 0; i < rows.length; i++) out[rows[i]] = values[order[i]];
    return out;
  };
  return { g: residuals.g.map(move), h: residuals.h.map(move) };
}
