import { join } from 'node:path';
import { dataProblem, invalidInput } from '../../base/errors.ts';
import { Spool } from './spool.ts';
import type { CellKinds, PartChoice, Unfolded, UnfoldRequest } from './types.ts';
import { readBook, readSharedTexts } from './xlsx-book.ts';
import { columnNumber, type Rectangle, readSheet } from './xlsx-sheet.ts';
import { openZip } from './zip-entries.ts';

/**
 * A sheet of a workbook as a grid of texts. It is read twice: once for the rectangle that has values, so that formats on
 * empty cells make no columns, once for the values. Memory holds the workbook's shared texts and one row.
 */
const maxColumns = 16_384;

/** The rectangle of a range such as B3:F200. */
export function parseRange(range: string): Rectangle {
  const found = /^\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})$/.exec(range.trim());
  const one = found === null ? null : found.slice(1);
  if (one === null) {
    throw invalidInput('bad-range', `"${range}" is no range of cells.`, { hint: 'Write it as B3:F200.' });
  }
  const [left, right] = [columnNumber(one[0]), columnNumber(one[2])].sort((a, b) => a - b);
  const [top, bottom] = [Number(one[1]) - 1, Number(one[3]) - 1].sort((a, b) => a - b);
  return { top, left, bottom, right: Math.min(right, maxColumns - 1) };
}

/** The part asked for by name, or by number from 1. */
export function choosePart(parts: readonly PartChoice[], asked: string | undefined, what: string): number {
  if (asked === undefined) {
    const visible = parts.findIndex(({ hidden }) => !hidden);
    return Math.max(0, visible);
  }
  const byName = parts.findIndex(({ name }) => name === asked);
  if (byName >= 0) return byName;
  const loose = parts.findIndex(({ name }) => name.trim().toLowerCase() === asked.trim().toLowerCase());
  if (loose >= 0) return loose;
  const number = Number(asked);
  if (Number.isInteger(number) && number >= 1 && number <= parts.length) return number - 1;
  throw invalidInput(`unknown-${what}`, `The file has no ${what} "${asked}".`, {
    hint: `It has ${parts
      .slice(0, 30)
      .map(({ name }) => `"${name}"`)
      .join(', ')}.`,
  });
}

/** Takes a sheet out of a workbook. */
export async function unfoldXlsx(request: UnfoldRequest): Promise<Unfolded> {
  const { path, pick, rowLimit, stop } = request;
  const zip = await openZip(path);
  try {
    const book = await readBook(zip);
    const parts = book.sheets.map(({ name, hidden }) => ({ name, rows: null, hidden }));
    const sheet = book.sheets[choosePart(parts, pick.sheet, 'sheet')];
    const texts = await readSharedTexts(zip, book.textsEntry);
    const asked = pick.range === undefined ? null : parseRange(pick.range);
    const within = (row: number, column: number): boolean =>
      asked === null || (row >= asked.top && row <= asked.bottom && column >= asked.left && column <= asked.right);

    let top = -1;
    let bottom = -1;
    let left = maxColumns;
    let right = -1;
    let seen = 0;
    await readSheet(zip, sheet.entry, book, texts, stop, (row, cells) => {
      for (const { column } of cells) {
        if (!within(row, column)) continue;
        if (top < 0) top = row;
        bottom = row;
        left = Math.min(left, column);
        right = Math.max(right, column);
      }
      seen++;
      return (asked !== null && row >= asked.bottom) || (rowLimit !== null && seen >= rowLimit);
    });
    if (top < 0) {
      throw dataProblem(
        'empty-sheet',
        `The sheet "${sheet.name}" has no values${asked === null ? '' : ' in the range'}.`,
        {
          hint: `Choose another: the workbook has ${parts.map(({ name }) => `"${name}"`).join(', ')}.`,
        },
      );
    }
    if (asked !== null) [top, left, right] = [asked.top, asked.left, Math.min(right, asked.right)];
    if (right >= maxColumns) {
      throw dataProblem('too-wide', 'The sheet has more columns than a workbook can have.', {
        hint: 'Check the file.',
      });
    }

    const width = right - left + 1;
    const kinds: CellKinds[] = Array.from({ length: width }, () => ({ text: 0, number: 0, other: 0 }));
    const target = join(request.scratchDir, 'unfolded.csv');
    const spool = await Spool.create(target, request.sealed);
    let next = top;
    let due = false;
    let leading = 0;
    let typedBelow = false;
    let kept = 0;
    const counts = await readSheet(
      zip,
      sheet.entry,
      book,
      texts,
      stop,
      (row, cells) => {
        if (row < top || row < next) return false;
        if (row > bottom) return true;
        // Blank rows keep their place, so that line numbers are the sheet's
        for (; next < row; next++) due = spool.line('') || due;
        const out: (string | null)[] = new Array(width).fill(null);
        if (cells.every(({ kind }) => kind === 'text')) leading += typedBelow ? 0 : 1;
        else typedBelow = true;
        for (const { column, text, kind } of cells) {
          if (!within(row, column) || column < left || column > right) continue;
          out[column - left] = text;
          kinds[column - left][kind]++;
        }
        next = row + 1;
        due = (out.every((cell) => cell === null) ? spool.line('') : spool.row(out)) || due;
        kept++;
        return rowLimit !== null && kept >= rowLimit;
      },
      async () => {
        if (due) await spool.flush();
        due = false;
      },
    ).finally(() => spool.close());

    const notes: string[] = [];
    const hidden = book.sheets.filter((each) => each.hidden).length;
    if (parts.length > 1) {
      notes.push(
        `The workbook has ${parts.length} sheets${hidden > 0 ? `, ${hidden} of them hidden` : ''}; read is "${sheet.name}".`,
      );
    }
    if (counts.formulas > 0) {
      notes.push(`${counts.formulas} cells are formulas: their kept results are read, nothing is computed.`);
    }
    if (counts.withoutResult > 0) {
      notes.push(
        `${counts.withoutResult} formulas have no kept result and are read as missing: open the workbook in its program and save it.`,
      );
    }
    for (const [error, count] of counts.errors) notes.push(`${count} cells hold the error ${error}, read as missing.`);
    if (counts.merged > 0) {
      notes.push(`${counts.merged} groups of merged cells: the value stands in the first cell, the others are empty.`);
    }
    return {
      path: target,
      container: { kind: 'xlsx', part: sheet.name, range: pick.range ?? null },
      shape: 'grid',
      names: [],
      parts,
      notes,
      kinds,
      ...(leading > 0 && typedBelow ? { header: true } : {}),
    };
  } finally {
    zip.close();
  }
}
