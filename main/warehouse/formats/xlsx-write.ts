/**
 * Writes a version as a workbook of one sheet, row by row, without holding it (Office Open XML, ECMA-376 part 1). Values are
 * typed: numbers, dates and times with a format, yes and no, texts as texts. No cell is ever a formula, whatever its
 * text begins with. What a sheet cannot hold is refused before or where it is met: too many rows or columns, a text that is too long.
 * What Excel cannot hold as a number or a date is written as text: integers of more than 15 digits, days before March 1900.
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuckDBValue } from '@duckdb/node-api';
import { ZipFile } from 'yazl';
import { unsupported } from '../../base/errors.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { Session } from '../duck.ts';
import { partRelations, textSql } from '../relations.ts';
import type { Version, VersionColumn } from '../types.ts';

const maxRows = 1_048_576;
const maxColumns = 16_384;
const maxText = 32_767;
const rowsAtATime = 20_000;
/** Cells of one read at most, so that wide tables do not fill memory. */
const cellsAtATime = 400_000;

/** Styles by their index in `styles`. */
const styleOf = { plain: 0, date: 1, datetime: 2, header: 3 } as const;

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const package_ = 'http://schemas.openxmlformats.org/package/2006';

const members: readonly (readonly [string, string])[] = [
  [
    '[Content_Types].xml',
    `<Types xmlns="${package_}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `<Relationships xmlns="${package_}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${package_}/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
  ],
];

const escaped = (sign: string): string => `_x${sign.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`;
const stays = (sign: string): boolean => sign === '\t' || sign === '\n' || sign >= '\u007f';

/** A text as XML: signs that XML cannot hold are written as _xHHHH_, and what looks like that is written so itself. */
const xmlText = (text: string): string =>
  text
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll(/\p{Cc}/gu, (sign) => (stays(sign) ? sign : escaped(sign)))
    .replaceAll(/[\ufffe\uffff]/g, escaped)
    .replaceAll(/(?:[\ud800-\udbff](?![\udc00-\udfff]))|(?:(?<![\ud800-\udbff])[\udc00-\udfff])/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const dayUs = 86_400_000_000;
/** Days from the sheet's day 0 to 1970; before March 1900 Excel counts a day that never was. */
const epochDays = 25_569;
const mostDigits = 1e15;

const textCell = (text: string, style: number): string =>
  `<c t="inlineStr"${style === 0 ? '' : ` s="${style}"`}><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;

type SheetColumn = Pick<VersionColumn, 'name' | 'type' | 'words'>;

/** A table to write: `relations` gives rows [from, to) in order, column `c<i>` being the i-th. */
export type SheetTable = {
  readonly rows: number;
  readonly columns: readonly SheetColumn[];
  readonly relations: (from: number, to: number) => readonly string[];
};

/** A stored version as a table to write. */
export const versionSheet = (workspaceDir: string, version: Version): SheetTable => ({
  rows: version.rows,
  columns: version.columns,
  relations: (from, to) => partRelations(workspaceDir, version, from, to),
});

/** SQL for a column as the sheet takes it: moments as microseconds since 1970 where Excel knows them, else as text behind a t. */
function valueSql(column: SheetColumn, index: number): string {
  if (column.type !== 'date' && column.type !== 'datetime') return `c${index}`;
  const inside = `c${index} >= DATE '1900-03-01' AND c${index} < DATE '10000-01-01'`;
  return `CASE WHEN ${inside} THEN CAST(epoch_us(CAST(c${index} AS TIMESTAMP)) AS VARCHAR) ELSE 't' || ${textSql(column, index)} END`;
}

function cellXml(column: SheetColumn, value: DuckDBValue, row: number): string {
  if (value === null) return '<c/>';
  if (column.type === 'boolean') return `<c t="b"><v>${value === true ? 1 : 0}</v></c>`;
  if (column.type === 'text') {
    const text = String(value);
    if (text.length <= maxText) return textCell(text, styleOf.plain);
    throw unsupported(
      'xlsx-long-text',
      `Row ${row} of column "${column.name}" holds ${text.length} characters; a cell of a workbook holds ${maxText}.`,
      { hint: 'Write CSV or Parquet.', details: { row, column: column.name } },
    );
  }
  if (column.type === 'date' || column.type === 'datetime') {
    const text = String(value);
    if (text.startsWith('t')) return textCell(text.slice(1), styleOf.plain);
    return `<c s="${styleOf[column.type]}"><v>${Number(text) / dayUs + epochDays}</v></c>`;
  }
  const number = Number(value);
  if (!Number.isFinite(number) || (column.type === 'integer' && Math.abs(number) >= mostDigits))
    return textCell(String(value), styleOf.plain);
  return `<c><v>${number}</v></c>`;
}

async function* sheetXml(session: Session, table: SheetTable, stop: StopSignal): AsyncGenerator<Buffer> {
  const { columns, rows } = table;
  const header = columns.map(({ name }) => textCell(name, styleOf.header)).join('');
  yield Buffer.from(
    `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData><row>${header}</row>`,
  );
  const select = columns.map(valueSql).join(', ');
  const step = Math.max(1, Math.min(rowsAtATime, Math.floor(cellsAtATime / columns.length)));
  let row = 0;
  for (let from = 0; from < rows; from += step) {
    throwIfStopped(stop);
    let text = '';
    for (const relation of table.relations(from, Math.min(rows, from + step))) {
      for (const values of await session.rows(`SELECT ${select} FROM ${relation}`)) {
        row++;
        text += `<row>${values.map((value, i) => cellXml(columns[i], value, row)).join('')}</row>`;
      }
    }
    yield Buffer.from(text, 'utf8');
  }
  yield Buffer.from('</sheetData></worksheet>');
}

/** Refuses what no sheet can hold. Errors: unsupported, with the limit and what to do. */
export function checkSheetLimits(
  { rows, columns }: { readonly rows: number; readonly columns: readonly unknown[] },
  name = 'The data set',
): void {
  const hint = 'Write CSV or Parquet, or keep fewer of them first.';
  if (rows + 1 > maxRows) {
    throw unsupported(
      'xlsx-too-many-rows',
      `${name} has ${rows} rows; a sheet of a workbook holds ${maxRows - 1} below its header.`,
      { hint },
    );
  }
  if (columns.length > maxColumns) {
    throw unsupported(
      'xlsx-too-many-columns',
      `${name} has ${columns.length} columns; a sheet of a workbook holds ${maxColumns}.`,
      { hint },
    );
  }
}

/** Writes the workbook to `path`. Errors: unsupported (limits of a sheet), cancelled, resource. */
export async function writeXlsx(session: Session, table: SheetTable, path: string, stop: StopSignal): Promise<void> {
  checkSheetLimits(table);
  const zip = new ZipFile();
  // Times of members are fixed, so that equal rows give equal bytes
  const options = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compressionLevel: 3 };
  for (const [name, xml] of members) zip.addBuffer(Buffer.from(declaration + xml), name, options);
  const sheet = Readable.from(sheetXml(session, table, stop));
  // A failure of the rows must end the archive, which does not listen to its sources
  const failed = new Promise<never>((_, reject) => sheet.on('error', reject));
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml', options);
  zip.end();
  const abort = new AbortController();
  const written = pipeline(zip.outputStream, createWriteStream(path), { signal: abort.signal });
  try {
    await Promise.race([written, failed]);
  } catch (error) {
    abort.abort();
    await written.catch(() => {});
    throw error;
  }
}
