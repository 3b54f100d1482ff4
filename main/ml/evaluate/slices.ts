/**
 * Where a model is weak, without being told where to look: conditions on up to three columns under which its loss is higher
 * than elsewhere (after Slice Finder, Chung et al. 2019). Columns are cut into a few values or quarters; a beam search
 * over conjunctions looks at one half of the rows, and what it finds is tested on the other half, which had no part in
 * the finding, at a false-discovery rate of 5 % over everything tested. O(beam · rows · columns) a level.
 */
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import { discoveries, type Estimate, meanEstimate, normalTail, type Sums, welch } from './intervals.ts';

/** A column cut into few cells; the last name may stand for missing values. */
export type CutColumn = { readonly name: string; readonly cells: readonly string[]; readonly cellOf: Uint8Array };

/** One condition: the rows of a cell of a column. */
export type SliceTerm = { readonly column: string; readonly cell: string };

export type Slice = {
  readonly terms: readonly SliceTerm[];
  /** All rows of the slice, in both halves. */
  readonly rows: readonly number[];
  /** Mean loss in the slice and outside it, on the half that had no part in finding it. */
  readonly loss: Estimate;
  readonly elsewhere: number;
  /** Rows of the slice in that half. */
  readonly testedRows: number;
  readonly p: number;
};

export type SliceSearch = { readonly slices: readonly Slice[]; readonly tested: number };

export type SliceOptions = {
  readonly seed: number;
  readonly depth?: number;
  readonly most?: number;
  readonly stop?: () => boolean;
  /** Share done, 0…1. */
  readonly onProgress?: (share: number) => void;
};

const beam = 24;
const leastShare = 0.01;
const leastRows = 40;
const rate = 0.05;
/** A narrower slice must lose this much more than a wider one that holds it. */
const worthNarrowing = 1.2;

type Term = { readonly column: number; readonly cell: number };
type Found = {
  readonly terms: readonly Term[];
  readonly rows: Int32Array;
  readonly sums: Sums;
  readonly statistic: number;
};

/** The weakest slices, worst first, at most `most`; none when no weakness stands the test. */
export function findSlices(losses: Float64Array, columns: readonly CutColumn[], options: SliceOptions): SliceSearch {
  const order = shuffle(
    Int32Array.from({ length: losses.length }, (_, i) => i),
    createRng(deriveSeed(options.seed, 'slices')),
  );
  const middle = Math.ceil(order.length / 2);
  const search = order.slice(0, middle).sort();
  const test = order.slice(middle).sort();
  const candidates = beamSearch(losses, columns, search, options);
  const all = sumRows(losses, test);
  const tested = candidates.map((found) => {
    const rows = test.filter((row) => holds(columns, found.terms, row));
    const own = sumRows(losses, rows);
    const rest = minus(all, own);
    const statistic = own.count < 2 || rest.count < 2 ? Number.NaN : welch(own, rest);
    const p = Number.isNaN(statistic) ? 1 : normalTail(statistic);
    return { found, own, rest, p, rows };
  });
  const significant = discoveries(
    tested.map(({ p }) => p),
    rate,
  );
  const kept: { slice: Slice; terms: readonly Term[]; excess: number }[] = [];
  const ranked = tested
    .filter((_, i) => significant[i])
    .sort((a, b) => a.found.terms.length - b.found.terms.length || a.p - b.p);
  for (const { found, own, rest, p } of ranked) {
    const loss = meanEstimate(own);
    if (loss === null) continue;
    const elsewhere = rest.total / rest.count;
    const excess = loss.value - elsewhere;
    const wider = kept.filter((other) => other.terms.every((term) => found.terms.some((own) => same(own, term))));
    if (wider.some((other) => excess < worthNarrowing * other.excess)) continue;
    kept.push({
      terms: found.terms,
      excess,
      slice: {
        terms: found.terms.map(({ column, cell }) => ({
          column: columns[column].name,
          cell: columns[column].cells[cell],
        })),
        rows: [...search, ...test].filter((row) => holds(columns, found.terms, row)),
        loss,
        elsewhere,
        testedRows: own.count,
        p,
      },
    });
  }
  const slices = kept
    .sort((a, b) => b.excess * Math.sqrt(b.slice.rows.length) - a.excess * Math.sqrt(a.slice.rows.length))
    .slice(0, options.most ?? 10)
    .map(({ slice }) => slice);
  return { slices, tested: tested.length };
}

const same = (a: Term, b: Term): boolean => a.column === b.column && a.cell === b.cell;

const holds = (columns: readonly CutColumn[], terms: readonly Term[], row: number): boolean =>
  terms.every(({ column, cell }) => columns[column].cellOf[row] === cell);

function sumRows(losses: Float64Array, rows: ArrayLike<number>): Sums {
  let total = 0;
  let squares = 0;
  for (let i = 0; i < rows.length; i++) {
    total += losses[rows[i]];
    squares += losses[rows[i]] ** 2;
  }
  return { count: rows.length, total, squares };
}

const minus = (all: Sums, own: Sums): Sums => ({
  count: all.count - own.count,
  total: all.total - own.total,
  squares: all.squares - own.squares,
});

/** Conjunctions whose loss is high on the search half, by Welch's statistic against all other rows of it. */
function beamSearch(
  losses: Float64Array,
  columns: readonly CutColumn[],
  search: Int32Array,
  options: SliceOptions,
): readonly Found[] {
  const all = sumRows(losses, search);
  const least = Math.max(leastRows, leastShare * search.length);
  const depth = options.depth ?? 3;
  const seen = new Set<string>();
  const kept: Found[] = [];
  let level: readonly Found[] = [{ terms: [], rows: search, sums: all, statistic: 0 }];
  for (let d = 1; d <= depth; d++) {
    const next: Found[] = [];
    for (const [p, parent] of level.entries()) {
      if (options.stop?.() === true) return kept;
      options.onProgress?.((d - 1 + p / level.length) / depth);
      for (const child of split(losses, columns, parent, all, least)) {
        const key = child.terms.map(({ column, cell }) => `${column}:${cell}`).join(' ');
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(child);
      }
    }
    level = next.sort((a, b) => b.statistic - a.statistic).slice(0, beam);
    kept.push(...level);
  }
  return kept;
}

/** The parent's rows by every cell of every column it has no term on, where they lose more than the parent does. */
function split(
  losses: Float64Array,
  columns: readonly CutColumn[],
  parent: Found,
  all: Sums,
  least: number,
): readonly Found[] {
  const found: Found[] = [];
  const parentMean = parent.sums.total / parent.sums.count;
  columns.forEach(({ cellOf, cells }, column) => {
    if (parent.terms.some((term) => term.column === column)) return;
    const count = new Float64Array(cells.length);
    const total = new Float64Array(cells.length);
    const squares = new Float64Array(cells.length);
    for (const row of parent.rows) {
      const cell = cellOf[row];
      const loss = losses[row];
      count[cell]++;
      total[cell] += loss;
      squares[cell] += loss * loss;
    }
    for (let cell = 0; cell < cells.length; cell++) {
      if (count[cell] < least || count[cell] === parent.rows.length) continue;
      const sums = { count: count[cell], total: total[cell], squares: squares[cell] };
      if (sums.total / sums.count <= parentMean) continue;
      const rest = minus(all, sums);
      const statistic = rest.count < 2 ? Number.NaN : welch(sums, rest);
      if (!(statistic > 1.5)) continue;
      const terms = [...parent.terms, { column, cell }].sort((a, b) => a.column - b.column);
      found.push({ terms, rows: parent.rows.filter((row) => cellOf[row] === cell), sums, statistic });
    }
  });
  return found;
}
