/** Clean tables of many shapes, and defects to plant in them: what the findings are measured on. */
import { createRng, type Rng } from '../../main/base/rng.ts';
import type { Frame, RawColumn } from '../../main/ml/frame.ts';

type Made = { rowCount: number; columns: RawColumn[] };

const dayUs = 86_400e6;
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
const poisson = (rng: Rng, mean: number): number => {
  let n = 0;
  for (let p = rng.next(); p > Math.exp(-mean); p *= rng.next()) n++;
  return n;
};
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

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

const cities = [
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

export type Defect = {
  /** Kind that must be found. */
  readonly kind: string;
  /** What is planted, in words. */
  readonly name: string;
  /** Column the finding must name. */
  readonly column: string;
  readonly plant: (rng: Rng, rowCount: number) => RawColumn[];
};

const many = <T>(rowCount: number, make: (i: number) => T): T[] => Array.from({ length: rowCount }, (_, i) => make(i));
const normal = (rng: Rng, rowCount: number): number[] => many(rowCount, () => round(100 + 15 * rng.normal(), 2));
const skewed = (rng: Rng, rowCount: number): number[] =>
  many(rowCount, () => round(Math.exp(3 + 0.6 * rng.normal()), 2));
const city = (rng: Rng): string => cities[rng.int(cities.length)];
const replace = <T>(rng: Rng, values: T[], share: number, make: (value: T) => T): T[] => {
  const count = Math.max(4, Math.round(share * values.length));
  for (let k = 0; k < count; k++) {
    const i = rng.int(values.length);
    values[i] = make(values[i]);
  }
  return values;
};
const broken = (text: string): string => text.replace('ü', 'Ã¼').replace('ö', 'Ã¶').replace('ó', 'Ã³');

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
  {
    kind: 'mixed-types',
    name: 'words among numbers',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        replace(
          rng,
          many(n, () => String(round(20 + 5 * rng.normal(), 1))),
          0.03,
          () => ['about ten', '12 kg', 'twelve'][rng.int(3)],
        ),
      ),
    ],
  },
  {
    kind: 'mixed-types',
    name: 'words among dates',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        replace(
          rng,
          many(n, () => `2023-0${1 + rng.int(9)}-1${rng.int(9)}`),
          0.03,
          () => ['soon', 'next week'][rng.int(2)],
        ),
      ),
    ],
  },
  {
    kind: 'mixed-types',
    name: 'dates written in two ways',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        many(n, (i) => (i % 3 === 0 ? `1${rng.int(9)} March 2023` : `2023-0${1 + rng.int(9)}-1${rng.int(9)}`)),
      ),
    ],
  },
  {
    kind: 'spelling',
    name: 'upper case',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        replace(
          rng,
          many(n, () => city(rng)),
          0.02,
          (value) => value.toUpperCase(),
        ),
      ),
    ],
  },
  {
    kind: 'spelling',
    name: 'a swapped letter',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        replace(
          rng,
          many(n, () => city(rng)),
          0.01,
          () => 'Madird',
        ),
      ),
    ],
  },
  {
    kind: 'spelling',
    name: 'accents written as two characters',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        replace(
          rng,
          many(n, () => city(rng)),
          0.02,
          () => 'Zu\u0308rich',
        ),
      ),
    ],
  },
  {
    kind: 'whitespace',
    name: 'trailing blanks',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        replace(
          rng,
          many(n, () => city(rng)),
          0.02,
          (value) => `${value} `,
        ),
      ),
    ],
  },
  {
    kind: 'whitespace',
    name: 'no-break blanks',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        replace(
          rng,
          many(n, () => `${city(rng)} Nord`),
          0.02,
          (value) => value.replace(' ', '\u00a0'),
        ),
      ),
    ],
  },
  {
    kind: 'encoding',
    name: 'UTF-8 read as Windows-1252',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        replace(
          rng,
          many(n, () => ['Zürich', 'Malmö', 'Kraków'][rng.int(3)]),
          0.05,
          broken,
        ),
      ),
    ],
  },
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
