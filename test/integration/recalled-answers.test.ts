/** What was asked for in reading one month's file holds for the next one, control by control, where that file fits it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DialectOptions, RecalledControl } from '../../main/contract/import-options.ts';
import { cliHere } from '../helpers/cli-here.ts';
import { openTestHost, settle, type TestHost } from '../helpers/host.ts';

let test: TestHost;
beforeAll(async () => {
  test = await openTestHost();
});
afterAll(() => test?.close());

const file = (name: string, text: string | Buffer): string => {
  const path = join(test.folder, name);
  writeFileSync(path, text);
  return path;
};
const lines = (row: (i: number) => string, head: readonly string[] = [], count = 40): string =>
  `${[...head, ...Array.from({ length: count }, (_, i) => row(i))].join('\n')}\n`;

type Case = {
  readonly control: RecalledControl;
  readonly options: DialectOptions;
  readonly january: string | Buffer;
  /** A file of the same kind, which needs the answer. */
  readonly february: string | Buffer;
  /** A file that the answer does not fit. */
  readonly march: string | Buffer;
  /** A cell of the first row that is read right only with the answer, and its text. */
  readonly cell: readonly [number, string];
  readonly unfit: { readonly column: string; readonly was: string; readonly is: string };
};

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const cases: readonly Case[] = [
  {
    control: 'delimiter',
    options: { delimiter: '/' },
    january: lines((i) => `a${i},1/b${i},2`, ['left,x/right,y']),
    february: lines((i) => `c${i},1/d${i},2`, ['left,x/right,y']),
    march: lines((i) => `"c${i},1";"d${i},2"`, ['left,x;right,y']),
    cell: [1, 'd0,2'],
    unfit: { column: 'delimiter', was: '"/"', is: '";"' },
  },
  {
    control: 'quote',
    options: { quote: '' },
    january: lines((i) => `"${i},in"`, ['size,place']),
    february: lines((i) => `"${i + 50},in"`, ['size,place']),
    march: lines((i) => `"${i}, about","in"`, ['size,place']),
    cell: [0, '"50'],
    unfit: { column: 'quote character', was: 'none', is: '"""' },
  },
  {
    control: 'escape',
    options: { escape: '+' },
    january: lines((i) => `${i},"a +"b+", c"`, ['id,text']),
    february: lines((i) => `${i},"d +"e+", f"`, ['id,text']),
    march: lines((i) => `${i},"d ""e"", f"`, ['id,text']),
    cell: [1, 'd "e", f'],
    unfit: { column: 'escape', was: '"+"', is: 'doubled' },
  },
  {
    control: 'comment',
    options: { comment: '$' },
    january: lines((i) => (i % 4 === 2 ? `$ remark ${i}` : `a${i},b`), ['id,text']),
    february: lines((i) => (i % 4 === 0 ? `$ remark ${i}` : `c${i},d`), ['id,text']),
    march: lines((i) => (i % 4 === 0 ? `# remark ${i}` : `c${i},d`), ['id,text']),
    cell: [0, 'c1'],
    unfit: { column: 'remark mark', was: '"$"', is: '"#"' },
  },
  {
    control: 'headerRows',
    options: { headerRows: 2 },
    january: lines((i) => `a${i},b${i}`, ['first,second', 'one,two']),
    february: lines((i) => `c${i},d${i}`, ['first,second', 'one,two']),
    march: lines((i) => `c${i},${i}`, ['first one,second two']),
    cell: [0, 'c0'],
    unfit: { column: 'number of header lines', was: '2', is: '1' },
  },
  {
    control: 'table',
    options: { table: 1 },
    january: `a,b\n1,2\n3,4\n\n${lines((i) => `${i},${i},x`, ['x,y,z'])}`,
    february: `a,b\n5,6\n7,8\n\n${lines((i) => `${i},${i},x`, ['x,y,z'])}`,
    march: `x,y,z\n5,6,7\n7,8,9\n\n${lines((i) => `${i},${i}`, ['a,b'])}`,
    cell: [0, '5'],
    unfit: { column: 'table in the file', was: '1', is: 'the largest' },
  },
  {
    control: 'encoding',
    options: { encoding: 'iso-8859-15' },
    january: latin(lines((i) => `${i},caf\u00e9 \u00a4`, ['id,text'])),
    february: latin(lines((i) => `${i},th\u00e9 \u00a4`, ['id,text'])),
    march: lines((i) => `${i},thé €`, ['id,text']),
    cell: [1, 'thé €'],
    unfit: { column: 'encoding', was: '"iso-8859-15"', is: 'utf-8' },
  },
];

const bring = async (name: string, path: string, options: DialectOptions, changes: 'accept' | 'stop' = 'stop') => {
  const { jobId } = await test.client.datasets.import({ source: { path }, name, options, changes });
  return settle(test.client, jobId);
};

describe("B2 next month's file reuses what was asked for", () => {
  it.each(cases)('$control', async ({ control, options, january, february, march, cell, unfit }) => {
    const name = `months ${control}`;
    const answer = options[control];
    expect((await bring(name, file(`${control}-1.csv`, january), options)).error).toBeNull();
    const second = file(`${control}-2.csv`, february);
    const preview = await test.client.datasets.preview({ source: { path: second }, name });
    expect([preview.again, preview.alarms]).toEqual([{ [control]: answer }, []]);
    expect(preview.rows[0]?.[cell[0]]).toBe(cell[1]);
    const done = await bring(name, second, {});
    expect(done.error).toBeNull();
    const { datasetId } = done.result as { datasetId: string };
    const receipt = await test.client.datasets.receipt({ id: datasetId });
    expect(receipt).toMatchObject({ answers: { [control]: answer }, again: [control], rowsRejected: 0 });
    const page = await test.client.datasets.page({ id: datasetId, offset: 0, limit: 1 });
    expect(String(page.rows[0]?.[cell[0]])).toBe(cell[1]);

    // What does not fit is given up, told, and asked about
    const third = file(`${control}-3.csv`, march);
    const other = await test.client.datasets.preview({ source: { path: third }, name });
    expect(other.again).toEqual({});
    expect(other.alarms).toContainEqual({ kind: 'answer-unfit', ...unfit });
    expect((await bring(name, third, {})).error).toMatchObject({
      code: 'import-changed',
      message: expect.stringContaining(`The ${unfit.column} ${unfit.was} was asked for last time`),
    });
    expect((await bring(name, third, {}, 'accept')).error).toBeNull();
    const last = await test.client.datasets.receipt({ id: datasetId });
    expect(last.answers).toBeUndefined();
    expect(last.alarms).toContainEqual({ kind: 'answer-unfit', ...unfit });
  });

  it('decimal sign and order of dates, until a column leaves no choice', async () => {
    const first = file(
      'marks-1.csv',
      lines((i) => `${1 + (i % 8)}.125;0${1 + (i % 9)}/04/2024`, ['amount;day']),
    );
    const options = { decimal: ',', dateOrder: 'dmy' } as const;
    expect((await bring('marks', first, options)).error).toBeNull();
    // Columns that were not there last time
    const second = file(
      'marks-2.csv',
      lines(
        (i) => `${1 + (i % 8)}.125;0${1 + (i % 9)}/04/2024;${1 + (i % 7)}.250;03/0${1 + (i % 9)}/2024`,
        ['amount;day;other;due'],
      ),
    );
    const preview = await test.client.datasets.preview({ source: { path: second }, name: 'marks' });
    expect(preview.again).toEqual(options);
    expect(preview.columns.map(({ readingCode }) => readingCode)).toEqual([
      'number-comma',
      'date-dmy',
      'number-comma',
      'date-dmy',
    ]);
    const third = file(
      'marks-3.csv',
      lines((i) => `${i % 9}.12;04/${13 + (i % 9)}/2024`, ['amount;day']),
    );
    const other = await test.client.datasets.preview({ source: { path: third }, name: 'marks' });
    expect(other.alarms.map(({ kind, column }) => [kind, column])).toEqual([
      ['type-changed', 'amount'],
      ['reading-changed', 'day'],
    ]);
  });

  it('a choice of this time goes first, and what is to be found out anew is not recalled', async () => {
    const path = file(
      'anew.csv',
      lines((i) => `a${i},1/b${i},2`, ['left,x/right,y']),
    );
    expect((await bring('anew', path, { delimiter: '/', quote: '' })).error).toBeNull();
    const preview = (options: DialectOptions) =>
      test.client.datasets.preview({ source: { path }, name: 'anew', options });
    expect(await preview({ detect: ['delimiter'] })).toMatchObject({
      again: { quote: '' },
      dialect: { delimiter: ',' },
    });
    expect(await preview({ delimiter: ',' })).toMatchObject({ again: { quote: '' }, dialect: { delimiter: ',' } });
    const next = file(
      'anew-2.csv',
      lines((i) => `c${i},1/d${i},2`, ['left,x/right,y']),
    );
    const told = await cliHere(test, ['import', next, '--name', 'anew', '--accept-changes']);
    expect(told.stdout).toContain('as at the last import: delimiter "/", quote ""');
    const found = await cliHere(test, ['import', path, '--name', 'anew', '--detect', 'delimiter,quote', '--json']);
    expect(JSON.parse(found.stdout)).toMatchObject({ receipt: { dialect: { delimiter: ',' } } });
    expect((await cliHere(test, ['import', path, '--detect', 'sheet'])).code).toBe(2);
  });

  it('a file that had no names and now shows some is told', async () => {
    const plain = (row: number): string => ['red', 'green', 'blue', 'pink'][row % 4] ?? '';
    const first = file(
      'bare-1.csv',
      lines((i) => `${i},${plain(i)}`),
    );
    expect((await bring('bare', first, { headerRows: 0 })).error).toBeNull();
    const same = await test.client.datasets.preview({ source: { path: first }, name: 'bare' });
    expect([same.again, same.alarms]).toEqual([{ headerRows: 0 }, []]);
    const second = file(
      'bare-2.csv',
      lines((i) => `${i},${plain(i)}`, ['id,colour']),
    );
    const named = await test.client.datasets.preview({ source: { path: second }, name: 'bare' });
    expect(named.alarms[0]).toEqual({ kind: 'answer-unfit', column: 'number of header lines', was: '0', is: '1' });
    expect(named.columns.map(({ name }) => name)).toEqual(['id', 'colour']);
  });

  it('also where personal data are covered before anything is stored', async () => {
    const rows = (from: number) => lines((i) => `a${from + i}@mail.org,x/b${i},y`, ['mail,x/right,y']);
    const first = file('covered-1.csv', rows(0));
    const start = (path: string) =>
      test.client.datasets.import({
        source: { path },
        name: 'covered',
        options: path === first ? { delimiter: '/' } : {},
        privacy: { columns: { 'mail,x': 'mask' }, reuse: true },
        changes: 'stop',
      });
    expect((await settle(test.client, (await start(first)).jobId)).error).toBeNull();
    const done = await settle(test.client, (await start(file('covered-2.csv', rows(100)))).jobId);
    expect(done.error).toBeNull();
    const receipt = await test.client.datasets.receipt({ id: (done.result as { datasetId: string }).datasetId });
    expect(receipt).toMatchObject({ answers: { delimiter: '/' }, again: ['delimiter'], rowsKept: 40 });
    expect(receipt.columns.map(({ name }) => name)).toEqual(['mail,x', 'right,y']);
  });
});
