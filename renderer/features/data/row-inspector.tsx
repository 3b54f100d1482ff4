import { useQuery } from '@tanstack/react-query';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Inspector } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './grid.module.css';
import { gridQuery } from './grid-query.ts';
import { gridMessages } from './messages.ts';
import type { DatasetSearch } from './search.ts';

/** One row of the grid in full, column by column. */
export function RowInspector(props: {
  readonly dataset: DatasetDetail;
  readonly search: DatasetSearch;
  readonly row: number;
  readonly onClose: () => void;
}) {
  const t = useMessages(gridMessages);
  const format = useFormat();
  const { dataset, search, row } = props;
  const request = gridQuery(search, new Set(dataset.schema.map((column) => column.name)));
  const page = useQuery(
    orpc.datasets.page.queryOptions({
      input: {
        id: dataset.id,
        version: dataset.version,
        offset: row,
        limit: 1,
        ...request,
        sort: [...request.sort],
        filters: [...request.filters],
      },
    }),
  );
  return (
    <Inspector title={t('rowTitle', { number: format.integer(row + 1) })} onClose={props.onClose}>
      <QueryView query={page} skeleton={<SkeletonRows />}>
        {(data) => {
          const cells = data.rows[0];
          if (cells === undefined) return <EmptyState compact title={t('nothingTitle')} />;
          return (
            <Facts
              items={data.columns.map((column, index) => {
                const cell = cells[index] ?? null;
                const text = typeof cell === 'number' ? format.plain(cell) : String(cell);
                return {
                  label: column.name,
                  value:
                    cell === null ? (
                      <span className={classes.missing}>{t('missing')}</span>
                    ) : (
                      <span className="mono">{text}</span>
                    ),
                };
              })}
            />
          );
        }}
      </QueryView>
    </Inspector>
  );
}
