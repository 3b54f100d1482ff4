/** Tables beside the rows: each with a short name, its times and which of its columns match the key. */
import { ActionIcon, Button, Group, Paper, Select, Stack, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import classes from './recipes.module.css';
import { aliasFrom, aliasProblem, emptyTable, type SetDraft, type SourceDraft, withAlias } from './set-draft.ts';
import { setMessages } from './set-messages.ts';
import { TableFields } from './table-fields.tsx';
import type { SetColumns } from './use-set-columns.ts';

type Datasets = readonly { readonly id: string; readonly name: string }[];

export function SourcesSection(props: {
  readonly draft: SetDraft;
  readonly columnsOf: (datasetId: string) => SetColumns;
  readonly datasets: Datasets;
  readonly onChange: (draft: SetDraft) => void;
}) {
  const t = useMessages(setMessages);
  const { draft, onChange } = props;
  const aliases = draft.sources.map(({ alias }) => alias);
  const set = (index: number, source: SourceDraft) =>
    onChange({ ...draft, sources: draft.sources.map((each, i) => (i === index ? source : each)) });
  const add = () => {
    const table = { ...emptyTable, key: draft.base.key.map(() => '') };
    onChange({ ...draft, sources: [...draft.sources, { alias: aliasFrom('table', aliases), table }] });
  };
  return (
    <Section
      title={t('sources')}
      hint={draft.sources.length === 0 ? t('noSources') : t('sourcesHint')}
      actions={
        <Button size="xs" variant="default" onClick={add}>
          {t('addSource')}
        </Button>
      }
    >
      <ul className={classes.steps}>
        {draft.sources.map((source, index) => (
          <SourceCard
            // biome-ignore lint/suspicious/noArrayIndexKey: names change while they are typed
            key={index}
            source={source}
            baseKey={draft.base.key}
            others={aliases.filter((_, i) => i !== index)}
            columns={props.columnsOf(source.table.datasetId)}
            datasets={props.datasets}
            onAlias={(alias) => onChange(withAlias(draft, index, alias))}
            onChange={(changed, named) => {
              const next = named === undefined ? draft : withAlias(draft, index, named);
              if (next === draft) set(index, changed);
              else
                onChange({
                  ...next,
                  sources: next.sources.map((each, i) => (i === index ? { ...each, table: changed.table } : each)),
                });
            }}
            onRemove={() => onChange({ ...draft, sources: draft.sources.filter((_, i) => i !== index) })}
          />
        ))}
      </ul>
    </Section>
  );
}

function SourceCard(props: {
  readonly source: SourceDraft;
  readonly baseKey: readonly string[];
  readonly others: readonly string[];
  readonly columns: SetColumns;
  readonly datasets: Datasets;
  readonly onAlias: (alias: string) => void;
  readonly onChange: (source: SourceDraft, alias?: string) => void;
  readonly onRemove: () => void;
}) {
  const t = useMessages(setMessages);
  const { source, others, columns } = props;
  const { alias, table } = source;
  const problem = aliasProblem(alias, others);
  const names = columns.map(({ name }) => name);
  return (
    <Paper withBorder p="sm" component="li" className={classes.step ?? ''}>
      <Stack gap="sm">
        <Group align="end" wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            label={t('alias')}
            value={alias}
            maxLength={63}
            error={problem === null ? null : t(problem)}
            onChange={(event) => props.onAlias(event.currentTarget.value)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={4}
            aria-label={t('removeSource', { name: alias })}
            onClick={props.onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
        <TableFields
          table={table}
          columns={columns}
          datasets={props.datasets}
          timeless
          keys={props.baseKey.map((column, i) => (
            <Select
              key={column}
              label={t('matches', { column })}
              description={t('matchesHint')}
              placeholder={t('missingColumn')}
              data={names}
              value={table.key[i] === '' ? null : (table.key[i] ?? null)}
              searchable
              allowDeselect={false}
              onChange={(value) =>
                props.onChange({
                  alias,
                  table: { ...table, key: table.key.map((old, at) => (at === i ? (value ?? '') : old)) },
                })
              }
            />
          ))}
          onChange={(changed) => {
            const found = props.datasets.find(({ id }) => id === changed.datasetId);
            const isNew = changed.datasetId !== table.datasetId && found !== undefined && /^table(_\d+)?$/.test(alias);
            if (isNew) props.onChange({ alias, table: changed }, aliasFrom(found.name, others));
            else props.onChange({ alias, table: changed });
          }}
        />
      </Stack>
    </Paper>
  );
}
