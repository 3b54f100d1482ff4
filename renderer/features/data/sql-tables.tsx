import { useState } from 'react';
import type { QueryTable } from '../../../main/contract/queries.ts';
import { useMessages } from '../../lib/locale.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import classes from './sql.module.css';
import { sqlMessages } from './sql-messages.ts';

/** The data sets with their columns: a data set runs a first look, a column goes into the query. */
export function SqlTables(props: {
  readonly tables: readonly QueryTable[];
  readonly onTable: (name: string) => void;
  readonly onColumn: (name: string) => void;
}) {
  const t = useMessages(sqlMessages);
  const [open, setOpen] = useState<string | null>(props.tables.length === 1 ? (props.tables[0]?.name ?? null) : null);
  return (
    <nav className={classes.tables} aria-label={t('tables')}>
      {props.tables.map((table) => (
        <div key={table.datasetId}>
          <button
            type="button"
            className={classes.table}
            aria-expanded={open === table.name}
            onClick={() => {
              setOpen(open === table.name ? null : table.name);
              if (open !== table.name) props.onTable(table.name);
            }}
          >
            <MiddleTruncate text={table.name} />
          </button>
          {open !== table.name
            ? null
            : table.columns.map((column) => (
                <button
                  type="button"
                  key={column.name}
                  className={classes.column}
                  aria-label={t('insert', { name: column.name })}
                  title={column.name}
                  onClick={() => props.onColumn(column.name)}
                >
                  <span className={classes.columnName}>{column.name}</span>
                  <span className={classes.type}>{column.type}</span>
                </button>
              ))}
        </div>
      ))}
    </nav>
  );
}
