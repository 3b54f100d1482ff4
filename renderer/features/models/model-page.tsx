/** One model: its line of state, and five views of it. */
import { ActionIcon, Button } from '@mantine/core';
import { IconDots, IconWand } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { isGone } from '../../client/problem.ts';
import { useMessages } from '../../lib/locale.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { MetricEstimate, MetricName } from '../../ui/metric.tsx';
import { Page, PageHeader, PageTabs } from '../../ui/page.tsx';
import { ErrorState, SkeletonChart, SkeletonRows, SkeletonStats } from '../../ui/states.tsx';
import { CardTab } from './card-tab.tsx';
import { CurvesTab } from './curves-tab.tsx';
import { DecideTab } from './decide-tab.tsx';
import { ExplainTab } from './explain-tab.tsx';
import { modelsMessages } from './messages.ts';
import { ModelMenu } from './model-actions.tsx';
import { QualityTab } from './quality-tab.tsx';
import { type ModelTab, modelTabs } from './search.ts';
import { taskWord } from './task-word.ts';
import { UseTab } from './use-tab.tsx';

const route = getRouteApi('/models/$modelId');
const tabWords = {
  decide: 'tabDecide',
  quality: 'tabQuality',
  explain: 'tabExplain',
  curves: 'tabCurves',
  card: 'tabCard',
  use: 'tabUse',
} as const satisfies Record<ModelTab, keyof typeof modelsMessages.messages>;

/** The page of one model. */
export function ModelPage() {
  const t = useMessages(modelsMessages);
  const { modelId } = route.useParams();
  const query = useQuery(orpc.models.get.queryOptions({ input: { id: modelId } }));
  const crumbs = [{ label: t('title'), to: '/models' }];
  if (query.data !== undefined && !isGone(query)) return <ModelView key={modelId} model={query.data} />;
  return (
    <Page>
      <PageHeader title={query.isError ? t('modelGone') : ' '} crumbs={crumbs} />
      {query.isError ? (
        <ErrorState error={query.error} title={t('modelGone')} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <SkeletonRows rows={1} />
          <SkeletonStats />
          <SkeletonChart height={320} />
        </>
      )}
    </Page>
  );
}

function ModelView(props: { readonly model: ModelDetail }) {
  const t = useMessages(modelsMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const leave = useNavigate();
  const { model } = props;
  const tab = search.tab ?? 'decide';
  return (
    <Page key={tab}>
      <PageHeader
        title={model.name}
        crumbs={[{ label: t('title'), to: '/models' }]}
        state={<ModelState model={model} />}
        actions={
          <>
            <ModelMenu
              model={model}
              onDeleted={() => void leave({ to: '/models', search: {} })}
              target={
                <ActionIcon variant="default" size={32} aria-label={t('more')}>
                  <IconDots size={16} />
                </ActionIcon>
              }
            />
            <Button
              leftSection={<IconWand size={16} />}
              renderRoot={(root) => <Link to="/predict" search={{ model: model.id }} {...root} />}
            >
              {t('predict')}
            </Button>
          </>
        }
      />
      <PageTabs
        label={t('tabs')}
        value={tab}
        onChange={(value) => void navigate({ search: (old) => ({ ...old, tab: value }) })}
        tabs={modelTabs
          .filter((value) => value !== 'curves' || tab === 'curves' || hasCurves(model))
          .map((value) => ({ value, label: t(tabWords[value]) }))}
      />
      {tab === 'decide' ? <DecideTab model={model} /> : null}
      {tab === 'quality' ? <QualityTab model={model} /> : null}
      {tab === 'explain' ? <ExplainTab model={model} /> : null}
      {tab === 'curves' ? <CurvesTab key={model.card.packageSha256} model={model} /> : null}
      {tab === 'card' ? <CardTab model={model} /> : null}
      {tab === 'use' ? <UseTab model={model} /> : null}
    </Page>
  );
}

/** Only models with an additive member have curves. */
const hasCurves = (model: ModelDetail): boolean => /additive|explainable boosting/.test(model.learner);

function ModelState(props: { readonly model: ModelDetail }) {
  const t = useMessages(modelsMessages);
  const { model } = props;
  const target = model.positive === null ? model.target : `${model.target} = ${model.positive}`;
  return (
    <>
      {t(model.unscored === true ? 'modelStateForeign' : 'modelState', {
        task: t(taskWord(model.task)),
        target,
        rows: model.rows,
        features: model.features,
        learner: model.learner,
      })}
      {' · '}
      {model.unscored === true ? (
        t('unscored')
      ) : (
        <>
          <MetricName metric={model.metric} /> <MetricEstimate metric={model.metric} estimate={model.score} />
        </>
      )}
      {' · '}
      <RelativeTime at={model.createdAt} />
    </>
  );
}
