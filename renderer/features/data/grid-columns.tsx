import { IconInfoCircle } from '@tabler/icons-react';
import type { ColDef } from 'ag-grid-community';
import type { MouseEvent } from 'react';
import type { Cell, ColumnType } from '../../../main/contract/common.ts';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import type { Format } from '../../lib/format.ts';
import { useMessages } from '../../lib/locale.tsx';
import { TypeIcon } from '../../ui/column-type.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import classes from './grid.module.css';
import type { GridSort } from './grid-query.ts';
import { HeaderPicture } from './header-picture.tsx';
import { gridMessages } from './messages.ts';

/** A row of the grid: its place and its cells. */
export type GridRow = { readonly place: number; readonly cells: readonly Cell[] };

/** What the cells and headers may lean on. */
export type GridContext = { readonly openColumn: (column: string) => void };

type HeaderProps = {
  readonly displayName: string;
  readonly columnType: ColumnType;
  readonly dataset: DatasetDetail;
  readonly context: GridContext;
};

function ColumnHeader(props: HeaderProps) {
  const t = useMessages(gridMessages);
  const open = (event: MouseEvent) => {
    event.stopPropagation();
    props.context.openColumn(props.displayName);
  };
  return (
    <span className={classes.header}>
      <TypeIcon type={props.columnType} size={14} />
      <span className={classes.headerName}>
        <MiddleTruncate text={props.displayName} tail={4} />
      </span>
      <button
        type="button"
        tabIndex={-1}
        className={classes.details}
        aria-label={t('details', { column: props.displayName })}
        onClick={open}
      >
        <IconInfoCircle size={14} />
      </button>
      <HeaderPicture dataset={props.dataset} column={props.displayName} />
    </span>
  );
}

const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'number';

/** Column definitions: the row's number first, then every column in the order of the data set. */
export function gridColumns(
  dataset: DatasetDetail,
  format: Format,
  words: { readonly rowNumber: string; readonly missing: string },
  sorts: readonly GridSort[],
): ColDef<GridRow>[] {
  const columns = dataset.schema.map(({ name, type }, index): ColDef<GridRow> => {
    const sortIndex = sorts.findIndex((sort) => sort.column === name);
    const sort = sorts[sortIndex];
    return {
      colId: name,
      headerName: name,
      headerComponentParams: {
        innerHeaderComponent: ColumnHeader,
        innerHeaderComponentParams: { columnType: type, dataset },
      },
      valueGetter: ({ data }) => data?.cells[index] ?? null,
      // Text only: a component a cell would cost more than a frame while the wheel turns
      valueFormatter: ({ value, data }) => {
        if (typeof value === 'number') return format.plain(value);
        return value === null ? (data === undefined ? '' : words.missing) : String(value);
      },
      cellClassRules: { [classes.missing ?? 'missing']: ({ value, data }) => value === null && data !== undefined },
      cellClass: isNumeric(type) ? (classes.number ?? '') : '',
      minWidth: Math.min(220, Math.max(96, name.length * 8 + 56)),
      flex: type === 'text' ? 1.3 : 1,
      sortable: true,
      resizable: true,
      ...(sort === undefined
        ? {}
        : { initialSort: sort.descending ? ('desc' as const) : ('asc' as const), initialSortIndex: sortIndex }),
    };
  });
  const number: ColDef<GridRow> = {
    colId: '#row',
    headerName: words.rowNumber,
    valueGetter: ({ data }) => (data === undefined ? null : data.place + 1),
    valueFormatter: ({ value }) => (typeof value === 'number' ? format.integer(value) : ''),
    cellClass: classes.rowNumber ?? '',
    headerClass: 'ag-right-aligned-header',
    width: Math.max(64, String(dataset.rows).length * 10 + 28),
    pinned: 'left',
    lockPosition: true,
    sortable: false,
    resizable: false,
    suppressMovable: true,
  };
  return [number, ...columns];
}
