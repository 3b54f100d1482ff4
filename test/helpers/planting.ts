/** Tools to plant defects. */
import type { Rng } from '../../main/base/rng.ts';
import type { RawColumn } from '../../main/ml/frame.ts';
import { cities, round } from './clean-tables.ts';

export type Defect = {
  /** Kind that must be found. */
  readonly kind: string;
  /** What is planted, in words. */
  readonly name: string;
  /** Column the finding must name. */
  readonly column: string;
  readonly plant: (rng: Rng, rowCount: number) => RawColumn[];
};

export const many = <T>(rowCount: number, make: (i: number) => T): T[] =>
  Array.from({ length: rowCount }, (_, i) => make(i));
export const normal = (rng: Rng, rowCount: number): number[] => many(rowCount, () => round(100 + 15 * rng.normal(), 2));
export const skewed = (rng: Rng, rowCount: number): number[] =>
  many(rowCount, () => round(Math.exp(3 + 0.6 * rng.normal()), 2));
export const city = (rng: Rng): string => cities[rng.int(cities.length)];
export const replace = <T>(rng: Rng, values: T[], share: number, make: (value: T) => T): T[] => {
  const count = Math.max(4, Math.round(share * values.length));
  for (let k = 0; k < count; k++) {
    const i = rng.int(values.length);
    values[i] = make(values[i]);
  }
  return values;
};
export const broken = (text: string): string => text.replace('ü', 'Ã¼').replace('ö', 'Ã¶').replace('ó', 'Ã³');
