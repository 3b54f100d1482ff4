/** Columns that say yes and no in several ways of writing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const all = { offset: 0, limit: 100, sort: [], filters: [], search: '' };
const column = (words: readonly string[]): string => `id,paid\n${words.map((word, i) => `${i},${word}`).join('\n')}\n`;
const typeOf = async (words: readonly string[]) => {
  const { receipt, version } = await bench.importText('paid.csv', column(words));
  const [, paid] = receipt.columns;
  return { paid, version, values: (await bench.warehouse.page(version, all)).rows.map((row) => row[1]) };
};

describe('B1 yes and no in several ways of writing', () => {
  it.each([
    [
      ['1', 'true', 'yes', '0', 'FALSE', ' no', ''],
      ['true', 'true', 'true', 'false', 'false', 'false', null],
    ],
    [
      ['True', 'TRUE', 'false', 'NA'],
      ['true', 'true', 'false', null],
    ],
    [
      ['on', 'yes', 'off', 'No'],
      ['true', 'true', 'false', 'false'],
    ],
    [
      ['y', '1', 'no', '0'],
      ['true', 'true', 'false', 'false'],
    ],
  ])('%j is read as such, and the receipt says in which', async (words, expected) => {
    const { paid, values } = await typeOf(words);
    expect(values).toEqual(expected);
    expect(paid).toMatchObject({
      type: 'boolean',
      alternativeCode: 'text',
      changedValues: expected.filter((v) => v !== null).length,
    });
    expect(paid?.evidence).toContain('say yes or no, in several ways of writing');
    const preview = await bench.warehouse.sniff(bench.file('head.csv', column(words)));
    expect(preview.columns[1]).toMatchObject({ readingCode: 'boolean', alternativeCode: 'text' });
    // The labels stay where that is asked for
    const labels = await bench.importText('labels.csv', column(words), { readings: { paid: 'text' } });
    expect(labels.version.columns[1]?.type).toBe('text');
  });

  it.each([
    ['a number beside them', ['1', 'true', 'yes', '2', 'no']],
    ['a number behind the head', [...Array.from({ length: 90_000 }, (_, i) => (i % 2 ? 'true' : '1')), '7']],
    ['letters alone, which may be codes', ['t', 'n', 'f', 'y']],
    ['one pair of labels in two casings', ['Yes', 'yes', 'No', 'no']],
    ['words of two languages', ['no', 'oui', 'yes', 'non']],
  ])('%s leaves the text as it stands', async (_, words) => {
    const { paid, version } = await typeOf(words);
    expect([paid?.type, version.rows, paid?.missing]).toEqual(['text', words.length, 0]);
  });

  it('offers what is not certain', async () => {
    for (const words of [
      ['t', 'n', 'f', 'y'],
      ['Yes', 'yes', 'No', 'no'],
    ]) {
      expect((await typeOf(words)).paid?.alternativeCode).toBe('boolean');
      const { version } = await bench.importText('asked.csv', column(words), { readings: { paid: 'boolean' } });
      expect((await bench.warehouse.page(version, all)).rows.filter((row) => row[1] === 'true')).toHaveLength(2);
    }
  });
});
