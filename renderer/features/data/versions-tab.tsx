import { useQuery } from '@tanstack/react-query';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './data.module.css';
import { profileMessages } from './messages.ts';

/** All versions, newest first; a row shows that version. */
export function VersionsTab(props: { readonly dataset: DatasetDetail; readonly onVersion: (version: number) => void }) {
  const t = useMessages(profileMessages);
  const format = useFormat();
  const versions = useQuery(orpc.datasets.versions.queryOptions({ input: { id: props.dataset.id } }));
  return (
    <QueryView query={versions} skeleton={<SkeletonRows rows={3} />}>
      {({ items }) => (
        <DataTable
          label={t('versionsTable')}
          rows={[...items].sort((a, b) => b.version - a.version)}
          rowKey={(item) => String(item.version)}
          selectedKey={String(props.dataset.version)}
          onRow={(item) => props.onVersion(item.version)}
          columns={[
            {
              key: 'version',
              header: t('version'),
              render: (item) => (
                <span className={classes.pair}>
                  {format.integer(item.version)}
                  {item.version === props.dataset.version ? <Badge tone="info">{t('shown')}</Badge> : null}
                </span>
              ),
            },
            { key: 'source', header: t('source'), render: (item) => <MiddleTruncate text={item.sourceName} /> },
            { key: 'rows', header: t('rows'), right: true, render: (item) => format.integer(item.rows) },
            { key: 'columns', header: t('columns'), right: true, render: (item) => format.integer(item.columns) },
            {
              key: 'hash',
              header: t('hash'),
              render: (item) => (
                <span className={classes.hash} title={item.hash}>
                  {item.hash.slice(0, 12)}
                </span>
              ),
            },
            {
              key: 'created',
              header: t('created'),
              right: true,
              render: (item) => <RelativeTime at={item.createdAt} />,
            },
          ]}
        />
      )}
    </QueryView>
  );
}
