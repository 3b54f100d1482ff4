import { useCallback } from 'react';
import type { ColumnProfile, DatasetDetail, Profile } from '../../../main/contract/datasets.ts';
import { associationChart, strongestColumns } from '../../charts/builders/heatmap.ts';
import { Chart } from '../../charts/chart.tsx';
import { SparkBars } from '../../charts/sparkline.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { TypeIcon } from '../../ui/column-type.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Column, Columns } from '../../ui/page.tsx';
import { Stat, StatRow, Term } from '../../ui/stat.tsx';
import { QueryView, SkeletonRows, SkeletonStats } from '../../ui/states.tsx';
import classes from './data.module.css';
import { profileMessages } from './messages.ts';
import type { DatasetSearch } from './search.ts';
import { useProfile } from './use-profile.ts';

/** Tables with more columns than this scroll on their own, so that what stands below them stays near. */
const scrolledFrom = 40;

const quantile = (column: ColumnProfile, p: number): number | null =>
  column.quantiles.find((each) => Math.abs(each.p - p) < 1e-9)?.value ?? null;

function useColumns(): readonly TableColumn<ColumnProfile>[] {
  const t = useMessages(profileMessages);
  const format = useFormat();
  const number = (value: number | null) => (value === null ? '–' : format.significant(value, 4));
  const cell = (value: ColumnProfile['min']) => (typeof value === 'number' ? number(value) : (value ?? '–').toString());
  const sortable = (value: ColumnProfile['min']) => (typeof value === 'boolean' ? String(value) : value);
  return [
    {
      key: 'column',
      header: t('column'),
      sortValue: (column) => column.name,
      render: (column) => (
        <span className={classes.name}>
          <TypeIcon type={column.type} />
          <MiddleTruncate text={column.name} />
        </span>
      ),
    },
    {
      key: 'shape',
      header: t('shape'),
      width: 120,
      render: (column) => {
        const counts = column.histogram.length > 0 ? column.histogram : column.top;
        const shown = counts.reduce((sum, each) => sum + each.count, 0);
        if (shown * 10 < column.rows - column.missing) return <span className={classes.dimmed}>{t('manyValues')}</span>;
        return <SparkBars values={counts.map((each) => each.count)} label={t('shapeOf', { column: column.name })} />;
      },
    },
    {
      key: 'missing',
      header: t('missing'),
      right: true,
      sortValue: (column) => column.missing / Math.max(1, column.rows),
      render: (column) => (column.missing === 0 ? '0' : format.percent(column.missing / Math.max(1, column.rows), 2)),
    },
    {
      key: 'distinct',
      header: <Term hint={t('distinctHint')}>{t('distinct')}</Term>,
      right: true,
      sortValue: (column) => column.distinct,
      render: (column) =>
        column.distinctApproximate
          ? t('about', { count: format.integer(column.distinct) })
          : format.integer(column.distinct),
    },
    {
      key: 'mean',
      header: t('mean'),
      right: true,
      sortValue: (column) => column.mean,
      render: (column) => number(column.mean),
    },
    {
      key: 'sd',
      header: <Term hint={t('sdHint')}>{t('sd')}</Term>,
      right: true,
      sortValue: (column) => column.sd,
      render: (column) => number(column.sd),
    },
    {
      key: 'min',
      header: t('min'),
      right: true,
      sortValue: (column) => sortable(column.min),
      render: (column) => cell(column.min),
    },
    {
      key: 'median',
      header: t('median'),
      right: true,
      sortValue: (column) => quantile(column, 0.5),
      render: (column) => number(quantile(column, 0.5)),
    },
    {
      key: 'max',
      header: t('max'),
      right: true,
      sortValue: (column) => sortable(column.max),
      render: (column) => cell(column.max),
    },
    {
      key: 'top',
      header: t('top'),
      render: (column) => {
        const first = column.top[0];
        if (first === undefined) return '–';
        return (
          <MiddleTruncate
            text={t('topShare', {
              value: first.value,
              share: format.percent(first.count / Math.max(1, column.rows), 0),
            })}
          />
        );
      },
    },
  ];
}

/** Columns of the association map; more would not be legible. */
const mapColumns = 14;

function Associations(props: { readonly profile: Profile }) {
  const t = useMessages(profileMessages);
  const format = useFormat();
  const { associations } = props.profile;
  const build = useCallback(
    (context: ChartContext) => associationChart(context, { associations, limit: mapColumns }),
    [associations],
  );
  const shown = Math.min(mapColumns, strongestColumns(associations, mapColumns).length);
  const strongest = [...associations].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))[0];
  const reading = t('associationsReading', {
    count: associations.length,
    a: strongest?.a ?? '',
    b: strongest?.b ?? '',
    value: format.fixed(strongest?.value ?? 0, 2),
  });
  return (
    <Chart
      title={t('associations')}
      reading={`${reading} ${t('associationsHint')}`}
      build={build}
      height={shown * 26 + 104}
      empty={associations.length === 0 ? t('associationsEmpty') : null}
    />
  );
}

/** Statistics of every column; a row opens the column in the inspector. */
export function ProfileTab(props: {
  readonly dataset: DatasetDetail;
  readonly search: DatasetSearch;
  readonly onChange: (next: Partial<DatasetSearch>) => void;
}) {
  const t = useMessages(profileMessages);
  const format = useFormat();
  const columns = useColumns();
  const { search, onChange } = props;
  const profile = useProfile(props.dataset);
  return (
    <QueryView
      query={profile}
      skeleton={
        <div role="status" aria-label={t('computing')}>
          <SkeletonStats />
          <SkeletonRows rows={12} />
        </div>
      }
    >
      {(data) => {
        const cells = data.rows * data.columns.length;
        const sampled = data.columns.find((column) => column.sampledRows != null)?.sampledRows ?? null;
        const missing = data.columns.reduce((sum, column) => sum + column.missing, 0);
        return (
          <div className={classes.stack}>
            <StatRow>
              <Stat label={t('rows')} value={format.integer(data.rows)} />
              <Stat label={t('columns')} value={format.integer(data.columns.length)} />
              <Stat label={t('missingCells')} value={format.percent(cells > 0 ? missing / cells : 0, 2)} />
              <Stat
                label={<Term hint={t('duplicatesHint')}>{t('duplicates')}</Term>}
                value={data.duplicateRows === null ? t('notCounted') : format.integer(data.duplicateRows)}
                {...(data.duplicateRows === null || data.duplicateRows === 0 ? {} : { tone: 'warn' as const })}
              />
              <Stat label={t('size')} value={format.bytes(data.bytes)} />
            </StatRow>
            {sampled === null ? null : (
              <p className={classes.line}>{t('sampled', { count: format.integer(sampled) })}</p>
            )}
            <DataTable
              label={t('table')}
              columns={columns}
              rows={data.columns}
              {...(data.columns.length > scrolledFrom ? { maxHeight: 'max(320px, calc(100vh - 340px))' } : {})}
              rowKey={(column) => column.name}
              selectedKey={search.column ?? null}
              onRow={(column) => onChange({ column: column.name })}
              sort={search.by === undefined ? null : { key: search.by, descending: search.desc === true }}
              onSort={(sort) => onChange({ by: sort.key, desc: sort.descending || undefined })}
            />
            <Columns>
              <Column span={12} wide={8}>
                <Associations profile={data} />
              </Column>
            </Columns>
          </div>
        );
      }}
    </QueryView>
  );
}
