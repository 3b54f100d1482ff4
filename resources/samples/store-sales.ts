import { createRng, deriveSeed } from '../../main/base/rng.ts';

/**
 * Synthetic daily sales of six stores over two and a half years, in the dialect of a European office export: semicolons,
 * decimal commas, day-first dates with dots. Units follow weekday, season, trend, price, promotion, weather and
 * holidays, with multiplicative noise; a few days are missing and one store closes on Sundays.
 */
const header = [
  'date',
  'store',
  'region',
  'price',
  'promotion',
  'holiday',
  'temperature',
  'rain_mm',
  'visitors',
  'units',
  'revenue',
];

const stores = [
  { name: 'Harbour', region: 'North', level: 210, sundays: true, growth: 0.1 },
  { name: 'Market Hall', region: 'North', level: 340, sundays: true, growth: 0.04 },
  { name: 'Station', region: 'Centre', level: 460, sundays: true, growth: -0.03 },
  { name: 'Old Town', region: 'Centre', level: 180, sundays: false, growth: 0.02 },
  { name: 'Airport Road', region: 'South', level: 270, sundays: true, growth: 0.15 },
  { name: 'Lakeside', region: 'South', level: 150, sundays: true, growth: 0.07 },
] as const;

const weekdayFactor = [0.86, 0.84, 0.9, 0.98, 1.2, 1.36, 0.92]; // Monday first
const holidays = new Set(['01.01', '06.01', '01.05', '03.10', '01.11', '25.12', '26.12', '31.12']);
const firstDay = Date.UTC(2022, 0, 1);
const dayMs = 86_400_000;

const decimalComma = (value: number, digits: number): string => value.toFixed(digits).replace('.', ',');
const two = (value: number): string => String(value).padStart(2, '0');

/** The whole file as text: `dayCount` days × six stores, LF line ends. */
export function storeSalesCsv(seed: number, dayCount = 912): string {
  const rng = createRng(deriveSeed(seed, 'store-sales'));
  const lines = [header.join(';')];
  let weather = 0;
  for (let day = 0; day < dayCount; day++) {
    const date = new Date(firstDay + day * dayMs);
    const dayMonth = `${two(date.getUTCDate())}.${two(date.getUTCMonth() + 1)}`;
    const weekday = (date.getUTCDay() + 6) % 7;
    const season = Math.cos((2 * Math.PI * (day - 200)) / 365.25); // warmest in mid-July
    weather = 0.75 * weather + rng.normal() * 2.1;
    const temperature = 10.5 + 9.5 * season + weather;
    const rain = rng.next() < 0.36 ? -Math.log(1 - rng.next()) * 4.2 : 0;
    const holiday = holidays.has(dayMonth);
    for (const store of stores) {
      const local = rng.normal();
      const promotion = rng.next() < (weekday >= 3 ? 0.2 : 0.1);
      const price = 12.9 + 0.9 * (day / 365) + 0.35 * rng.normal() - (promotion ? 2.2 : 0);
      const lost = rng.next() < 0.003;
      const closed = (weekday === 6 && !store.sundays) || dayMonth === '25.12';
      const expected =
        store.level *
        weekdayFactor[weekday] *
        (1 + store.growth * (day / 365)) *
        Math.exp(
          0.06 * season +
            (promotion ? 0.22 : 0) -
            1.4 * Math.log(price / 12.9) -
            0.012 * Math.min(rain, 20) +
            0.006 * (temperature - 10) +
            (holiday ? -0.45 : 0) +
            0.09 * local,
        );
      const visitors = closed ? 0 : Math.max(0, Math.round(expected * 1.8 * (1 + 0.08 * rng.normal())));
      const units = closed ? 0 : Math.max(0, Math.round(expected));
      if (lost) continue;
      const sensorOff = rng.next() < 0.006;
      const revenue = decimalComma(Math.round(units * price * 100) / 100, 2);
      lines.push(
        [
          `${dayMonth}.${date.getUTCFullYear()}`,
          store.name,
          store.region,
          decimalComma(price, 2),
          promotion ? 'yes' : 'no',
          holiday ? 'yes' : 'no',
          sensorOff ? 'n/a' : decimalComma(temperature, 1),
          decimalComma(rain, 1),
          String(visitors),
          String(units),
          revenue,
        ].join(';'),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
