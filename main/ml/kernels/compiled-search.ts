/** Histograms and the search for splits by compiled kernels. */
import type { Arena } from './arena.ts';
import type { CallBuffers } from './call-buffers.ts';
import type { Crew } from './crew.ts';
import type { HistogramPlan, HistogramSource } from './histogram.ts';
import { type LeafScan, listKinds, listWidth, type ScanList } from './scan-features.ts';
import type { TrainingKernels } from './training.ts';
import { operations } from './training-module.ts';
import { plainKernels } from './training-plain.ts';

const bufferWords = 4096;
/** Rows of a unit of a histogram: few for small leaves, so that threads end together. */
const unitRows = { least: 128, most: 1024 } as const;
/** Columns of a unit of a scan. */
const unitColumns = 2;

/** Work of a scan: categories are put in order first. */
function listWork({ entries, count }: ScanList): number {
  let work = 0;
  for (let j = 0; j < count; j++) work += entries[listWidth * j + 2] === listKinds.numeric ? 1500 : 8000;
  return work;
}

type Search = Pick<TrainingKernels, 'buildHistogram' | 'scanFeatures' | 'searchSiblings' | 'subtractHistogram'>;

/** The search kernels over an arena, run by a crew. */
export function compiledSearch({ ints, doubles, holds }: Arena, crew: Crew, { keep, age }: CallBuffers): Search {
  let placed: HistogramPlan | null = null;
  let placedAt = -1;
  let first = -1;
  const placePlan = (plan: HistogramPlan): void => {
    if (placed === plan && placedAt === age()) return;
    keep('offsets', plan.count, ints).set(plan.offsets);
    keep('features', plan.count, ints).set(plan.features);
    first = plan.features[0] ?? 0;
    for (let j = 0; j < plan.count; j++) if (plan.features[j] !== first + j) first = -1;
    placed = plan;
    placedAt = age();
  };
  const buffers = (): Int32Array => keep('buffers', (crew.helpers() + 1) * bufferWords, ints);
  const others = (plan: HistogramPlan): Float64Array => keep('histograms', crew.helpers() * plan.size, doubles);
  const flags = (): Int32Array => keep('flags', crew.helpers() + 1, ints);

  /** Fills `hist`, or with `histogramParts` each thread's own; returns how many threads did. */
  const fill = (operation: number, source: HistogramSource, hist: Float64Array): number => {
    const { plan, bins, stride, packed, rows, start, end } = source;
    const shared = crew.helped((end - start) * plan.count - 4 * plan.size);
    placePlan(plan);
    const offsets = keep('offsets', plan.count, ints);
    const features = keep('features', plan.count, ints);
    const share = shared ? Math.ceil((end - start) / (512 * (crew.helpers() + 1))) * 64 : unitRows.most;
    const unit = Math.max(unitRows.least, Math.min(unitRows.most, share));
    crew.put(0, bins, stride, packed, rows, start, end, hist, plan.size, offsets, features, plan.count, first);
    crew.put(12, others(plan), flags(), buffers(), unit);
    return crew.lead(operation, Math.ceil((end - start) / unit), shared);
  };

  const putLeaf = (at: number, { leaf, floor }: LeafScan): void => {
    crew.putDoubles(at, leaf.gradient, leaf.hessian, leaf.lambda, leaf.alpha, leaf.minHessian, floor);
    crew.putDoubles(at + 6, leaf.catSmooth, leaf.catRows, leaf.catL2);
    crew.putDoubles(at + 9, leaf.maxCatThreshold, leaf.minDataPerGroup, leaf.hessianPerRow);
  };

  return {
    buildHistogram: (source, hist) => {
      if (!holds(source.bins, source.packed, source.rows, hist)) plainKernels.buildHistogram(source, hist);
      else fill(operations.histogram, source, hist);
    },
    scanFeatures: (hist, list, scan) => {
      if (!holds(hist, list.entries, scan.out)) {
        plainKernels.scanFeatures(hist, list, scan);
        return;
      }
      const shared = crew.helped(listWork(list));
      crew.put(0, hist, list.entries, list.count, scan.out, buffers());
      putLeaf(0, scan);
      crew.lead(operations.scan, Math.ceil(list.count / unitColumns), shared);
    },
    searchSiblings: (source, parent, small, list, smallScan, largeScan) => {
      const arrays = [source.bins, source.packed, source.rows, parent, small, list.entries, largeScan.out];
      if (!holds(...arrays, smallScan === null ? null : smallScan.out)) {
        plainKernels.searchSiblings(source, parent, small, list, smallScan, largeScan);
        return;
      }
      const threads = fill(operations.histogramParts, source, small);
      const { plan } = source;
      const shared = crew.helped((smallScan === null ? 1 : 2) * listWork(list) + plan.size);
      crew.put(0, small, list.entries, list.count, smallScan === null ? null : smallScan.out, buffers());
      crew.put(5, parent, largeScan.out, threads, others(plan), flags(), plan.size);
      if (smallScan !== null) putLeaf(0, smallScan);
      putLeaf(12, largeScan);
      crew.lead(operations.siblings, Math.ceil(list.count / unitColumns), shared);
    },
    subtractHistogram: (parent, child, size) => {
      if (holds(parent, child)) crew.kernel.subtract(parent.byteOffset, child.byteOffset, size);
      else plainKernels.subtractHistogram(parent, child, size);
    },
  };
}
