import { readFileSync, utimesSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrivacyOptions } from '../../../main/contract/privacy.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let test: Bench;
beforeAll(async () => {
  test = await openBench();
});
afterAll(() => test?.close());

const privacy = (columns: PrivacyOptions['columns']): PrivacyOptions => ({ columns, reuse: false });

/** The copy's text, and how it reads. */
async function land(name: string, content: string | Uint8Array, columns: PrivacyOptions['columns']) {
  const hooks = test.hooks();
  const copy = await test.warehouse.landMasked(
    {
      sourcePath: test.file(name, content),
      sourceName: name,
      options: {},
      privacy: privacy(columns),
      previous: null,
      salt: 's',
    },
    hooks,
  );
  const text = readFileSync(copy.path, 'utf8');
  const outcome = await test.warehouse.runImport(
    { sourcePath: copy.path, sourceName: name, options: copy.options },
    hooks,
  );
  const { rows } = await test.warehouse.page(outcome.version, {
    offset: 0,
    limit: 100,
    sort: [],
    filters: [],
    search: '',
  });
  return { text, rows, receipt: outcome.receipt, privacy: copy.receipt };
}

describe('B7 the masked copy of a source', () => {
  it('keeps delimiter, quotes, line ends and every other cell, line breaks inside quotes included', async () => {
    const { text, rows } = await land(
      'quoted.csv',
      'who;text;n\r\nAnna;"a ""b""; c\nd";1,5\r\nBob;;2,5\r\nEve;"x";3,5\r\n',
      { who: 'mask' },
    );
    expect(text).toBe('who;text;n\r\n[masked];"a ""b""; c\nd";1,5\r\n[masked];;2,5\r\n[masked];x;3,5\r\n');
    expect(rows).toEqual([
      ['[masked]', 'a "b"; c\nd', 1.5],
      ['[masked]', null, 2.5],
      ['[masked]', 'x', 3.5],
    ]);
  });

  it('reads packed files and code pages, and writes UTF-8', async () => {
    const bytes = Buffer.from('name,stadt,wert\nJürgen,Köln,1\nBärbel,Fürth,2\nRené,Düren,3\n', 'latin1');
    const { text, receipt } = await land('page.csv.gz', gzipSync(bytes), { name: 'mask' });
    expect(text).toBe('name,stadt,wert\n[name],Köln,1\n[name],Fürth,2\n[name],Düren,3\n');
    expect(receipt.dialect).toMatchObject({ encoding: 'utf-8', compression: 'none' });
  });

  it('blanks titles above the table, so that records keep their lines', async () => {
    const { text, receipt } = await land(
      'titled.csv',
      'List of Anna Musterfrau\n\nid,who,n\n1,Anna,4\n2,Bob,5\n3,Eve\n4,Joe,7\n5,Ann,7\n6,Al,8\n',
      { who: 'drop' },
    );
    expect(text).not.toMatch(/Anna|Muster|Bob|Eve|Joe/);
    // Two fields would fit once a column is gone: the record stays rejected all the same
    expect(receipt.rejects).toMatchObject([{ line: 6, text: expect.stringMatching(/^9,Xxx/) }]);
    expect(receipt.rowsKept).toBe(5);
  });

  it('keeps rows whose only column left is empty, and missing words in masked columns', async () => {
    const { rows } = await land('single.csv', 'who,n\nAnna,1\nNA,\nEve,3\n', { who: 'mask' });
    expect(rows.map((row) => row[0])).toEqual(['[masked]', 'NA', '[masked]']);
    const alone = await land('alone.csv', 'who,n\nAnna,1\nBob,\nEve,3\n', { who: 'drop' });
    expect(alone.rows).toEqual([[1], [null], [3]]);
  });

  it('gives equal values equal hashes under a salt, whatever blanks stand around them', async () => {
    const { rows } = await land('hash.csv', 'k,n\nA1,1\n A1 ,2\nB2,3\n', { k: 'hash' });
    expect(rows[0][0]).toBe(rows[1][0]);
    expect(rows[0][0]).not.toBe(rows[2][0]);
    expect(String(rows[0][0])).toMatch(/^h[0-9a-f]{64}$/);
  });

  it('refuses a source that changes while it is read', async () => {
    const path = test.file('moving.csv', `who,n\n${'Anna,1\n'.repeat(1000)}`);
    const hooks = test.hooks();
    let touched = false;
    const request = {
      sourcePath: path,
      sourceName: 'moving.csv',
      options: {},
      privacy: privacy({ who: 'mask' }),
      previous: null,
      salt: 's',
    };
    const moving = {
      ...hooks,
      report: () => {
        if (touched) return;
        touched = true;
        utimesSync(path, new Date(1e12), new Date(1e12));
      },
    };
    await expect(test.warehouse.landMasked(request, moving)).rejects.toMatchObject({ code: 'source-changed' });
  });
});
