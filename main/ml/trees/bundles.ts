/**
 * Exclusive feature bundling, after Ke et al., LightGBM (2017), in its exact form: features that are never away from their
 * commonest bin in the same training row share one histogram column (one-hot columns collapse into one). Only histograms
 * are bundled; a feature's own histogram is read back without loss, its commonest bin being the leaf's total minus the
 * rest, and sums are exact integers. Models are the same bytes with and without bundles.
 *
 * A bundle's bin 0 is "all at their commonest"; the other bins of its features follow one another. Cost: greedy, each
 * sparse feature is tried against a bounded number of bundles.
 */
import type { BinMapper, BinnedMatrix } from './bins.ts';

/** Where histograms are taken from: a byte table by row, and each feature's place in it. */
export type HistogramLayout = {
  readonly rowMajor: Uint8Array;
  /** Columns of the table. */
  readonly stride: number;
  readonly binCounts: readonly number[];
  /** Column of each feature. */
  readonly columnOf: Int32Array;
  /** Bundled features: the bin of the bundle before their first; −1 for features with a column of their own. */
  readonly shift: Int32Array;
  /** Bundled features: their commonest bin, which has no bin in the bundle. */
  readonly commonBin: Int32Array;
};

type Candidate = {
  readonly feature: number;
  readonly common: number;
  readonly away: Int32Array;
  readonly bins: number;
};
type Bundle = { readonly taken: Uint8Array; readonly members: Candidate[]; bins: number };

/** Away from the commonest bin in at most this share of rows, or a feature stays alone. */
const sparseShare = 0.25;
/** Fewer columns saved than this share of the features do not pay for reading bundles back. */
const leastSaving = 0.25;
const mostBundles = 32;
/** Rows looked at before a feature is counted in full. */
const probeRows = 4096;
const mostBins = 256;

/** The layout for growing trees on `rows` with `features`; the plain one where nothing can be bundled. */
export function layOutHistograms(
  binned: BinnedMatrix,
  mapper: BinMapper,
  features: readonly number[],
  rows: Int32Array,
): HistogramLayout {
  const binCounts = mapper.features.map((bins) => bins.missingBin + 1);
  const bundles = bundle(
    features.flatMap((feature) => findCandidate(binned.columns[feature], feature, binCounts[feature], rows) ?? []),
    binned.rowCount,
  );
  const plain: HistogramLayout = {
    rowMajor: binned.rowMajor,
    stride: binned.featureCount,
    binCounts,
    columnOf: Int32Array.from(binCounts.keys()),
    shift: new Int32Array(binCounts.length).fill(-1),
    commonBin: new Int32Array(binCounts.length),
  };
  const saved = bundles.reduce((sum, { members }) => sum + members.length - 1, 0);
  return saved < leastSaving * features.length ? plain : lay(binned, plain, features, bundles, rows);
}

/** Copies a bundled feature's own bins into `out`, given the packed total of the leaf. */
export function readBundled(
  layout: HistogramLayout,
  feature: number,
  binCount: number,
  hist: Float64Array,
  offset: number,
  total: number,
  out: Float64Array,
): void {
  const common = layout.commonBin[feature];
  let at = offset + layout.shift[feature];
  let rest = total;
  for (let b = 0; b < binCount; b++) {
    if (b === common) continue;
    const p = hist[++at];
    out[b] = p;
    rest -= p;
  }
  out[common] = rest;
}

function findCandidate(column: Uint8Array, feature: number, bins: number, rows: Int32Array): Candidate | null {
  const counts = new Int32Array(256);
  const probe = Math.min(probeRows, rows.length);
  const stride = Math.max(1, Math.floor(rows.length / probeRows));
  for (let i = 0; i < probe; i++) counts[column[rows[i * stride]]]++;
  // Dense beyond doubt: most features, and counting all of their rows would take longer than a round
  if (probe - Math.max(...counts) > 2 * sparseShare * probe) return null;
  counts.fill(0);
  for (let i = 0; i < rows.length; i++) counts[column[rows[i]]]++;
  const common = counts.indexOf(counts.reduce((a, b) => Math.max(a, b)));
  if (rows.length - counts[common] > sparseShare * rows.length) return null;
  return { feature, common, bins, away: rows.filter((row) => column[row] !== common) };
}

function bundle(candidates: Candidate[], rowCount: number): Bundle[] {
  candidates.sort((a, b) => b.away.length - a.away.length || a.feature - b.feature);
  const bundles: Bundle[] = [];
  for (const candidate of candidates) {
    const extra = candidate.bins - 1;
    let home = bundles.find(
      ({ bins, taken }) => bins + extra <= mostBins && !candidate.away.some((row) => taken[row] === 1),
    );
    if (home === undefined) {
      if (bundles.length === mostBundles) continue;
      home = { taken: new Uint8Array(rowCount), members: [], bins: 1 };
      bundles.push(home);
    }
    for (const row of candidate.away) home.taken[row] = 1;
    home.members.push(candidate);
    home.bins += extra;
  }
  return bundles.filter(({ members }) => members.length > 1);
}

function lay(
  binned: BinnedMatrix,
  plain: HistogramLayout,
  features: readonly number[],
  bundles: readonly Bundle[],
  rows: Int32Array,
): HistogramLayout {
  const shift = plain.shift.slice();
  const commonBin = plain.commonBin.slice();
  const columnOf = plain.columnOf.slice();
  const bundled = new Set(bundles.flatMap(({ members }) => members.map(({ feature }) => feature)));
  const alone = features.filter((feature) => !bundled.has(feature));
  const stride = alone.length + bundles.length;
  const rowMajor = binned.kernels.bytes(binned.rowCount * stride);
  const binCounts = [...alone.map((feature) => plain.binCounts[feature]), ...bundles.map(({ bins }) => bins)];
  alone.forEach((feature, column) => {
    columnOf[feature] = column;
    const bins = binned.columns[feature];
    for (let i = 0; i < rows.length; i++) rowMajor[rows[i] * stride + column] = bins[rows[i]];
  });
  bundles.forEach(({ members }, k) => {
    let first = 0;
    for (const { feature, common, bins, away } of members) {
      columnOf[feature] = alone.length + k;
      shift[feature] = first;
      commonBin[feature] = common;
      const column = binned.columns[feature];
      for (const row of away) {
        const bin = column[row];
        rowMajor[row * stride + alone.length + k] = first + (bin < common ? bin + 1 : bin);
      }
      first += bins - 1;
    }
  });
  return { rowMajor, stride, binCounts, columnOf, shift, commonBin };
}
