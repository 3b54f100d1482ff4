/**
 * Files with the whole-file and row-level defects of Vitagliano, Hameed, Jiang, Reisener, Wu, Naumann, "Pollock: A Data Loading
 * Benchmark" (2023), applied to a table of our own. Each file goes with the table that a person would read from it.
 */
import { createRng } from '../../main/base/rng.ts';

export type Sheet = { readonly header: readonly string[]; readonly records: readonly (readonly string[])[] };
export type DefectFile = { readonly name: string; readonly bytes: Buffer; readonly truth: Sheet };

const rowCount = 84;
const header = ['order', 'customer', 'city', 'placed', 'items', 'amount', 'discount', 'paid', 'remark'] as const;

/** The clean table: whole numbers, decimals, dates, words, and texts that hold delimiters, quotes and blanks. */
export function cleanTable(seed: number): Sheet {
  const rng = createRng(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(rng.next() * from.length)];
  const records = Array.from({ length: rowCount }, (_, i) => [
    String(1001 + i),
    pick(['Ada Byron', 'Noor, Sal', 'José Peña', 'Lin "Bo" Wei', "O'Hara Ann", 'Max Muster']),
    pick(['Köln', 'Oslo', 'São Paulo', 'New York', 'Brno']),
    `2024-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + ((i * 7) % 28)).padStart(2, '0')}`,
    String(1 + Math.floor(rng.next() * 40)),
    (rng.next() * 900 + 10).toFixed(2),
    (rng.next() * 0.5).toFixed(3),
    pick(['yes', 'no']),
    pick(['', '', 'gift; wrap it', 'call first, then deliver', 'fragile', 'leave at door']),
  ]);
  return { header, records };
}

type Form = {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: 'doubled' | 'backslash';
  readonly end: string;
  readonly all: boolean;
};
const standard: Form = { delimiter: ',', quote: '"', escape: 'doubled', end: '\r\n', all: false };

function cell(text: string, form: Form): string {
  const special = [form.delimiter, form.quote, '\n', '\r'].some((mark) => text.includes(mark));
  if (!form.all && !special) return text;
  const inside =
    form.escape === 'doubled'
      ? text.replaceAll(form.quote, form.quote + form.quote)
      : text.replaceAll('\\', '\\\\').replaceAll(form.quote, `\\${form.quote}`);
  return `${form.quote}${inside}${form.quote}`;
}

const line = (cells: readonly string[], form: Form): string =>
  cells.map((text) => cell(text, form)).join(form.delimiter);

function write(sheet: Sheet, form: Form, options: { readonly header?: boolean; readonly last?: boolean } = {}): string {
  const lines = sheet.records.map((record) => line(record, form));
  const all = options.header === false ? lines : [line(sheet.header, form), ...lines];
  return all.join(form.end) + (options.last === false ? '' : form.end);
}

/** All defect files, in a fixed order. */
export function defectFiles(seed: number): readonly DefectFile[] {
  const clean = cleanTable(seed);
  const files: DefectFile[] = [];
  const add = (name: string, text: string | Buffer, truth: Sheet = clean): void => {
    files.push({ name, bytes: typeof text === 'string' ? Buffer.from(text, 'utf8') : text, truth });
  };
  const form = (change: Partial<Form>): Form => ({ ...standard, ...change });
  const plain = write(clean, standard);
  const head = (count: number): Sheet => ({ header: clean.header, records: clean.records.slice(0, count) });

  add('source', plain);
  add('no-trailing-newline', write(clean, standard, { last: false }));
  add('double-trailing-newline', `${plain}\r\n`);
  add('no-header', write(clean, standard, { header: false }), { header: [], records: clean.records });
  add('one-data-row', write(head(1), standard), head(1));
  add('header-two-lines', `${['sale', '', '', '', 'money', '', '', 'state', ''].join(',')}\r\n${plain}`, {
    header: [
      'sale order',
      'sale customer',
      'sale city',
      'sale placed',
      'money items',
      'money amount',
      'money discount',
      'state paid',
      'state remark',
    ],
    records: clean.records,
  });
  add('preamble', `Orders of the year\r\nmade by the sales office\r\n\r\n${plain}`);
  add('preamble-padded', `Orders of the year${','.repeat(8)}\r\n${','.repeat(8)}\r\n${plain}`);
  add('footer', `${plain}\r\nSource: the sales office, all rights reserved\r\n`);
  add('footer-total', `${plain}Total,,,,1700,38000.00,,,\r\n`);
  add('comments', `# written by a program\r\n${plain.replace('\r\n1040', '\r\n# second half\r\n1040')}`);
  const other: Sheet = {
    header: ['code', 'stock', 'price'],
    records: Array.from({ length: 20 }, (_, i) => [`K${i}`, String(i * 3), `${i}.50`]),
  };
  const wide: Sheet = {
    header: Array.from({ length: 12 }, (_, i) => `m${i}`),
    records: Array.from({ length: 20 }, (_, r) => Array.from({ length: 12 }, (_, i) => String(r * 12 + i))),
  };
  const same: Sheet = { header: clean.header.map((name) => `old_${name}`), records: clean.records.slice(0, 15) };
  add('second-table-narrower', `${plain}\r\n${write(other, standard)}`);
  add('second-table-wider', `${plain}\r\n${write(wide, standard)}`);
  add('second-table-same-width', `${plain}\r\n${write(same, standard)}`);
  add('first-table-small', `${write(other, standard)}\r\n${plain}`);
  for (const [name, delimiter] of [
    ['tab', '\t'],
    ['semicolon', ';'],
    ['pipe', '|'],
    ['caret', '^'],
    ['comma-blank', ', '],
    ['two-pipes', '||'],
    ['two-colons', '::'],
  ] as const) {
    add(`delimiter-${name}`, write(clean, form({ delimiter })));
  }
  add('delimiter-blank', write(clean, form({ delimiter: ' ', all: true })));
  add('quote-apostrophe', write(clean, form({ quote: "'" })));
  add('quote-all', write(clean, form({ all: true })));
  add('escape-backslash', write(clean, form({ escape: 'backslash' })));
  add('line-end-lf', write(clean, form({ end: '\n' })));
  add('line-end-cr', write(clean, form({ end: '\r' })));
  add('line-ends-mixed', plain.replaceAll(/\r\n(10[0-3])/g, '\n$1'));
  add('utf-8-bom', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(plain)]));
  add('utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(plain, 'utf16le')]));
  add('latin-1', Buffer.from(plain, 'latin1'));
  add('blank-lines', plain.replace('\r\n1020', '\r\n\r\n\r\n1020').replace('\r\n1060', '\r\n\r\n1060'));

  const lines = clean.records.map((record) => line(record, standard));
  const withLine = (row: number, text: string): string =>
    `${[line(clean.header, standard), ...lines.map((own, i) => (i === row ? text : own))].join('\r\n')}\r\n`;
  const replaced = (row: number, record: readonly string[] | null): Sheet => ({
    header: clean.header,
    records: clean.records.flatMap((own, i) => (i !== row ? [own] : record === null ? [] : [record])),
  });
  for (const row of [0, 1, 20, 50, 83]) {
    const record = clean.records[row];
    add(`row-${row}-extra-delimiter`, withLine(row, `${lines[row]},`));
    add(`row-${row}-many-delimiters`, withLine(row, `${lines[row]},,,`));
    // What a short row means is open: its cells as they stand, or the row among the rejected
    const short = record.slice(0, 7);
    add(`row-${row}-short`, withLine(row, line(short, standard)), replaced(row, [...short, '', '']));
    add(`row-${row}-long`, withLine(row, `${lines[row]},more`), replaced(row, null));
    add(
      `row-${row}-blank-cells`,
      withLine(row, ','.repeat(8)),
      replaced(
        row,
        Array.from({ length: 9 }, () => ''),
      ),
    );
    const open = [...record];
    open[8] = 'x';
    add(
      `row-${row}-quote-inside`,
      withLine(row, `${line(open.slice(0, 8), standard)},6" pipe`),
      replaced(row, [...open.slice(0, 8), '6" pipe']),
    );
    add(`row-${row}-stray-quote`, withLine(row, `${line(open.slice(0, 8), standard)},"left open`), replaced(row, null));
    add(
      `row-${row}-newline-inside`,
      withLine(row, `${line(open.slice(0, 8), standard)},"two\nlines"`),
      replaced(row, [...open.slice(0, 8), 'two\nlines']),
    );
    add(`row-${row}-other-delimiter`, withLine(row, line(record, form({ delimiter: ';' }))), replaced(row, null));
    add(`row-${row}-all-quoted`, withLine(row, line(record, form({ all: true }))));
  }
  return files;
}
