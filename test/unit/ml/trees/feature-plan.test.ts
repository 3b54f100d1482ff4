import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { HistogramLayout } from '../../../../main/ml/trees/bundles.ts';
import { drawFeaturePlan, planFeatures } from '../../../../main/ml/trees/feature-plan.ts';

describe('D1 features of a tree', () => {
  it('need no larger histogram than all features, however full the drawn ones are', () => {
    const counts = fc.array(fc.constantFrom(3, 40, 200, 256), { minLength: 2, maxLength: 40 });
    const share = fc.double({ min: 0.1, max: 1, noNaN: true });
    fc.assert(
      fc.property(counts, share, fc.integer({ min: 0, max: 1000 }), (binCounts, fraction, seed) => {
        const columnOf = Int32Array.from(binCounts, (_, feature) => feature);
        const layout = { columnOf, binCounts } as Partial<HistogramLayout> as HistogramLayout;
        const full = planFeatures(layout, [...columnOf]);
        const drawn = drawFeaturePlan(layout, full, fraction, createRng(seed));
        expect(drawn.histogram.size).toBeLessThanOrEqual(full.histogram.size);
        drawn.histogram.features.forEach((feature, j) => {
          const next = drawn.histogram.offsets[j + 1] ?? drawn.histogram.size;
          expect(next - drawn.histogram.offsets[j]).toBeGreaterThanOrEqual(binCounts[feature]);
        });
      }),
    );
  });
});
