import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuguryError } from '../../../main/base/errors.ts';
import type { ImportOutcome } from '../../../main/warehouse/import/version.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const corpus = join(data, 'messy_csv');
const present = existsSync(corpus);
if (!present && process.env.CI !== undefined) throw new Error(`the shared data is missing: ${corpus}`);

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return name === 'README.md' || name.endsWith('.json') ? [] : [path];
  });
}

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const importFile = (path: string): Promise<ImportOutcome> =>
  bench.warehouse.runImport({ sourcePath: path }, bench.hooks());

// The files are kept beside the repository; without them there is nothing to check
describe.skipIf(!present)('B1 messy CSV corpus', () => {
  it('loads every file or fails with a clear reason, and accounts for every record', async () => {
    const refused: string[] = [];
    for (const path of files(corpus)) {
      try {
        const { receipt, version } = await importFile(path);
        expect(receipt.rowsIn, path).toBe(receipt.rowsKept + receipt.rowsRejected);
        expect(version.rows, path).toBe(receipt.rowsKept);
        const page = await bench.warehouse.page(version, { offset: 0, limit: 5, sort: [], filters: [], search: '' });
        expect(page.rows.length, path).toBe(Math.min(5, version.rows));
      } catch (error) {
        expect(error, path).toBeInstanceOf(AuguryError);
        if (error instanceof AuguryError) refused.push(`${path.slice(corpus.length + 1)} ${error.code}`);
      }
    }
    expect(refused.sort()).toEqual([
      'csvkit/empty.csv empty-file',
      'csvkit/test_empty_columns_short_row.csv all-rejected',
      'csvkit/test_extra_header.csv all-rejected',
      'messytables/simple.xls old-workbook',
    ]);
  });

  it('gives the cells that csv-spectrum expects', async () => {
    const folder = join(corpus, 'csv-spectrum', 'csvs');
    for (const name of readdirSync(folder)) {
      // Its JSON expects line ends that the stored file does not have
      if (name === 'newlines_crlf.csv') continue;
      const expected: Record<string, string>[] = JSON.parse(
        readFileSync(join(corpus, 'csv-spectrum', 'json', name.replace('.csv', '.json')), 'utf8'),
      );
      const { version } = await importFile(join(folder, name));
      const names = version.columns.map((column) => column.name);
      const { rows } = await bench.warehouse.page(version, { offset: 0, limit: 10, sort: [], filters: [], search: '' });
      const found = rows.map((row) =>
        Object.fromEntries(row.map((cell, i) => [names[i], cell === null ? '' : String(cell)])),
      );
      const plain = expected.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value])));
      expect(found, name).toEqual(plain);
    }
  });

  it('reads decimal commas and day-first dates of the air quality data', async () => {
    const { receipt, version } = await importFile(join(corpus, 'air_quality_uci', 'AirQualityUCI.csv'));
    expect(receipt.rowsKept).toBe(9357);
    expect(version.columns.slice(0, 4).map(({ type }) => type)).toEqual(['date', 'text', 'number', 'integer']);
  });
});

const telco = join(data, 'telco_churn', 'Telco-Customer-Churn.csv');
describe.skipIf(!existsSync(telco))('B2 telco churn', () => {
  it('reads the total charges as a number with eleven blanks', async () => {
    const { receipt } = await importFile(telco);
    expect(receipt.rowsKept).toBe(7043);
    expect(receipt.columns.find(({ name }) => name === 'TotalCharges')).toMatchObject({
      type: 'number',
      missing: 11,
      missingWords: [{ word: ' ', count: 11 }],
    });
    expect(receipt.columns.find(({ name }) => name === 'Churn')?.type).toBe('text');
  });
});
