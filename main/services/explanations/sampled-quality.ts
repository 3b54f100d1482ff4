/** How well the explanations of a file hold, summed over its rows: agreement, settling, and the grades of the first rows. */
import type { ExplainSampledOutput } from '../../compute/tasks/explain-sampled.ts';

export type QualityTally = {
  readonly sampledRows: number;
  /** Rows that could be compared with exact contributions. */
  readonly compared: number;
  readonly agreement: number;
  readonly rankStability: number;
  readonly unsettled: number;
  readonly grades: { readonly A: number; readonly B: number; readonly C: number; readonly D: number };
  readonly remarks: readonly string[];
};

export const noQuality: QualityTally = {
  sampledRows: 0,
  compared: 0,
  agreement: 0,
  rankStability: 0,
  unsettled: 0,
  grades: { A: 0, B: 0, C: 0, D: 0 },
  remarks: [],
};

/** Adds a block; exact contributions without warranties add nothing. */
export function addQuality(tally: QualityTally, block: Partial<ExplainSampledOutput>): QualityTally {
  const { agreement, rankStability, unsettled } = block;
  const grades = { ...tally.grades };
  const remarks = [...tally.remarks];
  for (const { grade, words } of block.grades ?? []) {
    grades[grade]++;
    if ((grade === 'C' || grade === 'D') && remarks.length < 5) remarks.push(words);
  }
  const total = (values: ArrayLike<number> | undefined): number =>
    Array.from(values ?? []).reduce((a, b) => a + (Number.isNaN(b) ? 0 : b), 0);
  return {
    sampledRows: tally.sampledRows + (agreement?.length ?? 0),
    compared: tally.compared + (agreement?.filter((value) => !Number.isNaN(value)).length ?? 0),
    agreement: tally.agreement + total(agreement),
    rankStability: tally.rankStability + total(rankStability),
    unsettled: tally.unsettled + total(unsettled),
    grades,
    remarks,
  };
}

/** What the command line and the window read. */
export type SampledQuality = {
  /** Sampled methods: means over the rows; null for the exact one. */
  readonly sampled: {
    /** Null for models without exact contributions. */
    readonly rankCorrelationWithShap: number | null;
    readonly rankStability: number;
    readonly unsettledRows: number;
  } | null;
  /** Grades of the rows that were checked; null when none was. */
  readonly warranty: {
    readonly rows: number;
    readonly grades: QualityTally['grades'];
    readonly low: number;
    readonly remarks: readonly string[];
  } | null;
};

export function sampledQuality(tally: QualityTally): SampledQuality {
  const { sampledRows, grades } = tally;
  const rows = grades.A + grades.B + grades.C + grades.D;
  return {
    sampled:
      sampledRows === 0
        ? null
        : {
            rankCorrelationWithShap: tally.compared === 0 ? null : tally.agreement / tally.compared,
            rankStability: tally.rankStability / sampledRows,
            unsettledRows: tally.unsettled,
          },
    warranty: rows === 0 ? null : { rows, grades, low: grades.C + grades.D, remarks: tally.remarks },
  };
}
