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

/** The cell of a column by row, with what stands in front of it; counts the texts it changes. */
function cellWriter(form: RowForm, index: number, values: OutputValues, changed: () => void): (row: number) => string {
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
      return cells[code];
    };
  }
  if (!form.harmless || type === 'number' || values instanceof Float64Array) {
    return (row) => lead + written(values[row]);
  }
  return (row) => {
    const value = values[row];
    const formula = typeof value === 'string' && isFormula(value);
    if (formula) changed();
    return lead + written(formula ? harmlessText(value) : value);
  };
}

/** The rows [from, to) of a block as text, each ended by a line feed, with how many texts were made harmless. */
export function rowsText(
  form: RowForm,
  { values }: OutputBlock,
  from: number,
  to: number,
): { readonly text: string; readonly formulas: number } {
  let formulas = 0;
  let text = '';
  const cells = values.map((column, i) => cellWriter(form, i, column, () => formulas++));
  const end = form.format === 'csv' ? '\n' : '}\n';
  for (let row = from; row < to; row++) {
    for (const cell of cells) text += cell(row);
    text += end;
  }
  return { text, formulas };
}
