/** Reading a confusion matrix: rows are the true class, columns the predicted one. */

export type ClassReading = {
  readonly label: string;
  readonly rows: number;
  /** Share of the class that was recognised; null without rows. */
  readonly recall: number | null;
  /** Share of its predictions that were right; null without predictions. */
  readonly precision: number | null;
  /** The class it is most often taken for, with the share of its rows; null when it never is. */
  readonly confusedWith: { readonly label: string; readonly share: number } | null;
};

/** One reading a class, in the order of the matrix. */
export function readConfusion(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
): readonly ClassReading[] {
  return classes.map((label, index) => {
    const row = counts[index] ?? [];
    const rows = row.reduce((sum, count) => sum + count, 0);
    const predicted = counts.reduce((sum, each) => sum + (each[index] ?? 0), 0);
    const right = row[index] ?? 0;
    let worst = -1;
    row.forEach((count, other) => {
      if (other !== index && count > 0 && (worst < 0 || count > (row[worst] ?? 0))) worst = other;
    });
    return {
      label,
      rows,
      recall: rows === 0 ? null : right / rows,
      precision: predicted === 0 ? null : right / predicted,
      confusedWith: worst < 0 ? null : { label: classes[worst] ?? '', share: (row[worst] ?? 0) / rows },
    };
  });
}

/** Counts as shares of the true class, for shading; rows without cases stay at zero. */
export function shareByTruth(counts: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
}
