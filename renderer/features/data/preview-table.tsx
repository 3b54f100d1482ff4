import { Button } from '@mantine/core';
import { IconSwitchHorizontal } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ColumnReading } from '../../../main/contract/datasets.ts';
import { useMessages } from '../../lib/locale.tsx';
import { TypeIcon } from '../../ui/column-type.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import classes from './import.module.css';
import { importMessages } from './import-messages.ts';
import type { Preview } from './import-types.ts';

function Head(props: {
  readonly column: ColumnReading;
  readonly second: boolean;
  readonly onOpen: () => void;
  readonly onSwitch: () => void;
}) {
  const t = useMessages(importMessages);
  const { column, second } = props;
  const other = second ? column.reading : column.alternative;
  const reading = second ? (column.alternative ?? column.reading) : column.reading;
  return (
    <>
      <button
        type="button"
        className={classes.head}
        aria-label={t('readingOf', { column: column.name })}
        onClick={props.onOpen}
      >
        <span className={classes.headName}>
          <TypeIcon type={column.type} size={14} />
          <MiddleTruncate text={column.name} />
        </span>
        <span className={classes.reading} title={reading}>
          {reading}
        </span>
        <span className={classes.reading} title={other ?? ''}>
          {other === null ? '' : t('secondFits', { reading: other })}
        </span>
      </button>
      <div className={classes.switch}>
        {column.alternativeCode === null || (column.changedValues === 0 && !second) ? null : (
          <Button
            size="compact-xs"
            variant="light"
            color={second ? 'ink' : 'gray'}
            leftSection={<IconSwitchHorizontal size={13} />}
            aria-pressed={second}
            aria-label={t(second ? 'useFirst' : 'useSecond', { column: column.name })}
            onClick={props.onSwitch}
          >
            {second ? t('secondChosen') : t('differs', { count: column.changedValues })}
          </Button>
        )}
      </div>
    </>
  );
}

/** The head of the file with each column's reading above it; columns with a second reading are marked and switch in place. */
export function PreviewTable(props: {
  readonly preview: Preview;
  readonly second: readonly string[];
  readonly selected: string | undefined;
  readonly onOpen: (column: string) => void;
  readonly onSwitch: (column: string) => void;
}) {
  const t = useMessages(importMessages);
  const { columns, rows } = props.preview;
  const table = useRef<HTMLElement>(null);
  const { selected } = props;
  // A link may name a column that stands far to the right.
  useEffect(() => {
    if (selected === undefined) return;
    table.current?.querySelector('th[data-selected]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected]);
  const differs = columns.map((column) => (column.alternativeCode !== null && column.changedValues > 0) || undefined);
  const numeric = columns.map((column) => column.type === 'integer' || column.type === 'number' || undefined);
  return (
    <section
      ref={table}
      className={classes.table}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      aria-label={t('preview')}
    >
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th
                key={column.name}
                scope="col"
                data-differs={differs[index]}
                data-selected={selected === column.name || undefined}
              >
                <Head
                  column={column}
                  second={props.second.includes(column.name)}
                  onOpen={() => props.onOpen(column.name)}
                  onSwitch={() => props.onSwitch(column.name)}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file have no identity but their place
            <tr key={place}>
              {columns.map((column, index) => (
                <td key={column.name} data-differs={differs[index]} data-number={numeric[index]}>
                  {row[index] ?? <span className={classes.null}>–</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
