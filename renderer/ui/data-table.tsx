/** The compact table of lists: 32 px rows, sticky header, sortable columns, rows that open with click or Enter. */
import { VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useMessages } from '../lib/locale.tsx';
import classes from './data-table.module.css';
import { uiMessages } from './messages.ts';

/** Which column a table is sorted by. */
export type Sort = { readonly key: string; readonly descending: boolean };

/** A column of a table. Numbers go right; their unit stands in the header. */
export type TableColumn<R> = {
  readonly key: string;
  readonly header: ReactNode;
  readonly unit?: string;
  readonly right?: boolean;
  readonly wrap?: boolean;
  readonly width?: number | string;
  /** Takes the room that is left and truncates instead of widening the table. */
  readonly fluid?: boolean;
  readonly render: (row: R) => ReactNode;
  /** Makes the column sortable. */
  readonly sortValue?: (row: R) => string | number | null;
};

/** Rows in the order of `sort`; missing values last. */
export function sortRows<R>(rows: readonly R[], columns: readonly TableColumn<R>[], sort: Sort | null): readonly R[] {
  const value = sort === null ? undefined : columns.find((column) => column.key === sort.key)?.sortValue;
  if (sort === null || value === undefined) return rows;
  const sign = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * String(x).localeCompare(String(y), undefined, { numeric: true });
  });
}

function moveFocus(event: KeyboardEvent<HTMLTableRowElement>): void {
  const row = event.currentTarget;
  const next = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

/** A table. Sorting is held by the caller, so that it can live in the address. */
export function DataTable<R>(props: {
  readonly label: string;
  readonly columns: readonly TableColumn<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string;
  readonly onRow?: (row: R) => void;
  readonly selectedKey?: string | null;
  readonly sort?: Sort | null;
  readonly onSort?: (sort: Sort) => void;
  readonly empty?: ReactNode;
  readonly maxHeight?: number | string;
}) {
  const t = useMessages(uiMessages);
  const sort = props.sort ?? null;
  const rows = sortRows(props.rows, props.columns, sort);
  const { onRow, onSort } = props;
  const header = (column: TableColumn<R>): ReactNode => {
    if (column.header === '') return <VisuallyHidden>{t('more')}</VisuallyHidden>;
    const body = (
      <>
        {column.header}
        {column.unit === undefined ? null : <span className={classes.unit}>{` ${column.unit}`}</span>}
      </>
    );
    if (column.sortValue === undefined || onSort === undefined) return body;
    const active = sort?.key === column.key;
    const flip = () => onSort({ key: column.key, descending: active ? !sort.descending : column.right === true });
    return (
      <button type="button" className={classes.sort} onClick={flip}>
        {body}
        {active && sort.descending ? <IconArrowDown size={13} aria-label={t('sortedDescending')} /> : null}
        {active && !sort.descending ? <IconArrowUp size={13} aria-label={t('sortedAscending')} /> : null}
      </button>
    );
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section className={classes.wrap} style={{ maxHeight: props.maxHeight }} tabIndex={0} aria-label={props.label}>
      <table className={classes.table}>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.key} scope="col" data-right={column.right || undefined} style={{ width: column.width }}>
                {header(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = props.rowKey(row);
            return (
              <tr
                key={key}
                aria-selected={props.selectedKey === undefined ? undefined : props.selectedKey === key}
                {...(onRow === undefined
                  ? {}
                  : {
                      'data-clickable': true,
                      tabIndex: 0,
                      onClick: () => onRow(row),
                      onKeyDown: (event: KeyboardEvent<HTMLTableRowElement>) => {
                        if (event.target !== event.currentTarget) return;
                        if (event.key === 'Enter' || event.key === ' ') {
                          event.preventDefault();
                          onRow(row);
                        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveFocus(event);
                      },
                    })}
              >
                {props.columns.map((column) => (
                  <td
                    key={column.key}
                    data-fluid={column.fluid || undefined}
                    data-right={column.right || undefined}
                    data-wrap={column.wrap || undefined}
                  >
                    {column.render(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {rows.length > 0 ? null : (
            <tr>
              <td colSpan={props.columns.length} className={classes.none}>
                {props.empty ?? t('nothing')}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}
