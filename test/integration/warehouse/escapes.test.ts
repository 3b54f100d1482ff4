/** Signs that escape quotes, lines of names, and the choice among tables: found out, and as asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordSplitter } from '../../../main/warehouse/csv/record-splitter.ts';
import type { ImportRequest } from '../../../main/warehouse/import/run-import.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const all = { offset: 0, limit: 100, sort: [], filters: [], search: '' };

async function read(name: string, text: string, options: ImportRequest['options'] = {}) {
  const { version, receipt } = await bench.importText(name, text, { options });
  const { rows } = await bench.warehouse.page(version, all);
  const destination = join(bench.dir, `as-read-${name}`);
  const { scratchDir } = bench.hooks();
  await bench.warehouse.exportVersion({ version, destination, format: 'csv', asRead: true, scratchDir });
  return { version, receipt, rows, asRead: readFileSync(destination, 'utf8') };
}

const rowsWith = (sign: string): string =>
  ['id,text,n', ...Array.from({ length: 30 }, (_, i) => `${i},"say ${sign}"hi, ${i}${sign}" now",${i}.5`)].join('\n');

describe('B1 escapes', () => {
  it.each(['^', '~', '/', '|', '\\'])('finds out that %s stands before quotes', async (sign) => {
    const { rows, receipt, asRead } = await read(`escape-${sign.charCodeAt(0)}.csv`, `${rowsWith(sign)}\n`);
    expect(rows).toHaveLength(30);
    expect(rows[3]).toEqual([3, 'say "hi, 3" now', 3.5]);
    expect(receipt.dialect.escape).toBe(sign === '\\' ? 'backslash' : sign);
    expect(asRead.split('\n')[4]).toBe('3,"say ""hi, 3"" now",3.5');
  });

  it('takes the sign that is asked for, and doubling where a field ends with one by chance', async () => {
    const asked = await read('asked.csv', 'a,b\n1,"x +"y+" z"\n2,"++"\n', { escape: '+' });
    expect(asked.rows).toEqual([
      [1, 'x "y" z'],
      [2, '+'],
    ]);
    const paths = await read(
      'paths.csv',
      `dir,n\n${Array.from({ length: 20 }, (_, i) => `"/a/${i}/",${i}`).join('\n')}\n`,
    );
    expect(paths.receipt.dialect.escape).toBe('doubled');
    expect(paths.rows[2]).toEqual(['/a/2/', 2]);
    const doubled = await read('doubled.csv', 'a,b\n1,"x ""y"" ^"\n2,"z"\n', { escape: '"' });
    expect(doubled.rows[0]).toEqual([1, 'x "y" ^']);
  });

  it('gives back every text that a writer with that escape writes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '"', '^', ',', '\n', 'é', ' ') }), {
          minLength: 1,
          maxLength: 5,
        }),
        (texts) => {
          const record = texts.map((text) => `"${text.replaceAll(/[\^"]/g, '^$&')}"`).join(',');
          const bytes = Buffer.from(`${record}\n`);
          const splitter = new RecordSplitter({ delimiter: ',', quote: '"', escape: '^' });
          expect(splitter.split(bytes, 0, bytes.length, true)).toBe(true);
          expect(texts.map((_, i) => splitter.text(bytes, i))).toEqual(texts);
        },
      ),
    );
  });
});

describe('B1 lines of names', () => {
  const text = 'north,north,south\nsales,cost,sales\n1,2,3\n4,5,6\n';

  it('joins as many as are asked for, or takes none', async () => {
    const names = async (headerRows: number) =>
      (await read(`names-${headerRows}.csv`, text, { headerRows })).version.columns.map(({ name }) => name);
    expect(await names(2)).toEqual(['north sales', 'north cost', 'south sales']);
    expect(await names(1)).toHaveLength(3);
    const one = await read('names-one.csv', text, { headerRows: 1 });
    expect(one.version.rows).toBe(3);
    const none = await read('names-none.csv', text, { headerRows: 0 });
    expect(none.version.rows).toBe(4);
    expect(none.rows[0]).toEqual(['north', 'north', 'south']);
  });
});

describe('B1 several tables in a file', () => {
  it('lists them in the preview with line, rows and names', async () => {
    const text = 'a,b\n1,2\n3,4\n5,6\n\n\nx,y,z\n1,2,3\n4,5,6\n';
    const path = bench.file('several.csv', text);
    const preview = await bench.warehouse.sniff(path);
    expect(preview.tables).toMatchObject([
      { number: 1, line: 1, names: ['a', 'b'] },
      { number: 2, line: 7, names: ['x', 'y', 'z'] },
    ]);
    expect((await bench.warehouse.sniff(path, { table: 1 })).columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
