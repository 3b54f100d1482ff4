import { describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { neverStop } from '../../main/base/stop.ts';
import { rowIntervals } from '../../main/ml/conformal/apply.ts';
import { fitNumberIntervals } from '../../main/ml/conformal/numbers.ts';

/** y = 5 sin x + ε · (0.3 + 2 |x|): predictions are the mean with a small bias, as an imperfect model gives. */
function rows(count: number, seed: number) {
  const rng = createRng(seed);
  const x = Float32Array.from({ length: count }, () => 4 * rng.next() - 2);
  const noise = Float32Array.from({ length: count }, () => rng.normal());
  const labels = Float64Array.from(x, (v) => 5 * Math.sin(v) + (0.3 + 2 * Math.abs(v)) * rng.normal());
  const outputs = Float64Array.from(x, (v) => 5 * Math.sin(v) + 0.2 * v);
  return { labels, outputs, x, matrix: { rowCount: count, columns: [x, noise] } };
}

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

describe('D7 coverage over 20 seeds', () => {
  it('is 90 % ± 1 % on fresh heteroscedastic rows, by adaptive intervals narrower than constant ones', () => {
    let inside = 0;
    let width = 0;
    let constantWidth = 0;
    let calm = 0;
    let calmInside = 0;
    const kinds = new Set<string>();
    const count = 4_000;
    for (const seed of seeds) {
      const made = fitNumberIntervals(
        { ...rows(1_500, seed), kinds: ['numeric', 'numeric'], groups: null, source: 'cross', seed },
        { stop: neverStop, deadline: () => false },
      );
      kinds.add(made.shape.kind);
      const plain = fitNumberIntervals(
        { ...rows(1_500, seed), kinds: ['numeric', 'numeric'], groups: null, source: 'cross', seed },
        { stop: neverStop, deadline: () => true },
      );
      const fresh = rows(count, 1000 + seed);
      const of = (model: typeof made) => {
        const found = rowIntervals(
          model,
          { frame: { rowCount: count, columns: [] }, ...fresh, task: 'regression', classCount: 0 },
          0.9,
        );
        if (found.kind !== 'number') throw new Error(found.kind);
        return found;
      };
      const { low, high } = of(made);
      const constant = of(plain);
      for (let i = 0; i < count; i++) {
        const held = fresh.labels[i] >= low[i] && fresh.labels[i] <= high[i];
        if (held) inside++;
        width += high[i] - low[i];
        constantWidth += constant.high[i] - constant.low[i];
        if (Math.abs(fresh.x[i]) > 0.5) continue;
        calm++;
        if (held) calmInside++;
      }
    }
    const total = count * seeds.length;
    expect(inside / total).toBeGreaterThan(0.89);
    expect(inside / total).toBeLessThan(0.91);
    expect(kinds.has('constant')).toBe(false);
    expect(width).toBeLessThan(0.93 * constantWidth);
    // A constant width would hold nearly all calm rows; an adaptive one holds about as many as everywhere
    expect(calmInside / calm).toBeLessThan(0.96);
  });
});
