/**
 * Brackets of early stopping over folds, after ASHA (Li et al., "A system for massively parallel hyperparameter tuning",
 * MLSys 2020, §3): a trial is first measured on few folds and is carried on only while it is among the best share of the
 * trials that were measured on the same folds. Losses on equal folds are paired, so few folds tell trials apart. What is
 * decided depends on the losses alone, never on the clock.
 */

/** Groups of folds run one after the other: two, then up to five, then the rest. */
export function rungsOf(foldCount: number): readonly (readonly number[])[] {
  const ends = [Math.min(2, foldCount), Math.min(5, foldCount), foldCount];
  const rungs: number[][] = [];
  let from = 0;
  for (const end of ends) {
    if (end > from) rungs.push(Array.from({ length: end - from }, (_, i) => from + i));
    from = Math.max(from, end);
  }
  return rungs;
}

export type BracketRule = {
  /** Share of the trials measured on these folds that a trial must be among; null: no such condition. */
  readonly share: number | null;
  /** How far behind the best of them a trial may be, as a share of its loss. */
  readonly tolerance: number;
};

/** Fewer measured trials make no bracket. */
const fewestPeers = 3;
/** Trials this near to the best go on whatever their rank: the difference is noise. */
const practicallyEqual = 0.001;

/** Null: go on. Else the reason to stop, in words. `peers` hold NaN in folds that were not run. */
export function reasonToStop(
  losses: readonly number[],
  folds: readonly number[],
  peers: readonly (readonly number[])[],
  rule: BracketRule,
): string | null {
  const own = meanOver(losses, folds);
  const measured = peers
    .map((peer) => meanOver(peer, folds))
    .filter((loss) => Number.isFinite(loss))
    .sort((a, b) => a - b);
  if (measured.length === 0 || !Number.isFinite(own)) return null;
  const best = measured[0];
  if (own <= best + Math.abs(best) * practicallyEqual) return null;
  const on = folds.length === 1 ? 'one fold' : `${folds.length} folds`;
  if (own > best + Math.abs(best) * rule.tolerance) {
    return `after ${on} its loss ${own.toPrecision(4)} is more than ${Number((rule.tolerance * 100).toPrecision(2))} % behind the best (${best.toPrecision(4)})`;
  }
  if (rule.share === null || measured.length < fewestPeers) return null;
  const bar = measured[Math.max(0, Math.ceil(rule.share * measured.length) - 1)];
  return own > bar
    ? `after ${on} its loss ${own.toPrecision(4)} is not among the best ${Math.round(rule.share * 100)} % of ${measured.length} trials (${bar.toPrecision(4)})`
    : null;
}

function meanOver(losses: readonly number[], folds: readonly number[]): number {
  let sum = 0;
  for (const fold of folds) sum += losses[fold] ?? Number.NaN;
  return sum / folds.length;
}
