/** Defects planted in clean tables: what the findings are measured on. */
import { createRng } from '../../main/base/rng.ts';
import type { Frame } from '../../main/ml/frame.ts';
import { cleanTable, dated, dayUs, numeric, poisson, round, texts } from './clean-tables.ts';
import { textDefects } from './planted-texts.ts';
import { city, type Defect, many, normal, replace, skewed } from './planting.ts';

/** Every defect, each planted in a column "bad". */
export const defects: readonly Defect[] = [
  ...[-999, 9999, -99, 99999, -1].map(
    (value): Defect => ({
      kind: 'disguised-missing',
      name: `${value} for missing`,
      column: 'bad',
      plant: (rng, n) => [
        numeric(
          'bad',
          replace(
            rng,
            many(n, () => Math.abs(round(30 + 8 * rng.normal(), 1))),
            0.02,
            () => value,
          ),
        ),
      ],
    }),
  ),
  {
    kind: 'disguised-missing',
    name: '7777 in a skewed column',
    column: 'bad',
    plant: (rng, n) => [
      numeric(
        'bad',
        replace(rng, skewed(rng, n), 0.02, () => 7777),
      ),
    ],
  },
  ...['N/A', 'unknown', '?', 'not available'].map(
    (word): Defect => ({
      kind: 'disguised-missing',
      name: `"${word}" among texts`,
      column: 'bad',
      plant: (rng, n) => [
        texts(
          'bad',
          replace(
            rng,
            many(n, () => city(rng)),
            0.03,
            () => word,
          ),
        ),
      ],
    }),
  ),
  ...['1900-01-01', '1970-01-01', '9999-12-31'].map(
    (day): Defect => ({
      kind: 'disguised-missing',
      name: `${day} for no date`,
      column: 'bad',
      plant: (rng, n) => [
        dated(
          'bad',
          replace(
            rng,
            many(n, () => Date.parse('2018-01-01T00:00:00Z') * 1000 + rng.int(2000) * dayUs),
            0.02,
            () => Date.parse(`${day}T00:00:00Z`) * 1000,
          ),
        ),
      ],
    }),
  ),
  {
    kind: 'outlier',
    name: 'a few values 100 times too large',
    column: 'bad',
    plant: (rng, n) => [
      numeric(
        'bad',
        replace(rng, normal(rng, n), 0.003, (value) => value * 100 + rng.next()),
      ),
    ],
  },
  {
    kind: 'outlier',
    name: 'one value far below',
    column: 'bad',
    plant: (rng, n) => {
      const values = normal(rng, n);
      values[rng.int(n)] = -4203.7;
      return [numeric('bad', values)];
    },
  },
  {
    kind: 'outlier',
    name: 'a slip of the comma in a skewed column',
    column: 'bad',
    plant: (rng, n) => [
      numeric(
        'bad',
        replace(rng, skewed(rng, n), 0.003, () => round(40_000 + 20_000 * rng.next(), 1)),
      ),
    ],
  },
  {
    kind: 'inlier',
    name: 'a value filled in with the mean',
    column: 'bad',
    plant: (rng, n) => [
      numeric(
        'bad',
        replace(
          rng,
          normal(rng, n).map((value) => value + rng.next()),
          0.06,
          () => 101.37,
        ),
      ),
    ],
  },
  {
    kind: 'excess-zeros',
    name: 'zeros in a continuous column',
    column: 'bad',
    plant: (rng, n) => [
      numeric(
        'bad',
        replace(
          rng,
          normal(rng, n).map((value) => value + rng.next()),
          0.15,
          () => 0,
        ),
      ),
    ],
  },
  {
    kind: 'excess-zeros',
    name: 'zeros in counts',
    column: 'bad',
    plant: (rng, n) => [
      numeric(
        'bad',
        replace(
          rng,
          many(n, () => poisson(rng, 40)),
          0.8,
          () => 0,
        ),
      ),
    ],
  },
  ...textDefects,
  ...[1000, 100, 10, 2.20462, 1 / 2.54, 1 / 1000].map(
    (factor): Defect => ({
      kind: 'unit-jump',
      name: `rows times ${round(factor, 4)}`,
      column: 'bad',
      plant: (rng, n) => {
        const values = many(n, () => 70 * Math.exp(0.12 * rng.normal()));
        const from = Math.floor(n * (0.2 + 0.3 * rng.next()));
        const to = from + Math.floor(n * 0.2);
        for (let i = from; i < to; i++) values[i] *= factor;
        return [numeric('bad', values)];
      },
    }),
  ),
  ...[100, 1000].map(
    (factor): Defect => ({
      kind: 'unit-jump',
      name: `scattered values times ${factor}`,
      column: 'bad',
      plant: (rng, n) => [
        numeric(
          'bad',
          many(n, () => 1.7 * Math.exp(0.1 * rng.normal()) * (rng.next() < 0.1 ? factor : 1)),
        ),
      ],
    }),
  ),
  {
    kind: 'time-gap',
    name: 'days left out',
    column: 'bad',
    plant: (rng, n) => {
      const hole = 50 + rng.int(n - 100);
      return [
        dated(
          'bad',
          many(n, (i) => Date.parse('2012-01-01T00:00:00Z') * 1000 + (i + (i > hole ? 4 : 0)) * dayUs),
        ),
      ];
    },
  },
  {
    kind: 'duplicate-time',
    name: 'a day twice',
    column: 'bad',
    plant: (rng, n) => {
      const twice = 50 + rng.int(n - 100);
      return [
        dated(
          'bad',
          many(n, (i) => Date.parse('2012-01-01T00:00:00Z') * 1000 + (i - (i > twice ? 1 : 0)) * dayUs),
        ),
      ];
    },
  },
  {
    kind: 'future-date',
    name: 'dates to come',
    column: 'bad',
    plant: (rng, n) => [
      dated(
        'bad',
        replace(
          rng,
          many(n, () => Date.parse('2022-01-01T00:00:00Z') * 1000 + rng.int(1000) * dayUs),
          0.005,
          () => Date.parse('2047-03-03T00:00:00Z') * 1000,
        ),
      ),
    ],
  },
  {
    kind: 'infinite',
    name: 'a division by zero',
    column: 'bad',
    plant: (rng, n) => [
      numeric(
        'bad',
        replace(rng, normal(rng, n), 0.002, () => Number.POSITIVE_INFINITY),
      ),
    ],
  },
  {
    kind: 'duplicate-key',
    name: 'ids used twice',
    column: 'order_id',
    plant: (rng, n) => {
      const values = many(n, (i) => 10_000 + i * 3);
      values[40] = values[12];
      values[n - 5] = values[n - 9];
      return [numeric('order_id', values), numeric('amount', normal(rng, n))];
    },
  },
  {
    kind: 'duplicate-column',
    name: 'a column twice, with slips',
    column: 'bad',
    plant: (rng, n) => {
      const values = normal(rng, n);
      return [
        numeric('good', values),
        numeric(
          'bad',
          replace(rng, [...values], 0.003, (value) => value + 1),
        ),
      ];
    },
  },
  {
    kind: 'duplicate-column',
    name: 'the same in another unit',
    column: 'bad',
    plant: (rng, n) => {
      const values = normal(rng, n);
      return [
        numeric('good', values),
        numeric(
          'bad',
          values.map((value) => round(value * 2.54, 2)),
        ),
      ];
    },
  },
];

/** The table of a seed with one defect. */
export function plantedTable(seed: number, defect: Defect): Frame {
  const { rowCount, columns } = cleanTable(seed);
  return { rowCount, columns: [...columns, ...defect.plant(createRng(seed + 7), rowCount)] };
}
