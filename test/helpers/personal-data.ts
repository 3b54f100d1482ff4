/**
 * Columns with and without personal data, made from a seed. Check digits are worked out here in their own way, not with
 * the code under test. Names are half common ones and half made of syllables; what only looks personal is planted too.
 */
import { createRng, type Rng } from '../../main/base/rng.ts';

export type PlantedColumn = { readonly name: string; readonly kind: string | null; readonly values: readonly string[] };

const pick = <T>(rng: Rng, list: readonly T[]): T => list[rng.int(list.length)];
const digits = (rng: Rng, count: number): string => Array.from({ length: count }, () => rng.int(10)).join('');
const letters = (rng: Rng, count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(65 + rng.int(26))).join('');
const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const numbersOf = (text: string): number[] => [...text].map(Number);

/** The one digit at the end under which `holds` is true. */
function closing(body: string, holds: (all: string) => boolean): string | null {
  for (let d = 0; d < 10; d++) if (holds(body + d)) return body + d;
  return null;
}
const until = (make: () => string | null): string => {
  for (;;) {
    const made = make();
    if (made !== null) return made;
  }
};

const luhnSum = (text: string): number =>
  numbersOf(text)
    .reverse()
    .reduce((sum, d, i) => sum + (i % 2 === 0 ? d : d < 5 ? 2 * d : 2 * d - 9), 0);

const syllables = ['ka', 'ro', 'mi', 'ten', 'lo', 'va', 'shi', 'bel', 'dor', 'nu', 'gra', 'pel', 'wen', 'zo', 'thi'];
const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
const madeName = (rng: Rng): string =>
  capital(Array.from({ length: 2 + rng.int(2) }, () => pick(rng, syllables)).join(''));
const givenNames = [
  'James',
  'Maria',
  'Anna',
  'Peter',
  'Laura',
  'Jürgen',
  'Sophie',
  'Carlos',
  'Elena',
  'Ahmet',
  'Priya',
  'Marco',
  'David',
  'Sarah',
  'Jan',
  'Katarzyna',
  'Olivia',
  'Hans',
];
const familyNames = [
  'Smith',
  'Müller',
  'García',
  'Rossi',
  'Martin',
  'Kowalski',
  'Jansen',
  'Yılmaz',
  'Silva',
  'Patel',
  'Brown',
  'Schmidt',
  'Nguyen',
  'Johnson',
  'Fischer',
  'Dubois',
];
const given = (rng: Rng): string => (rng.next() < 0.6 ? pick(rng, givenNames) : madeName(rng));
const family = (rng: Rng): string => (rng.next() < 0.6 ? pick(rng, familyNames) : madeName(rng));
const day = (rng: Rng): string => {
  const [y, m, d] = [1930 + rng.int(80), 1 + rng.int(12), 1 + rng.int(28)];
  return `${y}-${pad(m, 2)}-${pad(d, 2)}`;
};
const email = (rng: Rng): string =>
  `${pick(rng, ['', 'info.', 'j.'])}${family(rng)
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()}${rng.int(999)}${pick(rng, ['', '+news'])}@${pick(rng, ['example.com', 'mail.example.org', 'beispiel.de', 'exemple.co.uk'])}`;
const international = (rng: Rng): string =>
  pick(rng, [
    () => `+49 ${1 + rng.int(9)}${digits(rng, 2)} ${digits(rng, 7)}`,
    () => `+1-${2 + rng.int(8)}${digits(rng, 2)}-${2 + rng.int(8)}${digits(rng, 2)}-${digits(rng, 4)}`,
    () => `+33 6 ${digits(rng, 2)} ${digits(rng, 2)} ${digits(rng, 2)} ${digits(rng, 2)}`,
    () => `+447${digits(rng, 9)}`,
    () => `+90 (5${digits(rng, 2)}) ${digits(rng, 3)} ${digits(rng, 2)} ${digits(rng, 2)}`,
  ])();
const usPhone = (rng: Rng): string => {
  const [a, b, c] = [2 + rng.int(8) + digits(rng, 2), 2 + rng.int(8) + digits(rng, 2), digits(rng, 4)];
  return pick(rng, [`(${a}) ${b}-${c}`, `${a}-${b}-${c}`, `${a}.${b}.${c}`]);
};
const germanPhone = (rng: Rng): string =>
  `0${1 + rng.int(9)}${digits(rng, 2)}${pick(rng, ['/', '-', ' '])}${digits(rng, 4 + rng.int(3))}`;
const card = (rng: Rng): string => {
  const body = pick(rng, [
    () => `4${digits(rng, 14)}`,
    () => `5${1 + rng.int(5)}${digits(rng, 13)}`,
    () => `37${digits(rng, 12)}`,
  ])();
  const whole = until(() => closing(body, (all) => luhnSum(all) % 10 === 0));
  return rng.next() < 0.4 && whole.length === 16 ? (whole.match(/.{4}/g) ?? []).join(' ') : whole;
};
const ibanForms: readonly [string, (rng: Rng) => string][] = [
  ['DE', (rng) => digits(rng, 18)],
  ['NL', (rng) => `${letters(rng, 4)}${digits(rng, 10)}`],
  ['GB', (rng) => `${letters(rng, 4)}${digits(rng, 14)}`],
  ['ES', (rng) => digits(rng, 20)],
];
const iban = (rng: Rng): string => {
  const [country, make] = pick(rng, ibanForms);
  const account = make(rng);
  const written = [...`${account}${country}00`].map((c) => (c >= 'A' ? String(c.charCodeAt(0) - 55) : c)).join('');
  const whole = `${country}${pad(98 - Number(BigInt(written) % 97n), 2)}${account}`;
  return rng.next() < 0.5 ? whole : (whole.match(/.{1,4}/g) ?? []).join(' ');
};
const weighted = (text: string, weights: readonly number[]): number =>
  weights.reduce((sum, w, i) => sum + w * Number(text[i]), 0);

const nationalIds: Readonly<Record<string, (rng: Rng) => string>> = {
  ssn: (rng) => `${pad(1 + rng.int(665), 3)}-${pad(1 + rng.int(99), 2)}-${pad(1 + rng.int(9999), 4)}`,
  nino: (rng) =>
    `${pick(rng, ['AB', 'CE', 'JK', 'PR', 'SW'])} ${digits(rng, 2)} ${digits(rng, 2)} ${digits(rng, 2)} ${pick(rng, ['A', 'B', 'C', 'D'])}`,
  steuer_id: (rng) =>
    until(() => {
      const order = [...'0123456789'];
      for (let i = 9; i > 0; i--) {
        const j = rng.int(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      order[9] = order[rng.int(9)];
      if (order[0] === '0') return null;
      let rest = 10;
      for (const digit of order) {
        const sum = (Number(digit) + rest) % 10;
        rest = ((sum === 0 ? 10 : sum) * 2) % 11;
      }
      return order.join('') + ((11 - rest) % 10);
    }),
  nir: (rng) => {
    const body = `${1 + rng.int(2)}${digits(rng, 2)}${pad(1 + rng.int(12), 2)}${pad(1 + rng.int(95), 2)}${digits(rng, 6)}`;
    return body + pad(97 - Number(BigInt(body) % 97n), 2);
  },
  dni: (rng) => {
    const number = digits(rng, 8);
    return number + 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23];
  },
  bsn: (rng) =>
    until(() =>
      closing(`${1 + rng.int(9)}${digits(rng, 7)}`, (all) => weighted(all, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0),
    ),
  pesel: (rng) =>
    until(() =>
      closing(
        `${digits(rng, 2)}${pad(1 + rng.int(12), 2)}${pad(1 + rng.int(28), 2)}${digits(rng, 4)}`,
        (all) => weighted(all, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
      ),
    ),
  tckn: (rng) => {
    const n = numbersOf(`${1 + rng.int(9)}${digits(rng, 8)}`);
    const tenth = ((((n[0] + n[2] + n[4] + n[6] + n[8]) * 7 - (n[1] + n[3] + n[5] + n[7])) % 10) + 10) % 10;
    return `${n.join('')}${tenth}${(n.reduce((a, b) => a + b, 0) + tenth) % 10}`;
  },
  cpf: (rng) => {
    const n = numbersOf(digits(rng, 9));
    for (const start of [10, 11]) {
      const rest = (n.reduce((sum, d, i) => sum + d * (start - i), 0) * 10) % 11;
      n.push(rest % 10);
    }
    const t = n.join('');
    return `${t.slice(0, 3)}.${t.slice(3, 6)}.${t.slice(6, 9)}-${t.slice(9)}`;
  },
  pan_india: (rng) =>
    `${letters(rng, 3)}${pick(rng, ['P', 'C', 'H'])}${letters(rng, 1)}${digits(rng, 4)}${letters(rng, 1)}`,
};

type Maker = readonly [name: string, kind: string | null, make: (rng: Rng, row: number) => string];

const personal: readonly Maker[] = [
  ['email', 'email', email],
  ['kontakt', 'email', email],
  ['c7', 'email', email],
  ['phone', 'phone', (rng) => pick(rng, [international, usPhone, germanPhone])(rng)],
  ['Telefonnummer', 'phone', germanPhone],
  ['mobile', 'phone', (rng) => `0${digits(rng, 9)}`],
  ['col_3', 'phone', international],
  ['x2', 'phone', usPhone],
  ['card_number', 'card', card],
  ['c9', 'card', card],
  ['IBAN', 'iban', iban],
  ['ref', 'iban', iban],
  ['ip_address', 'ip', (rng) => `${1 + rng.int(223)}.${rng.int(256)}.${rng.int(256)}.${rng.int(256)}`],
  ['src', 'ip', (rng) => `${1 + rng.int(223)}.${rng.int(256)}.${rng.int(256)}.${1 + rng.int(254)}`],
  ['ipv6', 'ip', (rng) => `2001:db8:${rng.int(65535).toString(16)}::${rng.int(65535).toString(16)}`],
  ['first_name', 'given-name', given],
  ['Vorname', 'given-name', given],
  ['prénom', 'given-name', given],
  ['LastName', 'family-name', family],
  ['Nachname', 'family-name', family],
  ['apellidos', 'family-name', family],
  ['name', 'name', (rng) => `${given(rng)} ${family(rng)}`],
  ['customerName', 'name', (rng) => `${family(rng)}, ${given(rng)}`],
  ['c4', 'name', (rng) => `${given(rng)} ${family(rng)}`],
  ['dob', 'birth-date', day],
  ['Geburtsdatum', 'birth-date', (rng) => day(rng).split('-').reverse().join('.')],
  [
    'address',
    'address',
    (rng) => `${1 + rng.int(400)} ${madeName(rng)} ${pick(rng, ['Street', 'Ave', 'Road', 'Lane'])}`,
  ],
  ['Anschrift', 'address', (rng) => `${madeName(rng)}${pick(rng, ['straße', 'weg', 'allee'])} ${1 + rng.int(90)}`],
  ['loc', 'address', (rng) => `${1 + rng.int(400)} ${madeName(rng)} ${pick(rng, ['Street', 'Ave', 'Road'])}`],
  ['zip_code', 'postcode', (rng) => digits(rng, 5)],
  ['PLZ', 'postcode', (rng) => digits(rng, 5)],
  ['postcode', 'postcode', (rng) => `${letters(rng, 2)}${1 + rng.int(9)} ${digits(rng, 1)}${letters(rng, 2)}`],
  ['passport_no', 'passport', (rng) => `${letters(rng, 1)}${digits(rng, 8)}`],
  ['driver_license', 'licence', (rng) => `${letters(rng, 1)}${digits(rng, 7)}`],
  [
    'comment',
    'free-text',
    (rng, row) => (row % 10 === 0 ? `please write to ${email(rng)} before noon` : `nothing to add ${madeName(rng)}`),
  ],
  [
    'remarks',
    'free-text',
    (rng, row) => (row % 8 === 0 ? `customer called from ${international(rng)}, angry` : 'parcel came late again'),
  ],
  ['message', 'free-text', (rng, row) => (row % 9 === 0 ? `refund to ${iban(rng)} please` : 'all fine, thank you')],
  ...Object.entries(nationalIds).flatMap(([name, make]): Maker[] => [
    [name, 'national-id', make],
    [`field_${name.length}`, 'national-id', make],
  ]),
];

const harmless: readonly Maker[] = [
  ['order_no', null, (rng) => digits(rng, 10)],
  ['order_id', null, (_, row) => String(100000 + row)],
  ['id', null, (_, row) => String(row + 1)],
  ['invoice', null, (rng) => `INV-${digits(rng, 7)}`],
  ['tracking', null, (rng) => `1Z${letters(rng, 3)}${digits(rng, 11)}`],
  ['sha256', null, (rng) => Array.from({ length: 64 }, () => rng.int(16).toString(16)).join('')],
  ['md5', null, (rng) => Array.from({ length: 32 }, () => rng.int(16).toString(16)).join('')],
  [
    'uuid',
    null,
    (rng) => [8, 4, 4, 4, 12].map((n) => Array.from({ length: n }, () => rng.int(16).toString(16)).join('')).join('-'),
  ],
  ['epoch', null, (rng) => String(1_500_000_000 + rng.int(200_000_000))],
  ['epoch_ms', null, (rng) => String(1_500_000_000_000 + rng.int(200_000_000) * 1000)],
  ['created_at', null, (rng) => `${day(rng)} ${pad(rng.int(24), 2)}:${pad(rng.int(60), 2)}:00`],
  ['delivery_date', null, day],
  ['when', null, (rng) => day(rng).replaceAll('-', '')],
  ['sku', null, (rng) => `${letters(rng, 3)}-${digits(rng, 4)}-${digits(rng, 2)}`],
  ['part', null, (rng) => `${digits(rng, 3)}-${digits(rng, 5)}`],
  [
    'ean',
    null,
    (rng) =>
      until(() =>
        closing(
          `40${digits(rng, 10)}`,
          (all) => numbersOf(all).reduce((s, d, i) => s + d * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0,
        ),
      ),
  ],
  ['isbn', null, (rng) => `978-3-${digits(rng, 5)}-${digits(rng, 3)}-${digits(rng, 1)}`],
  ['lat', null, (rng) => (rng.next() * 180 - 90).toFixed(5)],
  ['position', null, (rng) => `${(rng.next() * 90).toFixed(4)},${(rng.next() * 180).toFixed(4)}`],
  ['point', null, (rng) => `${(rng.next() * 90).toFixed(4)}, -${(rng.next() * 180).toFixed(4)}`],
  ['version', null, (rng) => `${rng.int(9)}.${rng.int(20)}.${rng.int(30)}`],
  ['build', null, (rng) => `${rng.int(12)}.${rng.int(10)}.${rng.int(19)}.${rng.int(9)}`],
  ['release', null, (rng) => `10.0.${19000 + rng.int(3000)}.${rng.int(2000)}`],
  ['price', null, (rng) => (rng.next() * 1000).toFixed(2)],
  ['amount_eur', null, (rng) => `${rng.int(999)}.${pad(rng.int(1000), 3)},${pad(rng.int(100), 2)}`],
  ['delta', null, (rng) => `+${rng.int(100000)}`],
  ['product_name', null, (rng) => `${madeName(rng)} ${pick(rng, ['Deluxe', 'Mini', 'Pro', 'Classic'])}`],
  ['company', null, (rng) => `${madeName(rng)} ${pick(rng, ['GmbH', 'Inc', 'Ltd', 'SA'])}`],
  [
    'city',
    null,
    (rng) => pick(rng, ['Berlin', 'Paris', 'Madrid', 'Rome', 'London', 'San Jose', 'New York', 'Santiago']),
  ],
  ['country', null, (rng) => pick(rng, ['Germany', 'France', 'Jordan', 'Chad', 'Georgia', 'Spain'])],
  ['race', null, (rng) => pick(rng, ['White', 'Black', 'Other'])],
  ['month', null, (rng) => pick(rng, ['January', 'April', 'May', 'June', 'August'])],
  ['species', null, (rng) => pick(rng, ['setosa', 'versicolor', 'virginica'])],
  ['file_name', null, (rng) => `${pick(rng, ['scan', 'photo'])}_${digits(rng, 6)}.png`],
  ['host_name', null, (rng) => `web${rng.int(40)}.internal.example`],
  ['url', null, (rng) => `https://example.com/p/${digits(rng, 8)}`],
  ['handle', null, (rng) => `@${madeName(rng).toLowerCase()}`],
  ['status', null, (rng) => pick(rng, ['open', 'closed', 'on hold'])],
  ['mac', null, (rng) => Array.from({ length: 6 }, () => rng.int(256).toString(16).padStart(2, '0')).join(':')],
  ['time', null, (rng) => `${pad(rng.int(24), 2)}:${pad(rng.int(60), 2)}:${pad(rng.int(60), 2)}`],
  [
    'review',
    null,
    (rng) => `${pick(rng, ['good', 'bad', 'fine'])} quality, ${1 + rng.int(5)} stars of 5, size ${digits(rng, 2)}`,
  ],
  [
    'notes',
    null,
    (rng) => `order ${digits(rng, 8)} of ${day(rng)} was shipped with v${rng.int(5)}.${rng.int(10)}.${rng.int(10)}`,
  ],
  ['email_opt_in', null, (rng) => pick(rng, ['yes', 'no'])],
  ['phone_model', null, (rng) => `${pick(rng, ['Nova', 'Edge'])} ${rng.int(30)}`],
  ['phone_count', null, (rng) => String(rng.int(4))],
  ['address_type', null, (rng) => pick(rng, ['home', 'work'])],
  ['birth_weight', null, (rng) => (2 + rng.next() * 3).toFixed(2)],
  ['card_type', null, (rng) => pick(rng, ['visa', 'debit'])],
  ['ratio', null, (rng) => `${rng.int(100)}/${1 + rng.int(100)}`],
  ['big', null, (rng) => `4${digits(rng, 15)}`],
  ['nine', null, (rng) => digits(rng, 9)],
  ['eleven', null, (rng) => `${1 + rng.int(9)}${digits(rng, 10)}`],
];

/** One data set's worth of columns, `rows` values each, one in eight of them missing. */
export function plantedColumns(seed: number, rows: number): readonly PlantedColumn[] {
  const rng = createRng(seed);
  return [...personal, ...harmless].map(([name, kind, make]) => ({
    name,
    kind,
    values: Array.from({ length: rows }, (_, row) => (rng.int(8) === 0 ? '' : make(rng, row))),
  }));
}
