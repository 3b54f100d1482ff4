/** The three questions with the proposed answers filled in, beside what was found in the data. */
import { Button, Tooltip } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { client, orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Column, Columns, Page, PageHeader } from '../../ui/page.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { Advanced } from './advanced.tsx';
import { BeforeStart } from './before-start.tsx';
import { CheckQuestion } from './check-question.tsx';
import { trainMessages } from './messages.ts';
import { buildPlanInput, buildTrainInput, findObstacle, type TrainSetup } from './setup.ts';
import { TimeQuestion } from './time-question.tsx';
import { WhatQuestion } from './what-question.tsx';

const route = getRouteApi('/train');
const obstacles = {
  refused: 'obstacleRefused',
  'no-columns': 'obstacleNoColumns',
  'no-learner': 'obstacleNoLearner',
} as const;

/** The questions about one data set. */
export function PlanView(props: { readonly datasetId: string }) {
  const t = useMessages(trainMessages);
  const toasts = useToasts();
  const setup = route.useSearch();
  const navigate = route.useNavigate();
  const { datasetId } = props;
  const dataset = useQuery(orpc.datasets.get.queryOptions({ input: { id: datasetId } }));
  const recipes = useQuery(orpc.features.recipes.queryOptions({ input: {}, enabled: setup.recipe !== undefined }));
  const kept = recipes.data?.items.find(({ id }) => id === setup.recipe);
  const recipe = kept === undefined ? {} : { recipe: kept.steps };
  const planQuery = useQuery(
    orpc.models.plan.queryOptions({
      input: { ...buildPlanInput(setup, datasetId), ...recipe },
      placeholderData: keepPreviousData,
    }),
  );
  const plan = planQuery.data;
  const current = plan !== undefined && !planQuery.isPlaceholderData && !planQuery.isError;
  const change = (next: TrainSetup) => void navigate({ search: { ...next, dataset: datasetId }, replace: true });
  const start = useMutation({
    mutationFn: async () => {
      if (plan === undefined) return;
      if (setup.recipe !== undefined && kept === undefined) throw new Error(t('recipeGone'));
      const input = { ...buildTrainInput(setup, datasetId, plan), ...recipe };
      const { jobId } = await client.models.train(input);
      const shown = { target: input.target, metric: plan.metric, budget: input.budgetSeconds };
      await navigate({ search: { ...setup, ...shown, dataset: datasetId, job: jobId } });
    },
    onError: toasts.failed,
  });
  const obstacle = plan === undefined ? null : findObstacle(plan, setup);
  const state = dataset.isError
    ? ''
    : planQuery.isError
      ? t('planStateFailed')
      : plan === undefined || dataset.data === undefined
        ? t('planStateLoading')
        : t('planState', { rows: plan.rows, columns: plan.features.length, version: dataset.data.version });
  const schema = dataset.data?.schema ?? [];
  const parts = { setup, onChange: change };
  return (
    <Page>
      <PageHeader
        title={dataset.data === undefined ? t('title') : t('titleOn', { name: dataset.data.name })}
        state={state}
        crumbs={dataset.data === undefined ? [] : [{ label: t('title'), to: '/train' }]}
        actions={
          <>
            <Button variant="default" renderRoot={(root) => <Link to="/train" search={{}} {...root} />}>
              {t('changeData')}
            </Button>
            <Tooltip label={obstacle === null ? '' : t(obstacles[obstacle])} disabled={obstacle === null}>
              <Button
                leftSection={<IconPlayerPlay size={16} />}
                disabled={!current || obstacle !== null}
                loading={start.isPending}
                onClick={() => start.mutate()}
              >
                {t('start')}
              </Button>
            </Tooltip>
          </>
        }
      />
      {dataset.isError ? (
        <ErrorState error={dataset.error} onRetry={() => void dataset.refetch()} />
      ) : (
        <Columns>
          <Column span={7} wide={6}>
            <WhatQuestion {...parts} plan={planQuery.isError ? undefined : plan} schema={schema} />
            {planQuery.isError ? (
              <ErrorState error={planQuery.error} title={t('planFailed')} onRetry={() => void planQuery.refetch()} />
            ) : plan === undefined ? (
              <SkeletonRows rows={10} />
            ) : (
              <>
                <CheckQuestion {...parts} plan={plan} />
                <TimeQuestion {...parts} plan={plan} />
                <Advanced {...parts} plan={plan} schema={schema} />
              </>
            )}
          </Column>
          <Column span={5} wide={6}>
            {planQuery.isError ? null : plan === undefined ? (
              <SkeletonRows rows={8} />
            ) : (
              <BeforeStart {...parts} plan={plan} />
            )}
          </Column>
        </Columns>
      )}
    </Page>
  );
}
