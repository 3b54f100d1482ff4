import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importFile, openTestHost, type TestHost } from '../../helpers/host.ts';

let test: TestHost;
const width = 1200;

beforeAll(async () => {
  test = await openTestHost();
});
afterAll(() => test.close());

describe('B4 very wide tables', () => {
  it('are stored, profiled part by part and read part by part, every column with its own values', async () => {
    const path = join(test.folder, 'wide.csv');
    const line = (row: number): string => Array.from({ length: width }, (_, c) => c * 10 + row).join(',');
    const names = Array.from({ length: width }, (_, c) => `x${c}`).join(',');
    writeFileSync(path, `${names}\n${Array.from({ length: 6 }, (_, row) => line(row)).join('\n')}\n`);
    const id = await importFile(test.client, path);
    const { columns, rows, duplicateRows } = await test.client.datasets.profile({ id });
    expect([columns.length, rows, duplicateRows]).toEqual([width, 6, 0]);
    for (const c of [0, 23, 24, 199, 200, 999, 1000, width - 1]) {
      expect(columns[c]).toMatchObject({
        name: `x${c}`,
        min: c * 10,
        max: c * 10 + 5,
        mean: c * 10 + 2.5,
        distinct: 6,
      });
      expect(columns[c].top).toHaveLength(6);
      expect(columns[c].histogram.reduce((sum, bin) => sum + bin.count, 0)).toBe(6);
    }
  });
});
