import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { dateText } from './excel-date.ts';
import type { CellKinds } from './types.ts';
import { type Book, cleanText } from './xlsx-book.ts';
import { readXml } from './xml-events.ts';
import { entryBlocks, type ZipEntries } from './zip-entries.ts';

/** A rectangle of cells, counted from 0, ends included. */
export type Rectangle = {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
};

/** A cell as it stands: `text` is what a person would type, dates ISO. */
export type Cell = { readonly column: number; readonly text: string; readonly kind: keyof CellKinds };

export type SheetCounts = { formulas: number; withoutResult: number; errors: Map<string, number>; merged: number };

export const columnNumber = (letters: string): number => {
  let value = 0;
  for (const letter of letters.toUpperCase()) value = value * 26 + letter.charCodeAt(0) - 64;
  return value - 1;
};

const inTag = (attributes: string, name: string): string => {
  const at = attributes.indexOf(` ${name}="`);
  if (at < 0) return '';
  const from = at + name.length + 3;
  return attributes.slice(from, attributes.indexOf('"', from));
};

/** A number as a person would type it: the shortest digits that stand for the value kept. */
function numberText(raw: string): string {
  const value = Number(raw);
  return Number.isFinite(value) ? String(value) : raw;
}

/**
 * Streams the cells of a sheet row by row, numbers by their kept values, formulas by their results. `visit` gets each
 * row that has cells, with its number from 0, and gives true when no more is wanted.
 */
export async function readSheet(
  zip: ZipEntries,
  entry: string,
  book: Book,
  texts: readonly string[],
  stop: StopSignal,
  visit: (row: number, cells: readonly Cell[]) => boolean,
  between: () => Promise<void> = async () => {},
): Promise<SheetCounts> {
  const counts: SheetCounts = { formulas: 0, withoutResult: 0, errors: new Map(), merged: 0 };
  let row = -1;
  let cells: Cell[] = [];
  let column = -1;
  let type = '';
  let style = 0;
  let value = '';
  let inValue = false;
  let inPhonetic = false;
  let hasFormula = false;
  let enough = false;

  const finishCell = (): void => {
    if (hasFormula) {
      counts.formulas++;
      if (value === '') counts.withoutResult++;
    }
    if (value === '') return;
    let kind: keyof CellKinds = 'number';
    let text = value;
    if (type === 's') {
      text = texts[Number(value)] ?? '';
      kind = 'text';
    } else if (type === 'str' || type === 'inlineStr') {
      text = cleanText(value);
      kind = 'text';
    } else if (type === 'b') {
      text = value === '1' || value === 'true' ? 'TRUE' : 'FALSE';
      kind = 'other';
    } else if (type === 'e') {
      counts.errors.set(value, (counts.errors.get(value) ?? 0) + 1);
      kind = 'other';
    } else if (type === 'd') {
      text = value.replace('T', ' ').replace(/Z$/, '');
      kind = 'other';
    } else {
      const look = book.looks[style] ?? 'none';
      const date = look === 'none' ? null : dateText(Number(value), look, book.since1904);
      if (date !== null) kind = 'other';
      text = date ?? numberText(value);
    }
    if (text !== '') cells.push({ column, text, kind });
  };

  await readXml(
    entryBlocks(zip, entry),
    {
      open: (name, attributes) => {
        if (enough) return;
        if (name === 'c') {
          const place = inTag(attributes, 'r');
          const letters = /^[A-Za-z]{1,3}/.exec(place)?.[0];
          column = letters === undefined ? column + 1 : columnNumber(letters);
          type = inTag(attributes, 't');
          style = Number(inTag(attributes, 's'));
          value = '';
          hasFormula = false;
        } else if (name === 'v' || name === 't') inValue = !inPhonetic;
        else if (name === 'f') hasFormula = true;
        else if (name === 'rPh') inPhonetic = true;
        else if (name === 'row') {
          const number = Number(inTag(attributes, 'r'));
          row = number > 0 ? number - 1 : row + 1;
          column = -1;
          cells = [];
        } else if (name === 'mergeCell') counts.merged++;
      },
      text: (text) => {
        if (inValue) value += text;
      },
      close: (name) => {
        if (enough) return;
        if (name === 'v' || name === 't') inValue = false;
        else if (name === 'c') finishCell();
        else if (name === 'rPh') inPhonetic = false;
        else if (name === 'row' && cells.length > 0) {
          throwIfStopped(stop);
          enough = visit(row, cells);
        }
      },
    },
    () => enough,
    between,
  );
  return counts;
}
