/**
 * Result rows as text: CSV or JSON lines. It is formed wherever the values are, in a worker or beside the file, and is
 * the same there and here. A row never depends on the rows around it, so any cut into blocks gives the same text.
 */
import { harmlessText, isFormula } from './formula-text.ts';

export type OutputColumn = { readonly name: string; readonly type: 'text' | 'number' };

/** Texts of a column that has few: `texts[codes[row]]`. */
export type CodedTexts = { readonly codes: Uint16Array; readonly texts: readonly (string | null)[] };

export type OutputValues = readonly (string | number | null)[] | Float64Array | CodedTexts;

/** Values of one column each, in the order of the columns. */
export type OutputBlock = { readonly rowCount: number; readonly values: readonly OutputValues[] };

/** How rows are written. */
export type RowForm = {
  readonly format: 'csv' | 'jsonl';
  readonly columns: readonly OutputColumn[];
  /** Whether texts are made harmless for spreadsheets. */
  readonly harmless: boolean;
};

/** Written rows as UTF-8, with how many texts were made harmless. */
export type OutputText = { readonly rowCount: number; readonly bytes: Uint8Array; readonly formulas: number };

/** A text as a cell of CSV. */
export const csvText = (text: string): string =>
  /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;

/** A number as JSON and JavaScript write it; missing is empty. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  return csvText(value);
}

function jsonCell(value: string | number | null): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'null' : `"${value}"`;
  return JSON.stringify(value);
}

const isCoded = (values: OutputValues): values is CodedTexts => 'codes' in values;

/** Writes a code point from U+0080 on as UTF-8, half a pair as U+FFFD; gives where the next byte goes. */
function putPoint(bytes: Uint8Array, at: number, code: number): number {
  const point = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
  const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  bytes[at] = [0, 0xc0, 0xe0, 0xf0][more] | (point >> (6 * more));
  for (let k = 1; k <= more; k++) bytes[at + k] = 0x80 | ((point >> (6 * (more - k))) & 0x3f);
  return at + more + 1;
}

/** Collects text as UTF-8; nearly all of it is ASCII. */
class TextBytes {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  put(text: string): void {
    // A sign takes at most three bytes for each of its code units
    if (this.#length + 3 * text.length > this.#bytes.length) this.#grow(3 * text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) {
      const sign = text.charCodeAt(i);
      if (sign < 0x80) {
        bytes[at++] = sign;
        continue;
      }
      const point = text.codePointAt(i) ?? sign;
      if (point > 0xffff) i++;
      at = putPoint(bytes, at, point);
    }
    this.#length = at;
  }

  #grow(more: number): void {
    const grown = new Uint8Array(2 * this.#bytes.length + more);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  written(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Writes the cells of a column, row by row, with what stands in front of them; counts the texts it changes. */
function cellWriter(
  form: RowForm,
  index: number,
  values: OutputValues,
  out: TextBytes,
  changed: () => void,
): (row: number) => void {
  const { name, type } = form.columns[index];
  const csv = form.format === 'csv';
  const lead = csv ? (index === 0 ? '' : ',') : `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`;
  const written = csv ? csvCell : jsonCell;
  if (isCoded(values)) {
    const { codes, texts } = values;
    const formula = texts.map((text) => form.harmless && text !== null && isFormula(text));
    const cells = texts.map((text, i) => lead + written(text !== null && formula[i] ? harmlessText(text) : text));
    return (row) => {
      const code = codes[row];
      if (formula[code]) changed();
      out.put(cells[code]);
    };
  }
  if (!form.harmless || type === 'number' || values instanceof Float64Array) {
    return (row) => {
      out.put(lead);
      out.put(written(values[row]));
    };
  }
  return (row) => {
    const value = values[row];
    const formula = typeof value === 'string' && isFormula(value);
    if (formula) changed();
    out.put(lead);
    out.put(written(formula ? harmlessText(value) : value));
  };
}

const bytesOfCell = 16;

/** The rows [from, to) of a block as text, each ended by a line feed. */
export function rowsText(form: RowForm, { values }: OutputBlock, from: number, to: number): OutputText {
  let formulas = 0;
  const out = new TextBytes(64 + (to - from) * (3 + values.length * bytesOfCell));
  const cells = values.map((column, i) => cellWriter(form, i, column, out, () => formulas++));
  const end = form.format === 'csv' ? '\n' : '}\n';
  for (let row = from; row < to; row++) {
    for (const cell of cells) cell(row);
    out.put(end);
  }
  return { rowCount: to - from, bytes: out.written(), formulas };
}
