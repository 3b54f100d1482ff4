import { Button, Group, Menu, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { RecipeStep } from '../../../main/contract/recipe-steps.ts';
import { client, orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Column, Columns, Page, PageHeader, Section } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { recipesMessages } from './messages.ts';
import { PreviewPanel } from './preview-panel.tsx';
import classes from './recipes.module.css';
import { StepCard } from './step-card.tsx';
import { freshStep, isComplete, type KnownColumn, kindMessage, stepKinds } from './step-kinds.ts';

const route = getRouteApi('/features/recipe');

type Draft = { readonly key: number; readonly step: RecipeStep };

/** The visual recipe editor: ordered steps at the left, what they do to a sample at the right. */
export function RecipePage() {
  const t = useMessages(recipesMessages);
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const recipes = useQuery(orpc.features.recipes.queryOptions({ input: {} }));
  const datasets = useQuery(orpc.datasets.list.queryOptions({ input: { limit: 1000 } }));
  const kept = recipes.data?.items.find(({ id }) => id === search.recipe);
  const datasetId = search.dataset;
  const known = datasets.data?.items;
  const proposed = known?.find(({ id }) => id === kept?.datasetId) ?? known?.[0];
  // A recipe that another door has just kept may not be in the list yet; it says which data set is its own.
  const awaited = recipes.isPending || (search.recipe !== undefined && kept === undefined);
  const proposedId = awaited ? undefined : proposed?.id;
  // The proposal is taken over once: another data set that arrives later must not change what the steps are shown on.
  useEffect(() => {
    if (datasetId !== undefined || proposedId === undefined) return;
    void navigate({ search: (previous) => ({ ...previous, dataset: proposedId }), replace: true });
  }, [datasetId, proposedId, navigate]);
  const dataset = useQuery(
    orpc.datasets.get.queryOptions({ input: { id: datasetId ?? '' }, enabled: datasetId !== undefined }),
  );
  const [name, setName] = useState('');
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);
  const [next, setNext] = useState(1);
  const keptId = kept?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the kept recipe is taken over once, not after every change
  useEffect(() => {
    if (search.recipe === undefined) {
      setName('');
      setDrafts([]);
    }
    if (kept === undefined) return;
    setName(kept.name);
    setDrafts(kept.steps.map((step, i) => ({ key: -1 - i, step })));
  }, [search.recipe, keptId]);

  const schema: readonly KnownColumn[] = (dataset.data?.schema ?? []).map((column) => ({
    name: column.name,
    type: column.type,
  }));
  /** Columns a step can read: those of the data set and those that steps above it name. */
  const columnsAt = (index: number): readonly KnownColumn[] => [
    ...schema,
    ...drafts.slice(0, index).flatMap(({ step }): KnownColumn[] => {
      if (step.kind === 'aggregate')
        return step.columns.map((name) => ({ name: `${name} ${step.with} by ${step.by}`, type: 'number' }));
      return 'columns' in step || step.as === undefined ? [] : [{ name: step.as, type: 'number' }];
    }),
  ];
  const steps = drafts.map(({ step }) => step).filter(isComplete);
  const move = (index: number, by: -1 | 1) => {
    const moved = [...drafts];
    const [taken] = moved.splice(index, 1);
    if (taken !== undefined) moved.splice(index + by, 0, taken);
    setDrafts(moved);
  };
  const save = async (): Promise<void> => {
    const saved = await client.features.saveRecipe({
      name: name.trim(),
      steps,
      ...(datasetId === undefined ? {} : { datasetId }),
    });
    await queryClient.invalidateQueries({ queryKey: orpc.features.key() });
    toasts.told(t('saved', { name: saved.name }));
    void navigate({ search: (previous) => ({ ...previous, recipe: saved.id }) });
  };
  const title = kept?.name ?? t('newRecipe');
  return (
    <Page>
      <PageHeader
        title={title}
        state={t('recipeState')}
        crumbs={[{ label: t('title'), to: '/features' }]}
        actions={
          <Button disabled={name.trim() === '' || steps.length === 0} onClick={() => void save().catch(toasts.failed)}>
            {t('save')}
          </Button>
        }
      />
      <Group align="end" mb="md">
        <TextInput
          label={t('name')}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t('dataset')}
          data={(datasets.data?.items ?? []).map((item) => ({ value: item.id, label: item.name }))}
          value={datasetId ?? null}
          allowDeselect={false}
          searchable
          onChange={(value) =>
            void navigate({ search: (previous) => ({ ...previous, dataset: value ?? undefined, target: undefined }) })
          }
        />
        <Select
          label={t('target')}
          placeholder={t('targetHint')}
          data={schema.map((column) => column.name)}
          value={search.target ?? null}
          clearable
          searchable
          onChange={(value) => void navigate({ search: (previous) => ({ ...previous, target: value ?? undefined }) })}
        />
      </Group>
      <Columns>
        <Column span={5} wide={4}>
          <Section
            title={t('steps')}
            plain
            actions={
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button size="xs" variant="default" disabled={datasetId === undefined}>
                    {t('addStep')}
                  </Button>
                </Menu.Target>
                <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
                  {stepKinds.map((kind) => (
                    <Menu.Item
                      key={kind}
                      onClick={() => {
                        setDrafts([...drafts, { key: next, step: freshStep(kind) }]);
                        setNext(next + 1);
                      }}
                    >
                      {t(kindMessage(kind))}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
            }
          >
            {drafts.length === 0 ? (
              <EmptyState title={t('noSteps')} text={t('noStepsText')} compact />
            ) : (
              <ol className={classes.steps}>
                {drafts.map(({ key, step }, index) => (
                  <StepCard
                    key={key}
                    step={step}
                    number={index + 1}
                    last={index === drafts.length - 1}
                    columns={columnsAt(index)}
                    onChange={(changed) =>
                      setDrafts(drafts.map((draft) => (draft.key === key ? { key, step: changed } : draft)))
                    }
                    onMove={(by) => move(index, by)}
                    onRemove={() => setDrafts(drafts.filter((draft) => draft.key !== key))}
                  />
                ))}
              </ol>
            )}
          </Section>
        </Column>
        <Column span={7} wide={8}>
          {datasetId === undefined ? (
            <EmptyState title={t('pickDataset')} compact />
          ) : (
            <PreviewPanel datasetId={datasetId} target={search.target} steps={steps} />
          )}
        </Column>
      </Columns>
    </Page>
  );
}
