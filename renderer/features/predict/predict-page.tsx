/** Predict: ask a model about one row, or score a file. */
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { isGone } from '../../client/problem.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Column, Columns, Page, PageHeader, PageTabs } from '../../ui/page.tsx';
import { ErrorState, SkeletonChart, SkeletonRows } from '../../ui/states.tsx';
import { BatchTab } from './batch-tab.tsx';
import { predictMessages } from './messages.ts';
import { OneTab } from './one-tab.tsx';
import { PickModel } from './pick-model.tsx';

const route = getRouteApi('/predict');

/** The Predict page. */
export function PredictPage() {
  const { model } = route.useSearch();
  return model === undefined ? <PickModel /> : <WithModel key={model} modelId={model} />;
}

function WithModel(props: { readonly modelId: string }) {
  const t = useMessages(predictMessages);
  const query = useQuery(orpc.models.get.queryOptions({ input: { id: props.modelId } }));
  if (query.data !== undefined && !isGone(query)) return <PredictView model={query.data} />;
  return (
    <Page>
      <PageHeader title={query.isError ? t('modelGone') : t('title')} />
      {query.isError ? (
        <ErrorState
          error={query.error}
          title={t('modelGone')}
          actions={
            <Button size="xs" renderRoot={(root) => <Link to="/predict" search={{}} {...root} />}>
              {t('chooseOther')}
            </Button>
          }
        />
      ) : (
        <Columns>
          <Column span={5}>
            <SkeletonRows rows={12} />
          </Column>
          <Column span={7}>
            <SkeletonChart height={320} />
          </Column>
        </Columns>
      )}
    </Page>
  );
}

function PredictView(props: { readonly model: ModelDetail }) {
  const t = useMessages(predictMessages);
  const { model } = props;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? 'one';
  const target = model.positive === null ? model.target : `${model.target} = ${model.positive}`;
  return (
    <Page key={tab}>
      <PageHeader
        title={t('titleOn', { name: model.name })}
        state={t('state', { target, columns: model.inputs.length })}
        crumbs={[{ label: t('title'), to: '/predict' }]}
        actions={
          <>
            <ModelSelect model={model} />
            <Button
              variant="default"
              renderRoot={(root) => <Link to="/models/$modelId" params={{ modelId: model.id }} search={{}} {...root} />}
            >
              {t('openModel')}
            </Button>
          </>
        }
      />
      <PageTabs
        label={t('tabs')}
        value={tab}
        onChange={(value) => void navigate({ search: (old) => ({ ...old, tab: value }) })}
        tabs={[
          { value: 'one', label: t('tabOne') },
          { value: 'batch', label: t('tabBatch') },
        ]}
      />
      {tab === 'one' ? <OneTab model={model} /> : <BatchTab model={model} />}
    </Page>
  );
}

function ModelSelect(props: { readonly model: ModelDetail }) {
  const t = useMessages(predictMessages);
  const navigate = route.useNavigate();
  const list = useQuery(orpc.models.list.queryOptions({ input: { limit: 1000 } }));
  const options = (list.data?.items ?? [props.model]).map((item) => ({ value: item.id, label: item.name }));
  return (
    <Select
      w={260}
      aria-label={t('model')}
      data={options}
      value={props.model.id}
      searchable
      nothingFoundMessage={t('modelNone')}
      onChange={(value) => value !== null && void navigate({ search: (old) => ({ model: value, tab: old.tab }) })}
    />
  );
}
