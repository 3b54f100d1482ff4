/**
 * The contract between a pure option builder and the Chart component. A builder takes plain data and a context and
 * returns what to draw together with the same numbers as a table; it touches neither the document nor the clock.
 */
import type { EChartsOption } from 'echarts';
import type { Format } from '../lib/format.ts';
import type { Translate } from '../lib/messages.ts';
import type { chartMessages } from './messages.ts';
import type { Palette } from './palette.ts';

/** Keys of the charts' own words (axis titles, table headers). */
export type ChartKey = keyof typeof chartMessages.messages;

/** What a builder may lean on: colours, number formats, words, and the room there is. */
export type ChartContext = {
  readonly palette: Palette;
  readonly format: Format;
  readonly t: Translate<ChartKey>;
};

/** The chart's numbers as rows; numbers stay numbers until they are shown. */
export type ChartTable = {
  readonly columns: readonly { readonly label: string; readonly right?: boolean }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
};

/** A chart, ready to draw. */
export type ChartSpec = {
  readonly option: EChartsOption;
  readonly table: ChartTable;
  /** The series that arrow keys walk along; its data must match the table's rows one to one. */
  readonly focusSeries?: number;
};

/** A builder with its data bound; keep it stable (useCallback), the chart is rebuilt when it changes. */
export type ChartBuilder = (context: ChartContext) => ChartSpec;

/** The table as comma-separated text, numbers in full; texts that a spreadsheet would run get an apostrophe in front. */
export function tableCsv(table: ChartTable, separator = ','): string {
  const quote = (cell: string | number | null): string => {
    if (cell === null) return '';
    const runs = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell));
    const text = runs ? `'${cell}` : String(cell);
    return text.includes(separator) || /["\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [table.columns.map((column) => column.label), ...table.rows];
  return `${lines.map((line) => line.map(quote).join(separator)).join('\n')}\n`;
}
