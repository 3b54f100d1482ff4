import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { client, orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import classes from './data.module.css';
import { Lineage } from './lineage-graph.tsx';
import { versionsMessages } from './quality-messages.ts';
import type { DatasetSearch } from './search.ts';
import { CompareVersions } from './version-diff.tsx';
import { Recipe } from './version-recipe.tsx';

/** All versions, newest first, with what was done; lineage, recipe and a comparison of two. */
export function VersionsTab(props: {
  readonly dataset: DatasetDetail;
  readonly search: DatasetSearch;
  readonly onVersion: (version: number) => void;
  readonly onChange: (next: Partial<DatasetSearch>) => void;
}) {
  const t = useMessages(versionsMessages);
  const format = useFormat();
  const toasts = useToasts();
  const { dataset, search } = props;
  const versions = useQuery(orpc.datasets.versions.queryOptions({ input: { id: dataset.id } }));
  const restore = async (version: number): Promise<void> => {
    const { eventId } = await client.datasets.restore({ id: dataset.id, version });
    toasts.undoable(t('restored', { version }), eventId);
  };
  return (
    <QueryView query={versions} skeleton={<SkeletonRows rows={3} />}>
      {({ items }) => {
        const sorted = [...items].sort((a, b) => b.version - a.version);
        const numbers = sorted.filter((item) => item.erased !== true).map(({ version }) => version);
        const to = numbers.includes(search.to ?? 0) ? (search.to ?? 0) : dataset.version;
        const parent =
          items.find(({ version }) => version === to)?.parent ?? numbers.find((version) => version !== to) ?? to;
        const from = numbers.includes(search.from ?? 0) ? (search.from ?? 0) : parent;
        return (
          <div className={classes.stack}>
            <DataTable
              label={t('table')}
              rows={sorted}
              rowKey={(item) => String(item.version)}
              selectedKey={String(dataset.version)}
              onRow={(item) => (item.erased === true ? undefined : props.onVersion(item.version))}
              columns={[
                {
                  key: 'version',
                  header: t('version'),
                  render: (item) => (
                    <span className={classes.pair}>
                      {format.integer(item.version)}
                      {item.current === true ? <Badge tone="good">{t('current')}</Badge> : null}
                      {item.erased === true ? <Badge tone="neutral">{t('erased')}</Badge> : null}
                      {item.version === dataset.version ? <Badge tone="info">{t('shown')}</Badge> : null}
                    </span>
                  ),
                },
                {
                  key: 'steps',
                  header: t('steps'),
                  fluid: true,
                  render: (item) => (
                    <MiddleTruncate
                      text={
                        (item.steps ?? []).length === 0
                          ? t('imported', { source: item.sourceName })
                          : (item.steps ?? []).map((step) => step.text).join(' ')
                      }
                    />
                  ),
                },
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
                {
                  key: 'restore',
                  header: t('restore'),
                  width: 110,
                  render: (item) =>
                    item.current === true || item.erased === true ? (
                      '–'
                    ) : (
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={t('restoreFor', { version: item.version })}
                        onClick={(event) => {
                          event.stopPropagation();
                          restore(item.version).catch(toasts.failed);
                        }}
                      >
                        {t('restore')}
                      </Button>
                    ),
                },
              ]}
            />
            <Lineage id={dataset.id} version={dataset.version} />
            <Recipe id={dataset.id} version={dataset.version} />
            <CompareVersions id={dataset.id} versions={numbers} from={from} to={to} onChange={props.onChange} />
          </div>
        );
      }}
    </QueryView>
  );
}
