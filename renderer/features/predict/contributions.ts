/** Contributions as the waterfall and its table show them: the strongest ones, the rest summed, nothing lost. */
import type { Cell } from '../../../main/contract/common.ts';
import type { Contribution } from '../../../main/contract/predictions.ts';

export type ContributionRow = {
  /** Null for the sum of the columns not listed. */
  readonly column: string | null;
  readonly value: Cell;
  readonly contribution: number;
  /** How many columns the row stands for. */
  readonly columns: number;
};

/** The strongest `limit` contributions in order of size and, when there are more, the sum of the others as last row. */
export function groupContributions(contributions: readonly Contribution[], limit: number): readonly ContributionRow[] {
  const sorted = [...contributions].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const shown = sorted.length <= limit + 1 ? sorted : sorted.slice(0, limit);
  const rest = sorted.slice(shown.length);
  return [
    ...shown.map((each) => ({ ...each, columns: 1 })),
    ...(rest.length === 0
      ? []
      : [
          {
            column: null,
            value: null,
            contribution: rest.reduce((sum, each) => sum + each.contribution, 0),
            columns: rest.length,
          },
        ]),
  ];
}
