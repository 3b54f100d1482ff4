import { describe, expect, it } from 'vitest';
import { type DialectOverrides, sniffDialect } from '../../../main/warehouse/csv/dialect.ts';
import { CsvRows } from '../../../main/warehouse/stream/rows.ts';

/** Names and rows of a text as the dialect found for it cuts them. */
function read(text: string, overrides: DialectOverrides = {}) {
  const bytes = Buffer.from(text, 'utf8');
  const found = sniffDialect(bytes, overrides, true);
  const rows = new CsvRows(found, { recordsSeen: 0, checkUtf8: false });
  const cells: string[][] = [];
  const rejected: string[] = [];
  for (let at = 0; at < bytes.length && rows.cut(bytes, at, bytes.length, true); at = rows.next) {
    if (rows.outcome === 'row') cells.push(Array.from({ length: found.width }, (_, i) => rows.text(i)));
    if (rows.outcome === 'rejected') rejected.push(rows.reason);
  }
  return { found, names: found.headerTexts, rows: cells, rejected };
}

describe('B1 what stands around a table', () => {
  it('leaves out totals and remarks below it, and says so', () => {
    const { rows, found, rejected } = read('name,n,x\na,1,2.5\nb,2,3.5\nTotal,3,6.0\nSource: the office, 2024\n');
    expect(rows).toEqual([
      ['a', '1', '2.5'],
      ['b', '2', '3.5'],
    ]);
    expect(rejected).toEqual([]);
    expect(found.notes.join(' ')).toContain('2 lines below the table left out');
  });

  it('keeps a last row that is merely cut off among the rejected', () => {
    expect(read('name,n,x\na,1,2\nb,2,3\nc,3,4\nd,4').rejected).toEqual(['2 fields where 3 are expected']);
  });

  it('joins the names of several header lines', () => {
    const { names, rows } = read(
      'Region,Sales,,Cost,\n,2023,2024,2023,2024\nname,EUR k,EUR k,EUR k,EUR k\nNorth,1,2,3,4\nSouth,5,6,7,8\nWest,5,6,7,9\n',
    );
    expect(rows).toHaveLength(3);
    expect(names.slice(0, 3)).toEqual(['Region name', 'Sales 2023 EUR k', 'Sales 2024 EUR k']);
    const joined = read('id,weight,height\nno.,(kg),(cm)\n1,70.5,180\n2,80.2,175\n3,65.1,169\n');
    expect(joined.names).toEqual(['id no.', 'weight (kg)', 'height (cm)']);
    expect(joined.rows).toHaveLength(3);
  });

  it('reads the largest of several tables and names the others', () => {
    const text = 'Report\n\na,b\n1,2\n3,4\n\nx,y,z\n1,2,3\n4,5,6\n7,8,9\n';
    const largest = read(text);
    expect(largest.names).toEqual(['x', 'y', 'z']);
    expect(largest.rows).toHaveLength(3);
    expect(largest.found.tables).toMatchObject([
      { number: 1, line: 3, names: ['a', 'b'] },
      { number: 2, line: 7, names: ['x', 'y', 'z'] },
    ]);
    const first = read(text, { table: 1 });
    expect(first.names).toEqual(['a', 'b']);
    expect(first.rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(() => read(text, { table: 3 })).toThrow(/2 tables, not 3/);
  });

  it('parts tables that follow each other without a blank line by their width', () => {
    const { names, rows, found } = read('a,b\n1,2\n3,4\n5,6\nx,y,z\n1,2,3\n4,5,6\n7,8,9\n1,1,1\n');
    expect(found.tables).toHaveLength(2);
    expect(names).toEqual(['x', 'y', 'z']);
    expect(rows).toHaveLength(4);
  });

  it('goes on behind a blank line inside one table', () => {
    const { rows, found } = read('a,b\n1,2\n\n3,4\n5,6\n');
    expect(found.tables).toBeUndefined();
    expect(rows).toHaveLength(3);
  });

  it('leaves out comment lines wherever they stand', () => {
    const { names, rows, found } = read('# made by hand, on a Monday\na,b,c\n1,2,3\n# later\n4,5,6\n');
    expect(found.comment).toBe('#');
    expect(names).toEqual(['a', 'b', 'c']);
    expect(rows).toHaveLength(2);
  });

  it('takes a header that begins with the mark, and colours, for what they are', () => {
    expect(read('#id,name\n1,a\n2,b\n').names).toEqual(['#id', 'name']);
    expect(read('colour,n\n#ffffff,1\n#000000,2\n').rows).toHaveLength(2);
  });
});

describe('B1 how fields are parted', () => {
  it('by several characters', () => {
    const { names, rows } = read('a||b||c\n1||x, y||3\n4||"p||q"||6\n');
    expect(names).toEqual(['a', 'b', 'c']);
    expect(rows).toEqual([
      ['1', 'x, y', '3'],
      ['4', 'p||q', '6'],
    ]);
  });

  it('by a comma and a blank before quotes', () => {
    expect(read('"a", "b"\n"1, 2", "x"\n"3", "y ""z"""\n').rows).toEqual([
      ['1, 2', 'x'],
      ['3', 'y "z"'],
    ]);
  });

  it('by runs of blanks', () => {
    const { names, rows } = read('  id   value name\n   1    2.5  abc\n  10   13.25 d\n 100    7.0  efg  \n');
    expect(names).toEqual(['id', 'value', 'name']);
    expect(rows[1]).toEqual(['10', '13.25', 'd']);
    expect(rows[2]).toEqual(['100', '7.0', 'efg']);
  });

  it('by their place in the line, blanks inside and empty fields included', () => {
    const { names, rows } = read(
      'name        city          n\nJane Doe    New York      1\nÅsa         Malmö        22\nBob B.                    3\nAnn Other   Rio          44\n',
    );
    expect(names).toEqual(['name', 'city', 'n']);
    expect(rows).toEqual([
      ['Jane Doe', 'New York', '1'],
      ['Åsa', 'Malmö', '22'],
      ['Bob B.', '', '3'],
      ['Ann Other', 'Rio', '44'],
    ]);
  });

  it('leaves a single column of sentences alone', () => {
    expect(read('text\nthe cat sat\non the mat\nagain and again\n').found.width).toBe(1);
  });

  it('drops empty fields behind the last column and keeps quotes in the middle', () => {
    const { rows, rejected } = read('a,b\n1,2\n3,4,,\n5,6"7\n8,9,x\n');
    expect(rows).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6"7'],
    ]);
    expect(rejected).toEqual(['3 fields where 2 are expected']);
  });

  it('takes line ends as they come', () => {
    expect(read('a,b\r\n1,2\n3,4\r5,6\r\n').rows).toHaveLength(3);
  });
});

describe('B1 colons that part nothing', () => {
  const shapes: [string, string, string, number][] = [
    [
      'a log with times and colons in its messages',
      '2024-01-03 12:01:05,message text: something\n2024-01-03 12:01:09,done: yes\n2024-01-03 12:02:00,message text: else\n',
      ',',
      2,
    ],
    [
      'a log with names above it',
      'time,message\n2024-01-03 12:01:05,disk: full\n2024-01-03 12:01:06,disk: full: again\n2024-01-04 00:00:00,ok\n',
      ',',
      2,
    ],
    ['times with fractions after a decimal point', '12:01:05.123,a: b\n12:01:06.000,c: d\n12:01:07.250,e: f\n', ',', 2],
    ['hours and minutes', '9:15;start: one\n9:20;start: two\n10:05;stop: one\n', ';', 2],
    ['keys before commas', 'level: info, started\nlevel: warn, slow\nlevel: info, stopped\n', ',', 2],
    ['ratios beside names', 'home 2:1,Bern\nhome 0:0,Genf\nhome 3:2,Basel\n', ',', 2],
    [
      'a system log without a delimiter',
      'Jan  3 12:01:05 host sshd[12]: Accepted key for root from 10.0.0.1\nJan  3 12:01:09 host cron[7]: job done\nJan  3 12:02:11 host kernel: eth0: link up\n',
      ',',
      1,
    ],
    ['IPv6 addresses', 'a,2001:db8::1\nb,2001:db8::2\nc,fe80:0::7\n', ',', 2],
  ];

  it.each(shapes)('%s', (_, text, delimiter, width) => {
    const { found, rejected } = read(text);
    expect([found.delimiter, found.width, rejected]).toEqual([delimiter, width, []]);
    if (width === 1) expect([found.header, found.preambleRecords]).toEqual([false, 0]);
  });

  it('part fields where nothing else does, also fields of digits', () => {
    const passwords = 'root:x:0:0:root:/root\nwww-data:x:33:33:www:/var/www\nana:x:1000:1000:Ana,,,:/home/ana\n';
    expect(read(passwords).found).toMatchObject({ delimiter: ':', width: 6 });
    expect(read('a:b\n1,5:2,5\n3,5:4,5\n5,5:6,5\n').found).toMatchObject({ delimiter: ':', width: 2 });
    const quoted = 'name:at\nx:"12:01:05"\ny:"13:00:00"\n';
    expect(read(quoted).rows).toEqual([
      ['x', '12:01:05'],
      ['y', '13:00:00'],
    ]);
  });
});
