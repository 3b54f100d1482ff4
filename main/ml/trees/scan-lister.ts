/** Which histogram columns of a tree are scanned together, and how: see ../kernels/scan-features.ts. */
import { listKinds, listWidth, type ScanList } from '../kernels/scan-features.ts';
import type { TrainingKernels } from '../kernels/training.ts';
import type { BinMapper } from './bins.ts';
import type { HistogramLayout } from './bundles.ts';
import type { FeaturePlan } from './feature-plan.ts';
import type { TreeParams } from './params.ts';

/** All columns of a plan's histogram; `places` has the column of each of the plan's features. */
export type PlanList = ScanList & { readonly places: Int32Array };

/** Lists plans of up to `most` features, the last one kept; bundles are listed, and scanned elsewhere. */
export function createScanLister(
  layout: HistogramLayout,
  mapper: BinMapper,
  params: TreeParams,
  most: number,
  kernels: TrainingKernels,
): { readonly list: (plan: FeaturePlan) => PlanList } {
  const entries = kernels.ints(listWidth * most);
  const places = new Int32Array(most);
  let known: FeaturePlan | null = null;
  let last: PlanList = { entries, count: 0, places };
  const fill = (plan: FeaturePlan): void => {
    const { histogram, features, offsets } = plan;
    const placeOf = new Map<number, number>();
    histogram.features.forEach((column, k) => {
      placeOf.set(histogram.offsets[k], k);
      entries[listWidth * k] = histogram.offsets[k];
      entries[listWidth * k + 1] = layout.binCounts[column] - 1;
      entries[listWidth * k + 2] = listKinds.other;
    });
    features.forEach((feature, j) => {
      places[j] = placeOf.get(offsets[j]) ?? 0;
      if (layout.shift[feature] >= 0) return;
      const { kind, missingBin } = mapper.features[feature];
      const few = missingBin - 1 <= params.oneHotMax ? listKinds.oneByOne : listKinds.ordered;
      entries[listWidth * places[j] + 2] = kind === 'numeric' ? listKinds.numeric : few;
    });
    known = plan;
    last = { entries, count: histogram.count, places };
  };
  return {
    list: (plan) => {
      if (known !== plan) fill(plan);
      return last;
    },
  };
}
