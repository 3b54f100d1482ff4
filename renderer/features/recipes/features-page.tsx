import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page, PageHeader, PageTabs } from '../../ui/page.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { recipesMessages } from './messages.ts';
import type { FeatureTab } from './search.ts';
import { momentText } from './spans.ts';
import { kindMessage } from './step-kinds.ts';

const route = getRouteApi('/features');

/** Feature sets with freshness, versions and proof, and the kept recipes. */
export function FeaturesPage() {
  const t = useMessages(recipesMessages);
  const tab = route.useSearch().tab ?? 'sets';
  const navigate = route.useNavigate();
  const sets = useQuery(orpc.features.list.queryOptions({ input: {} }));
  const recipes = useQuery(orpc.features.recipes.queryOptions({ input: {} }));
  const count = (items: readonly unknown[] | undefined) => (items === undefined ? {} : { count: String(items.length) });
  return (
    <Page>
      <PageHeader
        title={t('title')}
        state={t('state')}
        actions={
          tab === 'sets' ? (
            <LinkButton to="/features/edit">{t('newSet')}</LinkButton>
          ) : (
            <LinkButton to="/features/recipe">{t('newRecipe')}</LinkButton>
          )
        }
      />
      <PageTabs<FeatureTab>
        label={t('tabs')}
        value={tab}
        onChange={(value) => void navigate({ search: { tab: value === 'sets' ? undefined : value } })}
        tabs={[
          { value: 'sets', label: t('tabSets'), ...count(sets.data?.items) },
          { value: 'recipes', label: t('tabRecipes'), ...count(recipes.data?.items) },
        ]}
      />
      {tab === 'sets' ? <SetList query={sets} /> : <RecipeList query={recipes} />}
    </Page>
  );
}

function SetList({ query }: { readonly query: ReturnType<typeof useSets> }) {
  const t = useMessages(recipesMessages);
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <QueryView query={query} skeleton={<SkeletonRows />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            title={t('noSets')}
            text={t('noSetsText')}
            actions={<LinkButton to="/features/edit">{t('newSet')}</LinkButton>}
          />
        ) : (
          <DataTable
            label={t('tabSets')}
            rows={items}
            rowKey={({ id }) => id}
            onRow={({ id }) => void navigate({ to: '/features/$setId', params: { setId: id } })}
            columns={[
              { key: 'name', header: t('name'), fluid: true, render: ({ name }) => name },
              { key: 'version', header: t('version'), right: true, render: ({ version }) => format.integer(version) },
              {
                key: 'features',
                header: t('features'),
                right: true,
                render: ({ definition }) => format.integer(definition.features.length),
              },
              {
                key: 'rows',
                header: t('rows'),
                right: true,
                render: ({ materialisations: [made] }) => (made === undefined ? '' : format.integer(made.rows)),
              },
              {
                key: 'fresh',
                header: t('fresh'),
                render: ({ materialisations: [made] }) => (made?.freshUntil == null ? '' : momentText(made.freshUntil)),
              },
              {
                key: 'state',
                header: t('stateColumn'),
                render: ({ materialisations: [made] }) =>
                  made === undefined ? (
                    <Badge tone="neutral">{t('notMade')}</Badge>
                  ) : (
                    <Badge tone={made.stale ? 'warn' : 'good'}>{made.stale ? t('stale') : t('current')}</Badge>
                  ),
              },
              {
                key: 'proof',
                header: t('proof'),
                render: ({ materialisations: [made] }) =>
                  made?.proof == null ? null : (
                    <Badge tone={made.proof.ok ? 'good' : 'bad'}>
                      {made.proof.ok ? t('proofHolds') : t('proofFails')}
                    </Badge>
                  ),
              },
            ]}
          />
        )
      }
    </QueryView>
  );
}

const useSets = () => useQuery(orpc.features.list.queryOptions({ input: {} }));
const useRecipes = () => useQuery(orpc.features.recipes.queryOptions({ input: {} }));

function RecipeList({ query }: { readonly query: ReturnType<typeof useRecipes> }) {
  const t = useMessages(recipesMessages);
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <QueryView query={query} skeleton={<SkeletonRows />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            title={t('noRecipes')}
            text={t('noRecipesText')}
            actions={<LinkButton to="/features/recipe">{t('newRecipe')}</LinkButton>}
          />
        ) : (
          <DataTable
            label={t('tabRecipes')}
            rows={items}
            rowKey={({ id }) => id}
            onRow={({ id, datasetId }) =>
              void navigate({ to: '/features/recipe', search: { recipe: id, dataset: datasetId ?? undefined } })
            }
            columns={[
              { key: 'name', header: t('name'), render: ({ name }) => name },
              { key: 'steps', header: t('steps'), right: true, render: ({ steps }) => format.integer(steps.length) },
              {
                key: 'kinds',
                header: t('kinds'),
                fluid: true,
                render: ({ steps }) => [...new Set(steps.map(({ kind }) => t(kindMessage(kind))))].join(', '),
              },
              { key: 'changed', header: t('changed'), render: ({ updatedAt }) => <RelativeTime at={updatedAt} /> },
            ]}
          />
        )
      }
    </QueryView>
  );
}
