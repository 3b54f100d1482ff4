import type { Format } from '../lib/format.ts';
import { useFormat, useMessages } from '../lib/locale.tsx';
import classes from './chart.module.css';
import { chartMessages } from './messages.ts';
import type { ChartTable } from './spec.ts';

/** A cell as it is read: numbers in the locale, missing as a dash. */
export function cellText(cell: string | number | null, format: Format): string {
  if (cell === null) return '–';
  return typeof cell === 'number' ? format.significant(cell, 5) : cell;
}

/** A chart's numbers as a table. */
export function ChartTableView(props: { readonly title: string; readonly table: ChartTable; readonly height: number }) {
  const t = useMessages(chartMessages);
  const format = useFormat();
  const { columns, rows } = props.table;
  return (
    <section
      className={classes.table}
      style={{ height: props.height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      aria-label={t('tableLabel', { title: props.title })}
    >
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" data-right={column.right || undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a chart have no identity but their place
            <tr key={index}>
              {columns.map((column, place) => (
                <td key={column.label} data-right={column.right || undefined}>
                  {cellText(row[place] ?? null, format)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
