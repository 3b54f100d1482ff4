import { describe, expect, it } from 'vitest';
import { sniffDialect } from '../../../main/warehouse/csv/dialect.ts';
import { nameColumns } from '../../../main/warehouse/csv/names.ts';
import { type DecideOptions, decideReadings } from '../../../main/warehouse/readings/decide.ts';
import { EvidenceCounter } from '../../../main/warehouse/readings/evidence.ts';
import { columnReading } from '../../../main/warehouse/readings/labels.ts';

function decide(columns: readonly (readonly string[])[], options: Partial<DecideOptions> = {}) {
  const evidence = columns.map((texts) => {
    const counter = new EvidenceCounter();
    for (const [i, text] of texts.entries()) {
      const bytes = Buffer.from(text, 'utf8');
      counter.add(bytes, 0, bytes.length, i + 1);
    }
    return counter.evidence();
  });
  return decideReadings(evidence, { names: columns.map((_, i) => `c${i}`), ...options });
}

describe('B2 readings', () => {
  it('types a column only when every value reads', () => {
    expect(decide([['1', '2', '']])[0]).toMatchObject({ reading: 'integer', type: 'integer', missing: 1 });
    expect(decide([['1', '2.5', 'NA']])[0]).toMatchObject({ reading: 'number-point', type: 'number', missing: 1 });
    expect(decide([['1', '2', 'x']])[0]).toMatchObject({ reading: 'text', alternative: 'integer', hinderedBy: 1 });
    expect(decide([['', ' ']])[0]).toMatchObject({ reading: 'text', missing: 2, basis: 'no-values' });
  });

  it('keeps Yes and No as labels, and true and false as a boolean in their own spelling', () => {
    expect(decide([['Yes', 'No']])[0]).toMatchObject({ type: 'text', alternative: 'boolean' });
    expect(decide([['TRUE', 'FALSE', '']])[0]).toMatchObject({ type: 'boolean', words: ['FALSE', 'TRUE'], missing: 1 });
    expect(decide([['true', 'False']])[0]).toMatchObject({
      type: 'boolean',
      basis: 'mixed-words',
      alternative: 'text',
    });
    expect(decide([['yes', 'No']])[0]).toMatchObject({ type: 'text', alternative: 'boolean' });
    expect(decide([['Yes', 'No']], { asked: ['boolean'] })[0]).toMatchObject({ type: 'boolean', words: ['No', 'Yes'] });
  });

  it('uses what was asked for only where the values leave a choice', () => {
    expect(decide([['1.234', '5.678']], { decimal: ',' })[0]).toMatchObject({
      reading: 'number-comma',
      type: 'integer',
    });
    expect(decide([['1.5', '2.5']], { decimal: ',' })[0]).toMatchObject({ reading: 'number-point' });
    expect(decide([['03/04/2024']], { dateOrder: 'dmy' })[0]).toMatchObject({ reading: 'date-dmy', changedValues: 1 });
    expect(decide([['13/04/2024']], { dateOrder: 'mdy' })[0]).toMatchObject({ reading: 'date-dmy' });
  });

  it('counts grouped thousands as whole numbers and mixed date orders as text', () => {
    expect(decide([['1,234', '12,345,678']])[0]).toMatchObject({ reading: 'number-point', type: 'integer' });
    expect(decide([['31/12/2024', '12/31/2024']])[0]).toMatchObject({ reading: 'text', hinderedBy: 1 });
    expect(decide([['2024-01-01', '2024-01-02 03:04:05']])[0]).toMatchObject({ reading: 'date-ymd', type: 'datetime' });
  });

  it('refuses a reading that no value fits', () => {
    expect(() => decide([['a', 'b']], { asked: ['date-ymd'] })).toThrow(/can be read as date-ymd/);
  });

  it('says in the receipt why', () => {
    const [decision] = decide([['03/04/2024', '05/06/2024']]);
    const line = columnReading('d', 'd', decision);
    expect(line.reading).toBe('date, month first (12/31/2024)');
    expect(line.alternative).toBe('date, day first (31/12/2024)');
    expect(line.evidence).toContain('Please check');
  });
});

describe('B1 dialect', () => {
  const sniff = (text: string, overrides = {}) => sniffDialect(Buffer.from(text, 'utf8'), overrides, true);
  it('prefers the separator that explains the cells over the decimal comma', () => {
    expect(sniff('a;b;c\n1,5;2,5;x\n3,5;4,5;y\n').delimiter).toBe(';');
    expect(sniff('"a","b"\n"1,5","2"\n"3,5","4"\n').delimiter).toBe(',');
  });
  it('tells a header from data', () => {
    expect(sniff('name,age\nann,5\nbob,6\n').header).toBe(true);
    expect(sniff('ann,5\nbob,6\ncid,7\n').header).toBe(false);
    expect(sniff('1,2\n3,4\n').header).toBe(false);
    expect(sniff('red,blue\nred,green\nblue,red\n').header).toBe(false);
    expect(sniff('1,2\n3,4\n', { header: true }).header).toBe(true);
  });
  it('reads one column without inventing a separator', () => {
    expect(sniff('word\nalpha\nbeta gamma\n')).toMatchObject({ width: 1, header: true });
  });
  it('gives every column a name of its own', () => {
    expect(nameColumns(['a', 'A', 'a_2', '', '  b  c '], 6).names).toEqual([
      'a',
      'A_3',
      'a_2',
      'column_4',
      'b c',
      'column_6',
    ]);
  });
});
