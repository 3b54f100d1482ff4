import { ActionIcon, Button, Group, MultiSelect, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { client, orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Column, Columns, Page, PageHeader, Section } from '../../ui/page.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { FeatureRow } from './feature-row.tsx';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';
import { definitionOf, draftOf, emptyDraft, freeName, isReady, type SetDraft } from './set-draft.ts';

const route = getRouteApi('/features/edit');

/** Point-in-time settings and features of a new feature set, or of one that is changed. */
export function SetEditorPage() {
  const t = useMessages(recipesMessages);
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { set: id } = route.useSearch();
  const kept = useQuery(orpc.features.get.queryOptions({ input: { id: id ?? '' }, enabled: id !== undefined }));
  const datasets = useQuery(orpc.datasets.list.queryOptions({ input: { limit: 1000 } }));
  const [draft, setDraft] = useState<SetDraft>(emptyDraft);
  const keptId = kept.data?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the kept set is taken over once, not after every change
  useEffect(() => {
    if (id === undefined) setDraft(emptyDraft);
    else if (kept.data !== undefined) setDraft(draftOf(kept.data.name, kept.data.definition));
  }, [id, keptId]);
  const dataset = useQuery(
    orpc.datasets.get.queryOptions({ input: { id: draft.datasetId }, enabled: draft.datasetId !== '' }),
  );
  const schema = dataset.data?.schema ?? [];
  const names = schema.map(({ name }) => name);
  const dates = schema.filter(({ type }) => type === 'date' || type === 'datetime').map(({ name }) => name);
  const change = (patch: Partial<SetDraft>) => setDraft({ ...draft, ...patch });
  const save = async (): Promise<void> => {
    const saved = await client.features.save({ name: draft.name.trim(), definition: definitionOf(draft) });
    await queryClient.invalidateQueries({ queryKey: orpc.features.key() });
    toasts.told(t('saved', { name: saved.name }));
    void navigate({ to: '/features/$setId', params: { setId: saved.id } });
  };
  const addFeature = () => {
    const column = schema.find(({ type }) => type === 'integer' || type === 'number')?.name ?? names[0] ?? '';
    const taken = [...names, ...draft.features.map(({ name }) => name)];
    change({
      features: [
        ...draft.features,
        { kind: 'latest', name: freeName(`${column} before`, taken), source: 'base', column },
      ],
    });
  };
  return (
    <Page>
      <PageHeader
        title={kept.data?.name ?? t('newSet')}
        state={t('setState')}
        crumbs={[{ label: t('title'), to: '/features' }]}
        actions={
          <Button disabled={!isReady(draft)} onClick={() => void save().catch(toasts.failed)}>
            {t('save')}
          </Button>
        }
      />
      <Columns>
        <Column span={5} wide={4}>
          <Section title={t('pointInTime')} hint={t('pointInTimeHint')} plain>
            <Stack gap="sm">
              <TextInput
                label={t('name')}
                value={draft.name}
                disabled={id !== undefined}
                maxLength={200}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <Select
                label={t('dataset')}
                data={(datasets.data?.items ?? []).map((item) => ({ value: item.id, label: item.name }))}
                value={draft.datasetId === '' ? null : draft.datasetId}
                searchable
                onChange={(value) => change({ datasetId: value ?? '', time: '', known: null, key: [], lags: [] })}
              />
              <Select
                label={t('time')}
                data={dates}
                value={draft.time === '' ? null : draft.time}
                onChange={(time) => change({ time: time ?? '' })}
              />
              <MultiSelect
                label={t('key')}
                description={t('keyHint')}
                data={names}
                value={[...draft.key]}
                searchable
                onChange={(key) => change({ key })}
              />
              <Select
                label={t('arrived')}
                description={t('arrivedHint')}
                data={dates}
                value={draft.known}
                clearable
                onChange={(known) => change({ known })}
              />
            </Stack>
          </Section>
          <Section
            title={t('lags')}
            hint={t('lagsHint')}
            actions={
              <Button
                size="xs"
                variant="default"
                disabled={names.length === 0}
                onClick={() => change({ lags: [...draft.lags, { column: '', hours: 1 }] })}
              >
                {t('addLag')}
              </Button>
            }
          >
            <Stack gap="xs">
              {draft.lags.map((lag, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lags have no identity but their place
                <Group key={index} align="end" wrap="nowrap">
                  <Select
                    style={{ flex: 1 }}
                    label={t('lagColumn')}
                    data={names}
                    value={lag.column === '' ? null : lag.column}
                    searchable
                    onChange={(column) =>
                      change({
                        lags: draft.lags.map((each, i) => (i === index ? { ...each, column: column ?? '' } : each)),
                      })
                    }
                  />
                  <NumberInput
                    w={110}
                    label={t('lagHours')}
                    min={0}
                    value={lag.hours}
                    onChange={(hours) =>
                      change({
                        lags: draft.lags.map((each, i) =>
                          i === index ? { ...each, hours: Number(hours) || 0 } : each,
                        ),
                      })
                    }
                  />
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    mb={4}
                    aria-label={t('removeLag', { name: lag.column })}
                    onClick={() => change({ lags: draft.lags.filter((_, i) => i !== index) })}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Group>
              ))}
            </Stack>
          </Section>
        </Column>
        <Column span={7} wide={8}>
          <Section
            title={t('features')}
            plain
            actions={
              <Button size="xs" variant="default" disabled={names.length === 0} onClick={addFeature}>
                {t('addFeature')}
              </Button>
            }
          >
            <ol className={classes.steps}>
              {draft.features.map((feature, index) => (
                <FeatureRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: names change while they are typed
                  key={index}
                  feature={feature}
                  number={index + 1}
                  columns={names}
                  onChange={(changed) =>
                    change({ features: draft.features.map((each, i) => (i === index ? changed : each)) })
                  }
                  onRemove={() => change({ features: draft.features.filter((_, i) => i !== index) })}
                />
              ))}
            </ol>
          </Section>
        </Column>
      </Columns>
    </Page>
  );
}
