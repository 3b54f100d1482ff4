import { SegmentedControl, Select } from '@mantine/core';
import { useCallback, useState } from 'react';
import type { QueryResult } from '../../../main/contract/queries.ts';
import { queryResultChart, type ResultChartKind } from '../../charts/builders/query-result.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import classes from './sql.module.css';
import { sqlMessages } from './sql-messages.ts';

const isNumber = (type: string): boolean => type === 'integer' || type === 'number';
const kinds: readonly ResultChartKind[] = ['bar', 'line', 'points'];

/** A result as a table, or one column of numbers over another column as a chart. */
export function SqlResult(props: { readonly result: QueryResult }) {
  const t = useMessages(sqlMessages);
  const [view, setView] = useState('table');
  return (
    <>
      <SegmentedControl
        aria-label={t('view')}
        size="xs"
        w={180}
        value={view}
        onChange={setView}
        data={[
          { value: 'table', label: t('asTable') },
          { value: 'chart', label: t('asChart') },
        ]}
      />
      <div className={classes.result}>{view === 'table' ? <ResultTable {...props} /> : <ResultChart {...props} />}</div>
    </>
  );
}

function ResultTable({ result }: { readonly result: QueryResult }) {
  const t = useMessages(sqlMessages);
  const format = useFormat();
  const rows = result.rows.map((cells, index) => ({ index, cells }));
  return (
    <DataTable
      label={t('result')}
      rows={rows}
      rowKey={(row) => String(row.index)}
      columns={result.columns.map((column, i) => ({
        key: String(i),
        header: <MiddleTruncate text={column.name} />,
        right: isNumber(column.type),
        render: (row: { readonly cells: QueryResult['rows'][number] }) => {
          const value = row.cells[i] ?? null;
          if (value === null) return <span className={classes.dimmed}>{t('missing')}</span>;
          if (typeof value === 'number')
            return column.type === 'integer' ? format.integer(value) : format.significant(value, 6);
          return <MiddleTruncate text={String(value)} />;
        },
      }))}
    />
  );
}

function ResultChart({ result }: { readonly result: QueryResult }) {
  const t = useMessages(sqlMessages);
  const numbers = result.columns.flatMap((column, i) => (isNumber(column.type) ? [i] : []));
  const [kind, setKind] = useState<ResultChartKind>('bar');
  const [x, setX] = useState(
    Math.max(
      0,
      result.columns.findIndex((column) => !isNumber(column.type)),
    ),
  );
  const [y, setY] = useState(numbers.find((i) => i !== x) ?? numbers[0] ?? -1);
  const build = useCallback(
    (context: ChartContext) => {
      const values = (i: number) => result.rows.map((row) => row[i] ?? null);
      const name = (i: number) => result.columns[i]?.name ?? '';
      return queryResultChart(context, {
        kind,
        x: { name: name(x), values: values(x) },
        y: { name: name(y), values: values(y).map((value) => (typeof value === 'number' ? value : null)) },
      });
    },
    [result, kind, x, y],
  );
  if (y < 0 || result.rows.length === 0) return <p className={classes.dimmed}>{t('noChart')}</p>;
  const choose = (label: string, value: number, set: (next: number) => void, among: readonly number[]) => (
    <Select
      label={label}
      size="xs"
      w={180}
      allowDeselect={false}
      value={String(value)}
      onChange={(next) => next !== null && set(Number(next))}
      data={among.map((i) => ({ value: String(i), label: result.columns[i]?.name ?? '' }))}
    />
  );
  const name = (i: number) => result.columns[i]?.name ?? '';
  return (
    <>
      <div className={classes.bar}>
        {choose(
          t('chartX'),
          x,
          setX,
          result.columns.map((_, i) => i),
        )}
        {choose(t('chartY'), y, setY, numbers)}
        <Select
          label={t('chartKind')}
          size="xs"
          w={120}
          allowDeselect={false}
          value={kind}
          onChange={(next) => setKind(kinds.find((each) => each === next) ?? kind)}
          data={kinds.map((value) => ({ value, label: t(`kind_${value}`) }))}
        />
      </div>
      <Chart
        title={t('chartTitle', { x: name(x), y: name(y) })}
        reading={t('chartReading', { count: result.rows.length })}
        build={build}
        height={280}
      />
    </>
  );
}
