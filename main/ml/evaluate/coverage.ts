/**
 * Whether intervals hold on outcomes as promised. Intervals that rest on n calibration rows at level L do not cover exactly L:
 * over draws of those rows the coverage is Beta(k, n + 1 − k) with k = ⌈(n + 1) · L⌉ (Vovk 2012; Angelopoulos & Bates 2023, §3.2), so
 * of m new rows a beta-binomial number lies inside. What is off target is what that law makes unlikely; a plain binomial
 * test would call models wrong for the luck of their calibration rows.
 */
import { type Estimate, shareOf } from './intervals.ts';

/** `below` and `above`: less or more than the promise by more than chance; `held`: within it; `few`: nothing can be told. */
export type CoverageVerdict = 'held' | 'below' | 'above' | 'few';

export type JudgedCoverage = {
  /** Share inside with Wilson's 95 % interval. */
  readonly coverage: Estimate;
  readonly verdict: CoverageVerdict;
};

export type CoverageCount = {
  readonly rows: number;
  readonly inside: number;
  /** Rows the intervals rest on. */
  readonly calibrationRows: number;
};

/** Fewer rows would be called held whatever they show. */
const fewestRows = 30;
/** Two-sided, over all comparisons together (Bonferroni). */
const significance = 0.05;

/** Judges a count at a level beside `comparisons` − 1 others; null without rows. O(rows). */
export function judgeCoverage(level: number, count: CoverageCount, comparisons = 1): JudgedCoverage | null {
  const { rows, inside, calibrationRows } = count;
  const coverage = shareOf(inside, rows);
  if (coverage === null) return null;
  const rank = Math.ceil((calibrationRows + 1) * level - 1e-9);
  if (rows < fewestRows || rank > calibrationRows) return { coverage, verdict: 'few' };
  const { atMost, atLeast } = betaBinomialTails(inside, rows, rank, calibrationRows + 1 - rank);
  const limit = significance / (2 * comparisons);
  return { coverage, verdict: atMost < limit ? 'below' : atLeast < limit ? 'above' : 'held' };
}

/** P(X ≤ x) and P(X ≥ x) of X successes in m draws whose probability is Beta(a, b), for positive integers a and b. */
export function betaBinomialTails(
  x: number,
  m: number,
  a: number,
  b: number,
): { readonly atMost: number; readonly atLeast: number } {
  // ln P(0) = ln B(a, b + m) − ln B(a, b)
  let logMass = 0;
  for (let j = 0; j < m; j++) logMass += Math.log((b + j) / (a + b + j));
  let atMost = 0;
  let below = 0;
  for (let i = 0; i <= x; i++) {
    const mass = Math.exp(logMass);
    if (i < x) below += mass;
    atMost += mass;
    logMass += Math.log(((m - i) * (a + i)) / ((i + 1) * (b + m - i - 1)));
  }
  return { atMost: Math.min(1, atMost), atLeast: Math.max(0, 1 - below) };
}
