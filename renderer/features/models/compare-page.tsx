/** Two models side by side: the paired difference first, then metric by metric. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { MetricEstimate, MetricName, useMetricWords } from '../../ui/metric.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { Stat, StatRow } from '../../ui/stat.tsx';
import { EmptyState, ErrorState, QueryView, SkeletonRows, SkeletonStats } from '../../ui/states.tsx';
import { CompareDetails } from './compare-details.tsx';
import { modelsMessages } from './messages.ts';
import classes from './models.module.css';

const route = getRouteApi('/models/compare');

/** The comparison page. */
export function ComparePage() {
  const t = useMessages(modelsMessages);
  const { a, b } = route.useSearch();
  const list = useQuery(orpc.models.list.queryOptions({ input: { limit: 1000 } }));
  const ready = a !== undefined && b !== undefined && a !== b;
  return (
    <Page>
      <PageHeader title={t('compareTitle')} state={t('compareState')} crumbs={[{ label: t('title'), to: '/models' }]} />
      <QueryView query={list} skeleton={<SkeletonRows rows={3} />}>
        {({ items }) =>
          items.length < 2 ? (
            <EmptyState title={t('compareFew', { count: items.length })} />
          ) : (
            <>
              <Pickers options={items.map((item) => ({ value: item.id, label: item.name }))} />
              {ready ? null : (
                <EmptyState compact title={t(a !== undefined && a === b ? 'compareSame' : 'comparePick')} />
              )}
            </>
          )
        }
      </QueryView>
      {ready ? <Comparison key={`${a} ${b}`} a={a} b={b} /> : null}
    </Page>
  );
}

function Pickers(props: { readonly options: readonly { readonly value: string; readonly label: string }[] }) {
  const t = useMessages(modelsMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const pick = (side: 'a' | 'b') => (value: string | null) =>
    void navigate({ search: (old) => ({ ...old, [side]: value ?? undefined }), replace: true });
  return (
    <div className={classes.pickers}>
      <Select
        label={t('compareA')}
        data={[...props.options]}
        value={search.a ?? null}
        searchable
        onChange={pick('a')}
      />
      <Select
        label={t('compareB')}
        data={[...props.options]}
        value={search.b ?? null}
        searchable
        onChange={pick('b')}
      />
    </div>
  );
}

function Comparison(props: { readonly a: string; readonly b: string }) {
  const a = useQuery(orpc.models.get.queryOptions({ input: { id: props.a } }));
  const b = useQuery(orpc.models.get.queryOptions({ input: { id: props.b } }));
  const failed = a.isError ? a.error : b.isError ? b.error : null;
  if (failed !== null) return <ErrorState error={failed} />;
  if (a.data === undefined || b.data === undefined) return <SkeletonStats count={3} />;
  return (
    <>
      <Verdict a={a.data} b={b.data} />
      <CompareDetails a={a.data} b={b.data} />
    </>
  );
}

const verdictTone = {
  'a-better': 'good',
  'b-better': 'good',
  'practically-equal': 'neutral',
  unclear: 'neutral',
  'not-comparable': 'warn',
} as const;

function Verdict(props: { readonly a: ModelDetail; readonly b: ModelDetail }) {
  const t = useMessages(modelsMessages);
  const words = useMetricWords();
  const { a, b } = props;
  const query = useQuery(orpc.models.compare.queryOptions({ input: { id: a.id, other: b.id } }));
  return (
    <QueryView query={query} skeleton={<SkeletonStats count={3} />}>
      {(result) => {
        const title = {
          'a-better': t('verdictA', { name: a.name }),
          'b-better': t('verdictB', { name: b.name }),
          'practically-equal': t('verdictEqual'),
          unclear: t('verdictUnclear'),
          'not-comparable': t('verdictNot'),
        }[result.verdict];
        return (
          <div className={classes.verdict}>
            <Notice tone={verdictTone[result.verdict]} title={title}>
              {result.reading}
            </Notice>
            {result.verdict === 'not-comparable' ? null : (
              <div className={classes.compareStats}>
                <StatRow>
                  <Stat
                    label={t('difference', { metric: words.name(result.metric) })}
                    value={<MetricEstimate metric={result.metric} estimate={result.difference} />}
                    hint={t('differenceHint', { rows: result.rows })}
                  />
                  <Stat
                    label={a.name}
                    value={<MetricEstimate metric={result.metric} estimate={result.a} />}
                    hint={<MetricName metric={result.metric} />}
                  />
                  <Stat
                    label={b.name}
                    value={<MetricEstimate metric={result.metric} estimate={result.b} />}
                    hint={<MetricName metric={result.metric} />}
                  />
                </StatRow>
              </div>
            )}
          </div>
        );
      }}
    </QueryView>
  );
}
