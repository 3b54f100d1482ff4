/**
 * Inductive Venn–Abers prediction (Vovk, Petej & Fedorova 2015). For a margin x the isotonic fit is made twice, once with
 * x added as a negative and once as a positive row; its values at x are p₀ ≤ p₁, between which a well-calibrated
 * probability lies, and p = p₁ / (1 − p₀ + p₁) is the one that log loss prefers. Here p₀ and p₁ are found exactly at up to
 * `knotCount` margins and joined by straight lines, because steps would jump on float32 rounding. Margins are gathered into
 * at most 4 096 equal-count groups first: O(knots · groups) after one sort.
 */
import type { ProbabilityBand } from '../conformal/interval-model.ts';
import type { Calibrator } from '../model-spec.ts';
import { argsort } from '../stats/argsort.ts';

const knotCount = 64;
const mostGroups = 4096;

type Group = { margin: number; mass: number; positives: number };

/** The band p₀…p₁ over the margin, from margins of rows with known outcome (0/1). Both ends never fall. */
export function vennAbersBand(margins: ArrayLike<number>, labels: ArrayLike<number>): ProbabilityBand {
  const groups = gather(margins, labels);
  const at = [
    ...new Set(Array.from({ length: knotCount }, (_, i) => Math.round((i * (groups.length - 1)) / (knotCount - 1)))),
  ];
  const low = at.map((g) => isotonicAt(groups, g, 0));
  const high = at.map((g) => isotonicAt(groups, g, 1));
  for (let i = 1; i < at.length; i++) {
    low[i] = Math.max(low[i], low[i - 1]);
    high[i] = Math.max(high[i], high[i - 1]);
  }
  return { margins: at.map((g) => groups[g].margin), low, high };
}

/** The calibrator of a band: p₁ / (1 − p₀ + p₁) at its knots, straight between them; never steeper than the margin. */
export function bandCalibrator(band: ProbabilityBand): Calibrator {
  const margins: number[] = [];
  const probabilities: number[] = [];
  band.margins.forEach((margin, i) => {
    const p = band.high[i] / (1 - band.low[i] + band.high[i]);
    const last = margins.length - 1;
    // A rise faster than the margin would magnify float32 rounding
    if (last >= 0 && !(p - probabilities[last] <= margin - margins[last])) return;
    margins.push(margin);
    probabilities.push(p);
  });
  return { kind: 'venn-abers', margins, probabilities };
}

function gather(margins: ArrayLike<number>, labels: ArrayLike<number>): Group[] {
  const order = argsort(margins);
  const least = order.length / mostGroups;
  const groups: Group[] = [];
  let open: Group = { margin: 0, mass: 0, positives: 0 };
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    open.mass++;
    open.positives += labels[row];
    open.margin += (margins[row] - open.margin) / open.mass;
    const last = i + 1 === order.length;
    if (!last && (open.mass < least || margins[order[i + 1]] === margins[row])) continue;
    groups.push(open);
    open = { margin: 0, mass: 0, positives: 0 };
  }
  return groups;
}

/**
 * Value at group `at` of the isotonic fit with one more row of that label there: the max–min formula over the blocks of
 * pool-adjacent-violators, of which only the block that holds `at` is wanted.
 */
function isotonicAt(groups: readonly Group[], at: number, label: 0 | 1): number {
  const mass: number[] = [];
  const positives: number[] = [];
  let block = -1;
  for (let g = 0; g < groups.length; g++) {
    const own = g === at ? 1 : 0;
    mass.push(groups[g].mass + own);
    positives.push(groups[g].positives + own * label);
    if (own === 1) block = mass.length - 1;
    for (let last = mass.length - 1; last > 0; last--) {
      if (positives[last - 1] * mass[last] < positives[last] * mass[last - 1]) break;
      mass[last - 1] += mass[last];
      positives[last - 1] += positives[last];
      mass.pop();
      positives.pop();
      if (block === last) block = last - 1;
    }
  }
  return positives[block] / mass[block];
}
