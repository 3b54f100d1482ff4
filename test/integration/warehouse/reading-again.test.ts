import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CleaningStep, cleaningStep } from '../../../main/contract/cleaning.ts';
import type { Version } from '../../../main/warehouse/types.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
let table: Version;

const text = [
  'log,us,weight,day,local',
  '24/Mar/2023:13:00:01 +0200,12/31/2023 1:05 PM,"1.200,5 kg",20240131,2024-07-01 12:00:00',
  '25/Mar/2023:00:30:00 -0100,01/02/2024 11:59 AM,12 kg,20240229,2024-01-01 12:00:00',
  'never,31/12/2023 1:05 PM,(3) kg,20240230,2024-03-31 02:30:00',
];

beforeAll(async () => {
  bench = await openBench();
  const readings = { log: 'text', us: 'text', weight: 'text', day: 'text' } as const;
  table = (await bench.importText('again.csv', `${text.join('\n')}\n`, { readings })).version;
});
afterAll(() => bench.close());

const steps = (...raw: readonly unknown[]): CleaningStep[] => raw.map((step) => cleaningStep.parse(step));

async function columnAfter(column: number, ...raw: readonly unknown[]) {
  const made = await bench.warehouse.clean({ version: table, steps: steps(...raw), sourceName: 'test' }, bench.hooks());
  const { rows } = await bench.warehouse.page(made, { offset: 0, limit: 9, sort: [], filters: [], search: '' });
  return rows.map((row) => row[column]);
}

describe('B5 a column read in another way', () => {
  it('as times by a pattern, with an offset counted in UTC', async () => {
    expect(
      await columnAfter(0, { kind: 'convert', column: 'log', type: 'datetime', format: 'DD/MMM/YYYY:hh:mm:ss Z' }),
    ).toEqual(['2023-03-24T11:00:01', '2023-03-25T01:30:00', null]);
    expect(
      await columnAfter(1, { kind: 'convert', column: 'us', type: 'datetime', format: 'MM/DD/YYYY h:mm a' }),
    ).toEqual(['2023-12-31T13:05:00', '2024-01-02T11:59:00', null]);
    expect(await columnAfter(3, { kind: 'convert', column: 'day', type: 'date', format: 'YYYYMMDD' })).toEqual([
      '2024-01-31',
      '2024-02-29',
      null,
    ]);
  });

  it('as numbers without their unit', async () => {
    expect(
      await columnAfter(2, { kind: 'convert', column: 'weight', type: 'number', decimal: ',', unit: 'kg' }),
    ).toEqual([1200.5, 12, -3]);
  });

  it('as times of a zone with its summer time, or of an offset', async () => {
    expect(await columnAfter(4, { kind: 'time-zone', column: 'local', zone: 'Europe/Berlin' })).toEqual([
      '2024-07-01T10:00:00',
      '2024-01-01T11:00:00',
      '2024-03-31T01:30:00',
    ]);
    expect(
      await columnAfter(4, { kind: 'time-zone', column: 'local', zone: '+05:30', to: 'America/New_York' }),
    ).toEqual(['2024-07-01T02:30:00', '2024-01-01T01:30:00', '2024-03-30T17:00:00']);
  });

  it('shows what becomes missing and what is read before it is done', async () => {
    const { effects } = await bench.warehouse.previewClean({
      version: table,
      steps: steps({ kind: 'convert', column: 'us', type: 'datetime', format: 'MM/DD/YYYY h:mm a' }),
    });
    expect(effects[0]).toMatchObject({
      text: 'Read "us" as datetime written MM/DD/YYYY h:mm a; what does not fit becomes missing.',
      cellsEmptied: 1,
      columnsChanged: 1,
    });
    expect(effects[0].examples.map(({ row, before, after }) => [row, before, after])).toEqual([
      [2, '31/12/2023 1:05 PM', null],
      [0, '12/31/2023 1:05 PM', '2023-12-31T13:05:00'],
      [1, '01/02/2024 11:59 AM', '2024-01-02T11:59:00'],
    ]);
  });

  it('refuses a pattern or a zone that is none, and a zone for what holds no times', async () => {
    await expect(
      columnAfter(0, { kind: 'convert', column: 'log', type: 'date', format: 'yyyy-mm-dd' }),
    ).rejects.toMatchObject({ code: 'step-format' });
    await expect(columnAfter(4, { kind: 'time-zone', column: 'local', zone: 'Mars/Base' })).rejects.toMatchObject({
      code: 'step-zone',
    });
    await expect(columnAfter(4, { kind: 'time-zone', column: 'local', zone: '+25:00' })).rejects.toMatchObject({
      code: 'step-zone',
    });
    await expect(columnAfter(2, { kind: 'time-zone', column: 'weight', zone: 'UTC' })).rejects.toMatchObject({
      code: 'step-needs-time',
    });
  });
});
