/** One measured figure. `bar` is what it must meet, in words, or null. */
export type Figure = {
  readonly section: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: string | null;
  readonly met: boolean | null;
  readonly detail: string;
};

export type Measure = (figure: Omit<Figure, 'section'>) => void;

/** A value at quantile p of unsorted samples (nearest rank). */
export function quantile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))];
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
