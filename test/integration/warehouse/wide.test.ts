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

  it('keep types, frequent values and findings of every column apart', async () => {
    const path = join(test.folder, 'mixed.csv');
    const rows = 60;
    const kinds = [
      (row: number, c: number) => `level ${(row * (c + 1)) % 4}`,
      (row: number, c: number) => String((row + c) % 5),
      (row: number, c: number) => (row % 6 === 0 ? '' : ((row * 37 + c * 11) % 101).toFixed(2)),
      (row: number, c: number) => `2024-0${1 + ((row + c) % 9)}-1${row % 10}`,
      (row: number, c: number) => ((row + c) % 3 === 0 ? 'yes' : 'no'),
    ];
    const cell = (row: number, c: number): string => {
      if (c === 300 && row === 7) return '" level 1"';
      return kinds[c % kinds.length](row, c);
    };
    const names = Array.from({ length: 600 }, (_, c) => `m${c}`);
    const lines = Array.from({ length: rows }, (_, row) => names.map((_, c) => cell(row, c)).join(','));
    writeFileSync(path, `${names.join(',')}\n${lines.join('\n')}\n`);
    const id = await importFile(test.client, path);
    const { columns, findings } = await test.client.datasets.profile({ id });
    expect(columns.map(({ name }) => name)).toEqual(names);
    for (const c of [0, 1, 2, 3, 4, 245, 246, 247, 248, 249, 250, 251, 595, 596, 597, 598, 599]) {
      const counts = new Map<string, number>();
      for (let row = 0; row < rows; row++) {
        const text = cell(row, c);
        if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
      }
      const known = [...counts.values()].reduce((sum, n) => sum + n, 0);
      const most = Math.max(...counts.values());
      expect(columns[c], columns[c].name).toMatchObject({
        distinct: counts.size,
        missing: rows - known,
        distinctApproximate: false,
      });
      expect(columns[c].top[0].count).toBe(most);
      expect(columns[c].top).toHaveLength(Math.min(12, counts.size));
      expect(columns[c].histogram.reduce((sum, bin) => sum + bin.count, 0)).toBe(
        c % kinds.length === 0 || c % kinds.length === 4 ? 0 : known,
      );
    }
    // Equally frequent values stand in the order of the values
    expect(columns[1].top.map(({ value }) => value)).toEqual(['0', '1', '2', '3', '4']);
    const blanks = findings.filter(({ kind }) => kind === 'whitespace');
    expect(blanks).toMatchObject([{ column: 'm300', count: 1, rows: [7] }]);
  });
});
