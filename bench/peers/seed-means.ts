/** Means over seeds and how far chance moves them. */

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Standard error of the mean: which interactions greedy trees come upon is chance, and differs from seed to seed. */
export function errorOfMean(values: readonly number[]): number {
  const squares = values.map((value) => (value - mean(values)) ** 2);
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / (values.length - 1) / values.length);
}
