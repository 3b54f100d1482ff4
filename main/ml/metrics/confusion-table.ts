/** A confusion matrix for people: of very many classes only those that are mistaken most often. */

export type ConfusionTable = {
  /** Class texts in their order; the last is empty where `others` is present. */
  classes: string[];
  /** Rows are true classes, columns predicted ones. */
  counts: number[][];
  /** Present where classes were put together in the last row and column: how many, and what was right over all classes. */
  others?: { classes: number; rows: number; right: number };
};

const mostShown = 30;

/** The table of a row-major matrix: all classes, or the thirty with the most mistakes and one that stands for the others. */
export function mostConfused(classes: readonly string[], matrix: ArrayLike<number>): ConfusionTable {
  const count = classes.length;
  const all = Array.from({ length: count }, (_, k) => k);
  if (count <= mostShown) {
    return { classes: [...classes], counts: all.map((row) => all.map((column) => matrix[row * count + column])) };
  }
  const wrong = new Float64Array(count);
  let rows = 0;
  let right = 0;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const cases = matrix[row * count + column];
      rows += cases;
      if (row === column) right += cases;
      else {
        wrong[row] += cases;
        wrong[column] += cases;
      }
    }
  }
  const shown = [...all]
    .sort((a, b) => wrong[b] - wrong[a] || a - b)
    .slice(0, mostShown)
    .sort((a, b) => a - b);
  const place = new Int32Array(count).fill(mostShown);
  shown.forEach((k, at) => {
    place[k] = at;
  });
  const counts = Array.from({ length: mostShown + 1 }, () => new Array<number>(mostShown + 1).fill(0));
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) counts[place[row]][place[column]] += matrix[row * count + column];
  }
  return {
    classes: [...shown.map((k) => classes[k]), ''],
    counts,
    others: { classes: count - mostShown, rows, right },
  };
}
