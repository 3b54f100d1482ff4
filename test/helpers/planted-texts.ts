/** Defects of text columns. */
import { round, texts } from './clean-tables.ts';
import { broken, city, type Defect, many, replace } from './planting.ts';

/** Each planted in a column "bad". */
export const textDefects: readonly Defect[] = [
  {
    kind: 'number-as-text',
    name: 'numbers with their unit',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        many(n, () => `${round(20 + 5 * rng.normal(), 1)} kg`),
      ),
    ],
  },
  {
    kind: 'date-as-text',
    name: 'dates as a log writes them',
    column: 'bad',
    plant: (rng, n) => [
      texts(
        'bad',
        many(n, () => `1${rng.int(10)}/Mar/2023:1${rng.int(10)}:0${rng.int(10)}:00`),
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
];
