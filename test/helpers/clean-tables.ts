/** Clean tables of many shapes: what findings must stay silent on. */
import { createRng, type Rng } from '../../main/base/rng.ts';
import type { RawColumn } from '../../main/ml/frame.ts';

type Made = { rowCount: number; columns: RawColumn[] };

export const dayUs = 86_400e6;
export const readAtUs = Date.parse('2025-06-01T00:00:00Z') * 1000;

const gamma = (rng: Rng, shape: number): number => {
  let sum = 0;
  for (let k = 0; k < shape; k++) sum -= Math.log(1 - rng.next());
  return sum;
};
const studentT = (rng: Rng, freedom: number): number => {
  let chi = 0;
  for (let k = 0; k < freedom; k++) chi += rng.normal() ** 2;
  return rng.normal() / Math.sqrt(chi / freedom);
};
export const poisson = (rng: Rng, mean: number): number => {
  let n = 0;
  for (let p = rng.next(); p > Math.exp(-mean); p *= rng.next()) n++;
  return n;
};
export const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const shapes: readonly ((rng: Rng) => () => number)[] = [
  (rng) => () => round(50 + 12 * rng.normal(), 2),
  (rng) => () => round(Math.exp(8 + 0.8 * rng.normal()), 2),
  (rng) => () => round(gamma(rng, 2) * 30, 3),
  (rng) => () => round(-Math.log(1 - rng.next()) * 5, 3),
  (rng) => () => round(studentT(rng, 4) * 3, 3),
  (rng) => () => rng.next(),
  (rng) => () => 18 + rng.int(70),
  (rng) => () => poisson(rng, 4),
  (rng) => () => 1 + rng.int(5),
  (rng) => () => round(rng.next() < 0.5 ? 10 + rng.normal() : 30 + 3 * rng.normal(), 2),
  (rng) => () => round(Math.min(rng.next(), rng.next(), rng.next()) * 1000, 1),
  (rng) => () => round((rng.next() < 0.3 ? -1 : 1) * gamma(rng, 3) * 100, 1),
];

export const cities = [
  'Berlin',
  'Paris',
  'Madrid',
  'Rome',
  'Vienna',
  'Lisbon',
  'Dublin',
  'Warsaw',
  'Prague',
  'Zürich',
  'Malmö',
  'Kraków',
];
const words = [
  ['Month-to-month', 'One year', 'Two year'],
  ['Yes', 'No', 'No internet service'],
  ['male', 'female'],
  ['A', 'B', 'C', 'D', 'F'],
  ['North', 'South', 'East', 'West'],
  ['Private', 'Self-employed', 'Local government', 'Federal government', 'Unemployed', 'Never worked'],
  ['Austria', 'Australia', 'Germany', 'Iran', 'Iraq', 'Slovakia', 'Slovenia', 'Niger', 'Nigeria'],
];

export const numeric = (name: string, values: ArrayLike<number>): RawColumn => ({
  type: 'double',
  name,
  values: Float64Array.from(values),
});
export const dated = (name: string, values: ArrayLike<number>): RawColumn => ({
  type: 'timestamp',
  name,
  values: Float64Array.from(values),
});
export function texts(name: string, values: readonly (string | null)[]): RawColumn {
  const levels = [...new Set(values.filter((value) => value !== null))].sort();
  const at = new Map(levels.map((level, i) => [level, i]));
  return {
    type: 'string',
    name,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : (at.get(value) ?? -1))),
    levels,
  };
}

/** A clean table of the seed: 300 to 3 000 rows, numbers of many shapes, levels, dates, an id, some values missing. */
export function cleanTable(seed: number): Made {
  const rng = createRng(seed);
  const rowCount = 300 + rng.int(2700);
  const columns: RawColumn[] = [
    numeric(
      'id',
      Array.from({ length: rowCount }, (_, i) => i + 1),
    ),
  ];
  const some = <T>(value: T, empty: T, share: number): T => (rng.next() < share ? empty : value);
  for (let k = 0; k < 6; k++) {
    const draw = shapes[rng.int(shapes.length)](rng);
    const share = rng.next() < 0.3 ? 0.1 : 0;
    columns.push(
      numeric(
        `number ${k}`,
        Array.from({ length: rowCount }, () => some(draw(), Number.NaN, share)),
      ),
    );
  }
  for (let k = 0; k < 3; k++) {
    const set = k === 0 ? cities : words[rng.int(words.length)];
    const skew = 1 + 2 * rng.next();
    const share = rng.next() < 0.3 ? 0.1 : 0;
    columns.push(
      texts(
        `text ${k}`,
        Array.from({ length: rowCount }, () =>
          some<string | null>(set[Math.floor(set.length * rng.next() ** skew)], null, share),
        ),
      ),
    );
  }
  const start = Date.parse('2015-01-01T00:00:00Z') * 1000;
  columns.push(
    dated(
      'day',
      Array.from({ length: rowCount }, (_, i) => start + i * dayUs),
    ),
  );
  columns.push(
    dated(
      'seen',
      Array.from({ length: rowCount }, () => start + rng.int(3000) * dayUs),
    ),
  );
  columns.push(
    texts(
      'note',
      Array.from({ length: rowCount }, (_, i) => `case ${i} of ${cities[rng.int(cities.length)]} no ${rng.int(1e6)}`),
    ),
  );
  return { rowCount, columns };
}
