import { Button, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { client, orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Column, Columns, Page, PageHeader, Section } from '../../ui/page.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { FeaturesSection } from './features-section.tsx';
import { recipesMessages } from './messages.ts';
import { definitionOf, draftOf, emptyDraft, isComplete, type SetDraft, withKey } from './set-draft.ts';
import { setMessages } from './set-messages.ts';
import { SetPreview } from './set-preview.tsx';
import { SourcesSection } from './sources-section.tsx';
import { KeyField, TableFields } from './table-fields.tsx';
import { useSetColumns } from './use-set-columns.ts';

const route = getRouteApi('/features/edit');

/** A feature set, new or changed: its rows, other tables and features at the left, what they give at the right. */
export function SetEditorPage() {
  const t = useMessages(recipesMessages);
  const words = useMessages(setMessages);
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
    else if (kept.data !== undefined) {
      setDraft(draftOf(kept.data.name, kept.data.description, kept.data.definition));
    }
  }, [id, keptId]);
  const columnsOf = useSetColumns(draft);
  const baseColumns = columnsOf(draft.base.datasetId);
  const known = datasets.data?.items ?? [];
  const save = async (): Promise<void> => {
    const saved = await client.features.save({
      name: draft.name.trim(),
      description: draft.description,
      definition: definitionOf(draft),
    });
    await queryClient.invalidateQueries({ queryKey: orpc.features.key() });
    toasts.told(t('saved', { name: saved.name }));
    void navigate({ to: '/features/$setId', params: { setId: saved.id } });
  };
  return (
    <Page>
      <PageHeader
        title={kept.data?.name ?? t('newSet')}
        state={t('setState')}
        crumbs={[{ label: t('title'), to: '/features' }]}
        actions={
          <Button
            disabled={draft.name.trim() === '' || !isComplete(draft)}
            onClick={() => void save().catch(toasts.failed)}
          >
            {t('save')}
          </Button>
        }
      />
      <Columns>
        <Column span={6} wide={5}>
          <Section title={words('rows')} hint={words('rowsHint')} plain>
            <Stack gap="sm">
              <TextInput
                label={t('name')}
                value={draft.name}
                disabled={id !== undefined}
                maxLength={200}
                onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
              />
              <TableFields
                table={draft.base}
                columns={baseColumns}
                datasets={known}
                keys={
                  <KeyField
                    value={draft.base.key}
                    columns={baseColumns}
                    onChange={(key) => setDraft(withKey(draft, key))}
                  />
                }
                onChange={(base) =>
                  setDraft(
                    base.datasetId === draft.base.datasetId
                      ? { ...draft, base }
                      : { ...withKey(draft, []), base: { ...base, key: [] } },
                  )
                }
              />
            </Stack>
          </Section>
          <SourcesSection draft={draft} columnsOf={columnsOf} datasets={known} onChange={setDraft} />
          <FeaturesSection draft={draft} columnsOf={columnsOf} onChange={setDraft} />
        </Column>
        <Column span={6} wide={7} sticky>
          <SetPreview draft={draft} />
        </Column>
      </Columns>
    </Page>
  );
}
