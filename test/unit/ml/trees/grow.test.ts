import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { gradientUnit } from '../../../../main/ml/kernels/histogram.ts';
import { applyBins, buildBins } from '../../../../main/ml/trees/bins.ts';
import { createGrower } from '../../../../main/ml/trees/grow.ts';
import { resolveTreeParams } from '../../../../main/ml/trees/params.ts';
import { createTreeBuilder } from '../../../../main/ml/trees/tree-builder.ts';
import { allRows, mixedData } from '../../../helpers/trees.ts';

describe('D1 tree growth', () => {
  it.each([{}, { featureFraction: 0.6, featureFractionByNode: 0.6, extraTrees: true }])(
    'grows the same trees when histograms are evicted and rebuilt: %o',
    (extra) => {
      const data = mixedData('regression', 4000, 31);
      const mapper = buildBins(data.matrix, data.kinds, null, { maxBins: 255 });
      const binned = applyBins(mapper, data.matrix);
      const params = resolveTreeParams({ leaves: 40, minDataInLeaf: 5, minDataPerGroup: 10, ...extra });
      const rng = createRng(1);
      const packed = Float64Array.from(data.label, (y) => Math.round(y - 1000 + rng.next()) * gradientUnit + 100);
      const sum = packed.reduce((a, b) => a + b, 0);
      const builders = [4, 1e9].map((bytes) => {
        const grower = createGrower(binned, mapper, [0, 1, 2, 3, 4], params, allRows(4000), bytes);
        const builder = createTreeBuilder();
        for (let seed = 0; seed < 4; seed++) {
          grower.rows.set(allRows(4000));
          const input = { packed, sum, gradientScale: 1, hessianScale: 100, seed };
          expect(grower.grow(builder, 4000, input, () => false)?.leafCount).toBe(40);
        }
        return builder;
      });
      expect(builders[0]).toEqual(builders[1]);
    },
  );
});
