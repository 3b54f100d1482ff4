/** Doubtful dates: defaults that stand for missing, the future, holes and repetitions in a regular series. Times are µs since 1970 UTC. */
import type { RawFinding } from './types.ts';

const dayUs = 86_400e6;
const defaults = [
  '0001-01-01',
  '1900-01-01',
  '1899-12-30',
  '1899-12-31',
  '1901-01-01',
  '1904-01-01',
  '1970-01-01',
  '1980-01-01',
  '1999-12-31',
  '2000-01-01',
  '2099-12-31',
  '2999-12-31',
  '9999-12-31',
];

const text = (us: number): string => {
  const iso = new Date(us / 1000).toISOString();
  return us % dayUs === 0 ? iso.slice(0, 10) : iso.slice(0, 19);
};

/** Findings of a date column in the order of its rows. `nowUs` is when the data was read; `complete` whether these are all rows. */
export function timeFindings(name: string, values: Float64Array, nowUs: number, complete: boolean): RawFinding[] {
  const known = values.filter((value) => Number.isFinite(value)).sort();
  const n = known.length;
  if (n < 20) return [];
  const found: RawFinding[] = [];
  const counts = new Map<number, number>();
  for (const value of known) counts.set(value, (counts.get(value) ?? 0) + 1);
  const made: number[] = [];
  const typical = n / counts.size;
  for (const day of defaults) {
    const us = Date.parse(`${day}T00:00:00Z`) * 1000;
    const count = counts.get(us) ?? 0;
    if (count < 3) continue;
    const others = known.filter((value) => value !== us && !defaults.includes(text(value).slice(0, 10)));
    if (others.length < 10) continue;
    const [first, last] = [others[0], others[others.length - 1]];
    const away = Math.max(first - us, us - last);
    if (away > Math.max(365 * dayUs, 0.3 * (last - first)) || count > 12 * typical + 3) made.push(us);
  }
  if (made.length > 0) {
    found.push({
      kind: 'disguised-missing',
      column: name,
      severity: 'warn',
      message: `${made.map(text).join(', ')} in {count} looks like a default, not a date.`,
      rows: { kind: 'values', column: name, values: made.map(text) },
      count: null,
      examples: made.map(text),
      fix: { text: 'Set them missing', steps: [{ kind: 'set-missing', column: name, values: made.map(text) }] },
    });
  }
  const real = known.filter((value) => !made.includes(value));
  const late = real.filter((value) => value > nowUs + dayUs);
  // A plan or forecast lies ahead as a whole
  if (late.length > 0 && late.length < 0.2 * n) {
    const limit = text(Math.ceil((nowUs + dayUs) / dayUs) * dayUs);
    found.push({
      kind: 'future-date',
      column: name,
      severity: 'warn',
      message: '{count} dated after the data was read.',
      rows: { kind: 'after', column: name, timeUs: nowUs + dayUs },
      count: null,
      examples: [...late.slice(0, 3), ...late.slice(-2)].map(text),
      fix: {
        text: 'Leave these rows out',
        steps: [{ kind: 'drop-rows', when: [{ column: name, op: 'greater', value: limit }] }],
      },
    });
  }
  if (complete)
    found.push(
      ...seriesFindings(
        name,
        real.filter((value) => value <= nowUs + dayUs || late.length >= 0.2 * n),
      ),
    );
  return found;
}

/** Months are as long as they are: steps of 28 to 31 days are one, and of 365 or 366. */
const sameStep = (step: number, usual: number): boolean => {
  const days = step / dayUs;
  const usually = usual / dayUs;
  if (usually >= 28 && usually <= 31) return days >= 28 && days <= 31;
  if (usually >= 89 && usually <= 92) return days >= 89 && days <= 92;
  if (usually >= 365 && usually <= 366) return days >= 365 && days <= 366;
  return Math.abs(step - usual) <= 0.01 * usual;
};

function seriesFindings(name: string, sorted: Float64Array): RawFinding[] {
  const distinct: number[] = [];
  let repeated = 0;
  for (const value of sorted) {
    if (distinct.at(-1) === value) repeated++;
    else distinct.push(value);
  }
  if (distinct.length < 30 || repeated > 0.05 * sorted.length) return [];
  const steps = distinct.slice(1).map((value, i) => value - distinct[i]);
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const usual = [...counts].reduce((top, entry) => (entry[1] > top[1] ? entry : top), [0, 0])[0];
  const regular = steps.filter((step) => sameStep(step, usual)).length / steps.length;
  if (regular < 0.75) return [];
  // A series of working days leaves out holidays too
  const weekendless = usual === dayUs && !distinct.some((value) => [0, 6].includes(new Date(value / 1000).getUTCDay()));
  const isHole = (step: number): boolean =>
    step > 1.5 * usual && !sameStep(step, usual) && !(weekendless && step <= 4 * dayUs);
  const holes = steps.filter(isHole);
  const found: RawFinding[] = [];
  if (holes.length > 0 && holes.length < 0.1 * steps.length) {
    const missing = holes.reduce((sum, step) => sum + Math.max(1, Math.round(step / usual) - 1), 0);
    const first = distinct[steps.findIndex(isHole)];
    found.push({
      kind: 'time-gap',
      column: name,
      severity: 'warn',
      message: `A regular series with ${holes.length === 1 ? 'a hole' : `${holes.length} holes`}: ${missing} ${missing === 1 ? 'time is' : 'times are'} missing, first after ${text(first)}.`,
      rows: { kind: 'before-gap', column: name, stepUs: weekendless ? 4 * dayUs : 1.5 * usual },
      count: missing,
      examples: distinct
        .filter((_, i) => i < steps.length && isHole(steps[i]))
        .slice(0, 5)
        .map(text),
      fix: null,
    });
  }
  if (repeated > 0) {
    found.push({
      kind: 'duplicate-time',
      column: name,
      severity: 'warn',
      message: '{count} repeat a time of a series that has each time once.',
      rows: { kind: 'repeated', columns: [name] },
      count: null,
      examples: [],
      fix: { text: 'Keep the first of each', steps: [{ kind: 'drop-duplicates', columns: [name] }] },
    });
  }
  return found;
}
