import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildSamples } from '../../../resources/samples/generate.ts';

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

describe('shipped samples', () => {
  it('are what the seeded generator writes, byte for byte', () => {
    for (const [name, text] of buildSamples()) {
      const shipped = readFileSync(new URL(`../../../resources/samples/${name}`, import.meta.url));
      expect(sha256(text), name).toBe(sha256(shipped));
      expect(shipped.length, name).toBeLessThan(1_200_000);
    }
  });

  it('have blank total charges exactly where tenure is 0', () => {
    const text = buildSamples().get('telecom-churn.csv') ?? '';
    const rows = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const blank = rows.filter((row) => row[19].trim() === '').map((row) => row[5]);
    expect(blank.length).toBeGreaterThan(3);
    expect(new Set(blank)).toEqual(new Set(['0']));
    expect(rows.filter((row) => row[5] === '0')).toHaveLength(blank.length);
  });
});
