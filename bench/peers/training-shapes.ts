/** Data shapes of the training comparison, made from a seed: the same values by column for Augury and by row for peers. */
import { createRng } from '../../main/base/rng.ts';

export type Shape = {
  readonly name: string;
  readonly rows: number;
  readonly numeric: number;
  readonly categories: number;
  readonly missingShare: number;
  /** 2, or more for several classes. */
  readonly classes: number;
  /** Rows ordered by label and first column. */
  readonly sorted: boolean;
  readonly rounds: number;
  readonly leaves: number;
};

const dense = {
  rows: 1_000_000,
  numeric: 28,
  categories: 0,
  missingShare: 0,
  classes: 2,
  sorted: false,
  rounds: 100,
  leaves: 31,
} as const;

export const shapes: readonly Shape[] = [
  { ...dense, name: 'dense' },
  { ...dense, name: 'large-trees', rounds: 30, leaves: 255 },
  { ...dense, name: 'missing', rows: 100_000, numeric: 50, missingShare: 0.1 },
  { ...dense, name: 'categories', rows: 500_000, numeric: 10, categories: 10, rounds: 50 },
  { ...dense, name: 'sorted', sorted: true, rounds: 50 },
  { ...dense, name: 'seven-classes', rows: 200_000, classes: 7, rounds: 30 },
];

/** Rows held back for the AUC, at the end. */
export const testRows = (shape: Shape): number => Math.round(shape.rows / 5);

export type ShapeData = { readonly columns: readonly Float32Array[]; readonly label: Float64Array };

/** Training rows first, then test rows of the same kind. Every seventh numeric column holds one of three values. */
export function makeShape(shape: Shape, seed: number): ShapeData {
  const rng = createRng(seed);
  const total = shape.rows + testRows(shape);
  const width = shape.numeric + shape.categories;
  const columns = Array.from({ length: width }, () => new Float32Array(total));
  const effects = Array.from({ length: shape.categories }, () =>
    Float64Array.from({ length: 200 }, () => rng.normal()),
  );
  const label = new Float64Array(total);
  for (let row = 0; row < total; row++) {
    for (let f = 0; f < shape.numeric; f++) {
      // A sum of uniforms: cheap, and smooth enough
      columns[f][row] = f % 7 === 6 ? rng.int(3) : (rng.next() + rng.next() + rng.next() - 1.5) * 2;
    }
    for (let c = 0; c < shape.categories; c++) columns[shape.numeric + c][row] = rng.int(10 + 19 * c);
    const x = (f: number): number => columns[f][row];
    let score = x(0) * x(1) + Math.sin(3 * x(2)) + x(3) * x(4) * (x(6) - 1) + 0.5 * x(5) ** 2 + 0.3 * x(7) * x(8) - 0.5;
    for (let c = 0; c < shape.categories; c++) score += 0.4 * effects[c][columns[shape.numeric + c][row]];
    if (shape.classes > 2) {
      label[row] = Math.min(shape.classes - 1, Math.max(0, Math.floor(score + 3 + 2 * (rng.next() - 0.5))));
    } else {
      label[row] = rng.next() < 1 / (1 + Math.exp(-1.5 * score)) ? 1 : 0;
    }
    for (let f = 0; f < shape.numeric; f++) if (rng.next() < shape.missingShare) columns[f][row] = Number.NaN;
  }
  if (!shape.sorted) return { columns, label };
  const order = Int32Array.from({ length: shape.rows }, (_, i) => i).sort(
    (a, b) => label[a] - label[b] || columns[0][a] - columns[0][b],
  );
  const arrange = <A extends Float32Array | Float64Array>(values: A): A => {
    const copy = values.slice();
    order.forEach((row, i) => {
      values[i] = copy[row];
    });
    return values;
  };
  return { columns: columns.map(arrange), label: arrange(label) };
}
