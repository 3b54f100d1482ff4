import { describe, expect, it } from 'vitest';
import type { ColumnReading, Finding } from '../../../../../main/contract/datasets.ts';
import {
  allMembers,
  differing,
  eachMember,
  importsOf,
  optionsOf,
  privacyOf,
  readingsOf,
  sourceOf,
  withAction,
  withDetect,
  writePrivacy,
} from '../../../../../renderer/features/data/import-request.ts';
import { orderFindings } from '../../../../../renderer/features/data/order-findings.ts';
import { readImportSearch } from '../../../../../renderer/features/data/search.ts';
import { membersLeft, startImports } from '../../../../../renderer/features/data/start-imports.ts';
import { downloadName } from '../../../../../renderer/features/jobs/download-name.ts';

const reading = (name: string, change: Partial<ColumnReading> = {}): ColumnReading => ({
  name,
  sourceName: name,
  type: 'number',
  reading: 'number, decimal point',
  readingCode: 'number.',
  alternative: 'number, decimal comma',
  alternativeCode: 'number,',
  changedValues: 3,
  hinderedBy: 0,
  missing: 0,
  missingWords: [],
  examples: [],
  evidence: '',
  ...change,
});

describe('B2 the import asks for what the person chose', () => {
  it('knows its source from the address', () => {
    expect(sourceOf({ path: '/data/a.csv' })).toEqual({ path: '/data/a.csv' });
    expect(sourceOf({ upload: 'up_12345678' })).toEqual({ uploadId: 'up_12345678' });
    expect(sourceOf({})).toBeNull();
  });

  it('sends only the parts of the dialect that were decided', () => {
    expect(optionsOf({ name: 'x', delimiter: ';', headerRows: 0 })).toEqual({ delimiter: ';', headerRows: 0 });
    expect(optionsOf({ quote: '', escape: '^', comment: '', table: 2 })).toEqual({
      quote: '',
      escape: '^',
      comment: '',
      table: 2,
    });
    expect(readImportSearch({ quote: '', escape: '^', comment: '#', table: 2, headerRows: 99 })).toMatchObject({
      quote: '',
      escape: '^',
      comment: '#',
      table: 2,
      headerRows: undefined,
    });
  });

  it('asks for one file of an archive, for all in one, or for each as a data set of its own', () => {
    const members = ['a/sales.csv', 'b/sales.csv', 'shops.csv.gz'].map((name) => ({ name, hidden: false }));
    const files = [...members, { name: 'README', hidden: true }];
    const named = (member: string) => importsOf({ member }, files, 'shop');
    expect(named('shops.csv.gz')).toEqual([{ name: 'shop', options: { member: 'shops.csv.gz' } }]);
    expect(named(allMembers)).toEqual([{ name: 'shop', options: { member: '*' } }]);
    expect(named(eachMember)).toEqual([
      { name: 'a/sales', options: { member: 'a/sales.csv' } },
      { name: 'b/sales', options: { member: 'b/sales.csv' } },
      { name: 'shops', options: { member: 'shops.csv.gz' } },
    ]);
  });

  it('goes on with the other files of an archive when one is refused, and says which and why', async () => {
    const wanted = ['a.csv', 'b.csv', 'c.csv', 'd.csv'].map((member) => ({ options: { member } }));
    const refused = new Error('the disk is full');
    const result = await startImports(wanted, async ({ options: { member } }) => {
      if (member === 'b.csv' || member === 'd.csv') throw refused;
      return `job of ${member}`;
    });
    expect(result.jobs).toEqual(['job of a.csv', 'job of c.csv']);
    expect(membersLeft(result)).toEqual([
      { member: 'b.csv', error: refused },
      { member: 'd.csv', error: refused },
    ]);
  });

  it('says what is to be found out anew', () => {
    const detect = withDetect(withDetect(undefined, 'quote', true), 'comment', true);
    expect(optionsOf({ detect })).toEqual({ detect: ['quote', 'comment'] });
    expect(withDetect(withDetect(detect, 'quote', false), 'comment', false)).toBeUndefined();
    expect(readImportSearch({ detect: ['comment', 'weather'] }).detect).toEqual(['comment']);
  });

  it('sends second readings of the columns that have one', () => {
    const columns = [reading('amount'), reading('name', { alternative: null, alternativeCode: null }), reading('rate')];
    expect(readingsOf(columns, ['amount', 'name'])).toEqual({ amount: 'number,' });
  });

  it('marks the columns that would change', () => {
    const columns = [
      reading('amount'),
      reading('same', { changedValues: 0 }),
      reading('none', { alternativeCode: null }),
    ];
    expect(differing(columns).map((column) => column.name)).toEqual(['amount']);
  });
});

describe('B5 findings', () => {
  it('stand with the worst first', () => {
    const finding = (severity: Finding['severity'], column: string | null): Finding => ({
      kind: 'constant',
      column,
      severity,
      count: null,
      message: '',
    });
    const ordered = orderFindings([
      finding('info', 'b'),
      finding('block', 'z'),
      finding('info', 'a'),
      finding('warn', null),
    ]);
    expect(ordered.map((each) => `${each.severity} ${each.column}`)).toEqual([
      'block z',
      'warn null',
      'info a',
      'info b',
    ]);
  });
});

describe('A5 the file a job made', () => {
  it('is offered by name once the job succeeded', () => {
    expect(downloadName({ state: 'succeeded', result: { download: 'scores.csv' } })).toBe('scores.csv');
    expect(downloadName({ state: 'running', result: { download: 'scores.csv' } })).toBeNull();
    expect(downloadName({ state: 'succeeded', result: { rows: 5 } })).toBeNull();
    expect(downloadName({ state: 'succeeded', result: null })).toBeNull();
  });
});

describe('B7 actions on personal data in the address', () => {
  it('go there and back, names with colons included; what is no action is left out', () => {
    const chosen = { 'a:b': 'mask', email: 'drop' } as const;
    expect(privacyOf({ privacy: writePrivacy(chosen) })).toEqual(chosen);
    expect(privacyOf({ privacy: ['burn:email', 'nothing'] })).toEqual({});
    expect(writePrivacy({})).toBeUndefined();
  });

  it('an undecided column is taken out, so that the host does as last time', () => {
    expect(withAction({ email: 'mask', ssn: 'drop' }, 'email', undefined)).toEqual({ ssn: 'drop' });
    expect(withAction({ email: 'mask' }, 'email', 'keep')).toEqual({ email: 'keep' });
  });
});
