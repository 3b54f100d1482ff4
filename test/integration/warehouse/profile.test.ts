import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../../main/base/rng.ts';
import type { ProfileFacts } from '../../../main/warehouse/profile/profile.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

const rowCount = 2000;
let bench: Bench;
let profile: ProfileFacts;
const xs: number[] = [];

beforeAll(async () => {
  bench = await openBench();
  const rng = createRng(9);
  const lines = ['x,y,k,level,other,d,flag,empty'];
  for (let i = 0; i < rowCount; i++) {
    const x = rng.normal();
    if (i % 10 !== 0) xs.push(Number(x.toFixed(4)));
    const level = ['red', 'green', 'blue'][rng.int(3)];
    lines.push(
      [
        i % 10 === 0 ? '' : x.toFixed(4),
        i === 7 ? 'inf' : (2 * x + 0.1 * rng.normal()).toFixed(4),
        rng.int(5) - 1,
        level,
        level === 'red' ? 'stop' : 'go',
        `2024-01-${String(1 + (i % 31)).padStart(2, '0')}`,
        i % 2 === 0 ? 'true' : 'false',
        '',
      ].join(','),
    );
  }
  lines.push(lines[5], lines[6]);
  const { version } = await bench.importText('profile.csv', lines.join('\n'), { chunk: { rows: 600, bytes: 1 << 20 } });
  xs.push(Number(lines[5].split(',')[0]), Number(lines[6].split(',')[0]));
  profile = await bench.warehouse.profile(version);
});
afterAll(() => bench.close());

const column = (name: string): ProfileFacts['columns'][number] => {
  const found = profile.columns.find((item) => item.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('B4 profile', () => {
  it('counts missing, distinct, zeros, negatives and infinities exactly', () => {
    expect(profile.rows).toBe(rowCount + 2);
    expect(profile.duplicateRows).toBe(2);
    expect(column('x').missing).toBe(200);
    expect(column('x').distinct).toBe(new Set(xs).size);
    expect(column('x').distinctApproximate).toBe(false);
    expect(column('x').negatives).toBe(xs.filter((x) => x < 0).length);
    expect(column('y').infinities).toBe(1);
    expect(column('k').distinct).toBe(5);
    expect(column('empty').missing).toBe(rowCount + 2);
    expect(column('empty').top).toEqual([]);
  });

  it('agrees with a brute-force mean, deviation and quantiles', () => {
    const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
    const sd = Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (xs.length - 1));
    const sorted = [...xs].sort((a, b) => a - b);
    expect(column('x').mean).toBeCloseTo(mean, 10);
    expect(column('x').sd).toBeCloseTo(sd, 10);
    expect(column('x').min).toBe(sorted[0]);
    expect(column('x').max).toBe(sorted[sorted.length - 1]);
    for (const { p, value } of column('x').quantiles) {
      const at = p * (sorted.length - 1);
      const low = sorted[Math.floor(at)];
      const high = sorted[Math.ceil(at)];
      expect(value).toBeCloseTo(low + (high - low) * (at - Math.floor(at)), 10);
    }
    expect(column('x').quantiles).toHaveLength(7);
  });

  it('bins every finite value once', () => {
    for (const name of ['x', 'y', 'k', 'd']) {
      const { histogram, missing, infinities } = column(name);
      expect(histogram.length).toBeLessThanOrEqual(31);
      expect(
        histogram.reduce((sum, bin) => sum + bin.count, 0),
        name,
      ).toBe(rowCount + 2 - missing - (infinities ?? 0));
    }
    expect(column('k').histogram.map(({ from }) => from)).toEqual([-1, 0, 1, 2, 3]);
    expect(column('x').histogram[12].count).toBe(
      xs.filter((x) => {
        const { from, to } = column('x').histogram[12];
        return x >= from && x < to;
      }).length,
    );
  });

  it('lists the most frequent values and shows dates as dates', () => {
    const top = column('level').top;
    expect(top.map(({ value }) => value).sort()).toEqual(['blue', 'green', 'red']);
    expect(top[0].count).toBeGreaterThanOrEqual(top[1].count);
    expect(column('d').min).toBe('2024-01-01');
    expect(column('d').max).toBe('2024-01-31');
    expect(
      column('flag')
        .top.map(({ value }) => value)
        .sort(),
    ).toEqual(['false', 'true']);
  });

  it('finds which columns go together', () => {
    const pair = (a: string, b: string) => profile.associations.find((item) => item.a === a && item.b === b);
    expect(pair('x', 'y')?.value).toBeGreaterThan(0.95);
    expect(pair('x', 'y')?.measure).toBe('pearson');
    expect(pair('level', 'other')).toMatchObject({ measure: 'cramers-v' });
    expect(pair('level', 'other')?.value).toBeGreaterThan(0.95);
    expect(pair('x', 'level')).toBeUndefined();
  });

  it('counts a large table whole and takes its order from evenly spaced rows, and says so', async () => {
    const rows = 2_100_000;
    let text = 'n,word\n';
    for (let i = 0; i < rows; i++) text += i % 10 === 0 ? `,w${i % 7}\n` : `${i % 1000},w${i % 7}\n`;
    const { version } = await bench.importText('large.csv', text);
    const facts = await bench.warehouse.profile(version);
    const step = Math.ceil(rows / 20_000);
    const [n, word] = facts.columns;
    const known = rows * 0.9;
    expect(n).toMatchObject({ rows, missing: rows - known, min: 1, max: 999, zeros: 0, negatives: 0, infinities: 0 });
    expect(n.mean).toBeCloseTo(500, 6);
    expect(n).toMatchObject({ distinctApproximate: true, sampledRows: rows / step });
    expect(Math.abs(n.distinct - 900)).toBeLessThan(360);
    expect(n.quantiles.map(({ p }) => p)).toEqual([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]);
    for (const { p: share, value } of n.quantiles) expect(Math.abs(value - 1000 * share)).toBeLessThan(25);
    let sampled = 0;
    const words = new Map<string, number>();
    for (let i = 0; i < rows; i += step) {
      if (i % 10 !== 0) sampled++;
      words.set(`w${i % 7}`, (words.get(`w${i % 7}`) ?? 0) + 1);
    }
    expect(n.histogram.reduce((sum, bin) => sum + bin.count, 0)).toBe(sampled);
    expect(new Map(word.top.map(({ value, count }) => [value, count]))).toEqual(words);
    expect(facts).toMatchObject({ duplicateRows: null, associationRows: rows / step });
  });
});
