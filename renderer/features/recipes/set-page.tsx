import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { FeatureMaterialisation, FeatureTable } from '../../../main/contract/feature-sets.ts';
import { client, orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge, Notice } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { describeFeature, spanText } from './describe-feature.ts';
import { recipesMessages } from './messages.ts';
import { setMessages } from './set-messages.ts';
import { momentText } from './spans.ts';
import { ValuesPanel } from './values-panel.tsx';

const route = getRouteApi('/features/$setId');

/** One feature set: its settings in time, features, what was made of it and the proof. */
export function SetPage() {
  const t = useMessages(recipesMessages);
  const words = useMessages(setMessages);
  const toasts = useToasts();
  const navigate = useNavigate();
  const { setId } = route.useParams();
  const search = route.useSearch();
  const query = useQuery(orpc.features.get.queryOptions({ input: { id: setId } }));
  const start = (job: Promise<unknown>): void => {
    job.then(() => toasts.told(t('started')), toasts.failed);
  };
  return (
    <Page>
      <QueryView query={query} skeleton={<SkeletonRows rows={12} />}>
        {(set) => {
          const [made] = set.materialisations;
          const remove = async (): Promise<void> => {
            await client.features.delete({ id: set.id });
            toasts.told(t('deleted', { name: set.name }));
            void navigate({ to: '/features' });
          };
          return (
            <>
              <PageHeader
                title={set.name}
                state={t('setState')}
                crumbs={[{ label: t('title'), to: '/features' }]}
                actions={
                  <>
                    <Button variant="default" onClick={() => void remove().catch(toasts.failed)}>
                      {t('delete')}
                    </Button>
                    <LinkButton variant="default" to="/features/edit" search={{ set: set.id }}>
                      {t('edit')}
                    </LinkButton>
                    {made === undefined ? null : (
                      <Button variant="default" onClick={() => start(client.features.prove({ id: set.id }))}>
                        {t('prove')}
                      </Button>
                    )}
                    <Button onClick={() => start(client.features.materialise({ id: set.id }))}>{t('build')}</Button>
                  </>
                }
              />
              {set.warnings.map((warning) => (
                <Notice key={warning} tone="warn">
                  {warning}
                </Notice>
              ))}
              <Proof made={made} />
              <Section title={t('pointInTime')} hint={t('pointInTimeHint')}>
                <Facts
                  items={[
                    { label: t('time'), value: set.definition.base.time },
                    { label: t('key'), value: set.definition.base.key.join(', ') || t('none') },
                    { label: t('arrived'), value: set.definition.base.known ?? t('none') },
                    {
                      label: t('lags'),
                      value:
                        Object.entries(set.definition.base.lags ?? {})
                          .map(([column, seconds]) =>
                            words('lagLine', {
                              column: column === '*' ? words('allColumns') : column,
                              span: spanText(seconds, words),
                            }),
                          )
                          .join(', ') || t('none'),
                    },
                    ...Object.entries(set.definition.sources).map(([alias, table]) => ({
                      label: alias,
                      value: <SourceLine table={table} />,
                    })),
                  ]}
                />
              </Section>
              <Section title={t('features')}>
                <DataTable
                  label={t('features')}
                  rows={set.definition.features}
                  rowKey={({ name }) => name}
                  columns={[
                    { key: 'name', header: t('name'), render: ({ name }) => name },
                    {
                      key: 'definition',
                      header: t('definition'),
                      fluid: true,
                      render: (feature) => describeFeature(feature, words),
                    },
                  ]}
                />
              </Section>
              <ValuesPanel
                set={set}
                search={search}
                onAsk={(asked) => void navigate({ to: '/features/$setId', params: { setId }, search: asked })}
              />
              <Section
                title={t('history')}
                hint={set.versions.map(({ number, features }) => t('versionLine', { number, features })).join(' · ')}
              >
                <History made={set.materialisations} />
              </Section>
            </>
          );
        }}
      </QueryView>
    </Page>
  );
}

/** A table beside the rows: its data set, when its rows happened, and what they are matched by. */
function SourceLine({ table }: { readonly table: FeatureTable }) {
  const words = useMessages(setMessages);
  const dataset = useQuery(orpc.datasets.get.queryOptions({ input: { id: table.datasetId } }));
  const name = dataset.data?.name ?? table.datasetId;
  const key = table.key.join(', ') || words('noKey');
  return (
    <>
      {table.time === null ? words('tableLine', { name, key }) : words('tableTimed', { name, time: table.time, key })}
    </>
  );
}

function Proof({ made }: { readonly made: FeatureMaterialisation | undefined }) {
  const t = useMessages(recipesMessages);
  if (made?.proof == null) return null;
  const { ok, rows, moments, differences } = made.proof;
  const shown = (value: unknown): string => (value === null ? t('missingValue') : String(value));
  const reasons = {
    'same-row': 'reason_same_row',
    'future-row': 'reason_future_row',
    'late-arrival': 'reason_late_arrival',
    changed: 'reason_changed',
  } as const;
  return (
    <Section title={t('proofTitle')} hint={t('proofText')}>
      <Notice tone={ok ? 'good' : 'bad'}>{ok ? t('proofGood', { rows, moments }) : t('proofBad')}</Notice>
      {ok ? null : (
        <DataTable
          label={t('proofTitle')}
          rows={differences}
          rowKey={({ column, row }) => `${column} ${row}`}
          columns={[
            { key: 'column', header: t('column'), render: ({ column }) => column },
            { key: 'row', header: t('row'), right: true, render: ({ row }) => row },
            { key: 'at', header: t('time'), render: ({ at }) => momentText(at) },
            { key: 'stored', header: t('stored'), right: true, render: ({ stored }) => shown(stored) },
            { key: 'then', header: t('recomputed'), right: true, render: ({ recomputed }) => shown(recomputed) },
            { key: 'reason', header: t('reason'), fluid: true, render: ({ reason }) => t(reasons[reason]) },
          ]}
        />
      )}
    </Section>
  );
}

function History({ made }: { readonly made: readonly FeatureMaterialisation[] }) {
  const t = useMessages(recipesMessages);
  const format = useFormat();
  const navigate = useNavigate();
  if (made.length === 0) return <EmptyState title={t('nothingMade')} text={t('nothingMadeText')} compact />;
  return (
    <DataTable
      label={t('history')}
      rows={made}
      rowKey={({ id }) => id}
      onRow={({ datasetId }) => void navigate({ to: '/data/$datasetId', params: { datasetId } })}
      columns={[
        { key: 'version', header: t('version'), right: true, render: ({ version }) => format.integer(version) },
        { key: 'made', header: t('madeAt'), render: ({ createdAt }) => <RelativeTime at={createdAt} /> },
        { key: 'rows', header: t('rows'), right: true, render: ({ rows }) => format.integer(rows) },
        {
          key: 'from',
          header: t('lineage'),
          fluid: true,
          render: ({ from }) =>
            from.map(({ alias, name, version }) => t('lineageEntry', { alias, name, version })).join('; '),
        },
        {
          key: 'fresh',
          header: t('fresh'),
          render: ({ freshUntil }) => (freshUntil === null ? '' : momentText(freshUntil)),
        },
        {
          key: 'state',
          header: t('stateColumn'),
          render: ({ stale }) => <Badge tone={stale ? 'warn' : 'good'}>{stale ? t('stale') : t('current')}</Badge>,
        },
      ]}
    />
  );
}
