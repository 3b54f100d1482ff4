import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { neverStop } from '../../../main/base/stop.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

let files = 0;
/** Imports one column (beside a counter) and gives its type, reading and stored values. */
async function column(texts: readonly string[], readings: Readonly<Record<string, string>> = {}) {
  const cells = texts.map((text, i) => `${i},"${text.replaceAll('"', '""')}"`).join('\n');
  const { version, receipt } = await bench.importText(`forms-${++files}.csv`, `n,v\n${cells}\n`, { readings });
  const frame = await bench.warehouse.readFrame(version, { columns: ['v'] });
  const found = frame.columns[0];
  const values =
    found.type === 'string'
      ? [...found.codes].map((code) => (code < 0 ? null : found.levels[code]))
      : [...found.values].map((value) => (Number.isNaN(value) ? null : value));
  return { type: version.columns[1].type, line: receipt.columns[1], values };
}
const moment = (iso: string): number => Date.parse(iso) * 1000;

describe('B1 numbers as people write them', () => {
  it.each([
    ['percent', ['12.5%', '3 %', '-0.5%'], [12.5, 3, -0.5], '%'],
    ['currency before', ['$1,234.50', '-$5.00', '$ 7'], [1234.5, -5, 7], '$'],
    ['currency code behind', ['1.234,50 EUR', '5,00 EUR', '-7 €'], [1234.5, 5, -7], '€'],
    ['accounting negatives', ['1,234.00', '(500.00)', '(1,000.25)'], [1234, -500, -1000.25], ''],
    ['a minus behind', ['12.5', '3.25-', '7'], [12.5, -3.25, 7], ''],
    ['the typographic minus', ['1.5', '\u22122.5', '3'], [1.5, -2.5, 3], ''],
    ['apostrophes', ["1'234.5", "12'345'678", '1.25'], [1234.5, 12345678, 1.25], ''],
    ['thin spaces', ['1\u2009234,5', '12\u2009345\u2009678', '1,25'], [1234.5, 12345678, 1.25], ''],
    ['Indian grouping', ['12,34,567.5', '1,00,000', '99.25'], [1234567.5, 100000, 99.25], ''],
    ['scientific', ['1e3', '-2.5E-2', '7'], [1000, -0.025, 7], ''],
  ])('reads %s', async (_, texts, expected, unit) => {
    const { line, values } = await column(texts);
    expect(values).toEqual(expected);
    if (unit !== '') expect(line.reading).toContain(`in ${unit}`);
  });

  it('reads whole accounting numbers as whole numbers', async () => {
    expect(await column(['(1,234)', '12,000', '5'])).toMatchObject({ type: 'integer', values: [-1234, 12000, 5] });
  });

  it('keeps a column counted in two units as text', async () => {
    expect(await column(['$5', '€6', '$7'])).toMatchObject({ type: 'text', values: ['$5', '€6', '$7'] });
    expect(await column(['5%', '6', '7%'])).toMatchObject({ type: 'text' });
  });

  it('keeps codes with leading zeros as text', async () => {
    expect(await column(['007', '0815'])).toMatchObject({ type: 'text', values: ['007', '0815'] });
  });

  it('takes the error words of spreadsheets and stars for missing among numbers', async () => {
    const { values } = await column(['1', '#DIV/0!', '#VALUE!', 'n.a.', '****', 'missing', '2']);
    expect(values).toEqual([1, null, null, null, null, null, 2]);
  });
});

describe('B1 dates and times as people write them', () => {
  it.each([
    ['12 March 2024', '2024-03-12'],
    ['Mar 12, 2024', '2024-03-12'],
    ['12-Mar-24', '2024-03-12'],
    ['2024-Mar-12', '2024-03-12'],
    ['12. März 2024', '2024-03-12'],
    ['1er février 2024', ''],
    ['3 août 2024', '2024-08-03'],
    ['5 de enero de 2024', '2024-01-05'],
    ['29 Feb 2023', ''],
    ['12 Foo 2024', ''],
  ])('reads %s as %s', async (text, day) => {
    const { type, values } = await column([text, '1 Jan 2024']);
    if (day === '') expect(type).toBe('text');
    else expect(values).toEqual([moment(day), moment('2024-01-01')]);
  });

  it('reads times beside names of months', async () => {
    const { type, values } = await column(['12 Mar 2024 18:30', 'Mar 13, 2024 6:05:07 PM', '1 Jan 2024']);
    expect(type).toBe('datetime');
    expect(values).toEqual([moment('2024-03-12T18:30:00Z'), moment('2024-03-13T18:05:07Z'), moment('2024-01-01')]);
  });

  it('counts offsets and zones of every date order in UTC', async () => {
    const { values } = await column([
      '31/12/2024 10:00 +02:00',
      '30/12/2024 10:00Z',
      '29/12/2024 10:00 UTC',
      '13/12/2024 10:00 -0530',
    ]);
    expect(values).toEqual(
      ['2024-12-31T08:00:00Z', '2024-12-30T10:00:00Z', '2024-12-29T10:00:00Z', '2024-12-13T15:30:00Z'].map(moment),
    );
  });

  it('offers what plain digits may also stand for, and takes it when asked', async () => {
    const seconds = await column(['1700000000', '1700000060']);
    expect(seconds).toMatchObject({ type: 'integer', line: { alternativeCode: 'epoch-seconds', changedValues: 2 } });
    expect(await column(['1700000000', ''], { v: 'epoch-seconds' })).toMatchObject({
      type: 'datetime',
      values: [1_700_000_000_000_000, null],
    });
    expect((await column(['1700000000123'], { v: 'epoch-millis' })).values).toEqual([1_700_000_000_123_000]);
    expect(await column(['20240131', '20240229'])).toMatchObject({
      type: 'integer',
      line: { alternativeCode: 'date-compact' },
    });
    expect(await column(['20240131'], { v: 'date-compact' })).toMatchObject({
      type: 'date',
      values: [moment('2024-01-31')],
    });
  });

  it('keeps times and durations as text, offers seconds and converts them when asked', async () => {
    const texts = ['18:30', '18:30:05.5', '6:30 pm', '12:00 AM', '102:15:00'];
    expect(await column(texts)).toMatchObject({ type: 'text', values: texts, line: { alternativeCode: 'seconds' } });
    expect((await column(texts, { v: 'seconds' })).values).toEqual([66600, 66605.5, 66600, 0, 368100]);
    expect((await column(['1h 30m', '90 s', 'PT1H30M', 'P1DT2H', '18.30.05'], { v: 'seconds' })).values).toEqual([
      5400, 90, 5400, 93600, 66605,
    ]);
  });
});

describe('B1 the end of a long file', () => {
  it('leaves out its totals although the sample does not reach them', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `item ${i},${i},${i / 4}`);
    const { version, receipt } = await bench.importText(
      'long.csv',
      `name,n,x\n${lines.join('\n')}\nTotal,3,4.5\nSource: the office\n`,
    );
    expect(version.rows).toBe(40_000);
    expect(receipt.rowsRejected).toBe(0);
    expect(receipt.notes.join(' ')).toContain('2 lines below the table left out');
  });

  const lines = Array.from({ length: 40_000 }, (_, i) => `item ${i} é,${i},${i / 4}`);
  const text = `name,n,x\n${lines.join('\n')}\nTotal,3,4.5\nSource: the office\n`;
  const forms: readonly (readonly [string, Buffer])[] = [
    ['long.csv.gz', gzipSync(text)],
    ['utf16.csv', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['latin.csv', Buffer.from(text, 'latin1')],
    ['latin.csv.gz', gzipSync(Buffer.from(text, 'latin1'))],
    ['mac.csv.gz', gzipSync(text.replaceAll('\n', '\r'))],
  ];
  it.each(forms)('also of one that must be unpacked or decoded to its end: %s', async (name, bytes) => {
    const { version, receipt } = await bench.importText(name, bytes);
    expect(version.rows).toBe(40_000);
    expect(receipt.rowsRejected).toBe(0);
    expect(receipt.notes.join(' ')).toContain('2 lines below the table left out');
  });

  const zipped = async (name: string, bytes: Buffer): Promise<Buffer> => {
    const zip = new ZipFile();
    zip.addBuffer(bytes, name);
    zip.end();
    return buffer(zip.outputStream);
  };
  it.each([
    ...forms,
    ['plain.csv', Buffer.from(text)] as const,
    ['utf8.zip', () => zipped('utf8.csv', Buffer.from(text))] as const,
    ['latin.zip', () => zipped('latin.csv', Buffer.from(text, 'latin1'))] as const,
  ])('and of one that is read to be scored: %s', async (name, made) => {
    const path = bench.file(`score-${name}`, typeof made === 'function' ? await made() : made);
    const source = await bench.warehouse.openSource({ path });
    try {
      let rows = 0;
      let rejected = 0;
      for await (const block of source.blocks({
        wanted: ['n', 'x'].map((each) => ({ name: each, type: 'double', logicalType: 'number' }) as const),
        chunkRows: 16_384,
        scratchDir: bench.hooks().scratchDir,
        stop: neverStop,
      })) {
        rows += block.frame.rowCount;
        rejected += block.rejected.length;
      }
      expect([rows, rejected]).toEqual([40_000, 0]);
    } finally {
      await source.close();
    }
  });
});
