/** Columns of a table that are known only some time after their row. */
import { ActionIcon, Button, Group, Select, Stack } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMessages } from '../../lib/locale.tsx';
import { DurationInput } from './duration-input.tsx';
import type { LagDraft } from './set-draft.ts';
import { setMessages } from './set-messages.ts';

export function LagsFields(props: {
  readonly lags: readonly LagDraft[];
  readonly columns: readonly string[];
  readonly onChange: (lags: readonly LagDraft[]) => void;
}) {
  const t = useMessages(setMessages);
  const { lags, columns, onChange } = props;
  const set = (index: number, patch: Partial<LagDraft>) =>
    onChange(lags.map((lag, i) => (i === index ? { ...lag, ...patch } : lag)));
  const label = (column: string) => (column === '*' ? t('allColumns') : column);
  const free = (own: string) =>
    ['*', ...columns].filter((name) => name === own || lags.every(({ column }) => column !== name));
  return (
    <Stack gap="xs">
      {lags.map((lag, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lags have no identity but their place
        <Group key={index} align="end" wrap="nowrap" gap="xs">
          <Select
            style={{ flex: 1, minWidth: 0 }}
            label={t('lagColumn')}
            data={free(lag.column).map((value) => ({ value, label: label(value) }))}
            value={lag.column === '' ? null : lag.column}
            searchable
            allowDeselect={false}
            onChange={(column) => set(index, { column: column ?? '' })}
          />
          <DurationInput
            label={t('lagAfter')}
            seconds={lag.seconds}
            least={0}
            onChange={(seconds) => set(index, { seconds })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={4}
            aria-label={t('removeLag', { name: label(lag.column) })}
            onClick={() => onChange(lags.filter((_, i) => i !== index))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          size="compact-xs"
          variant="default"
          disabled={columns.length === 0}
          onClick={() => onChange([...lags, { column: '', seconds: 3600 }])}
        >
          {t('addLag')}
        </Button>
      </Group>
    </Stack>
  );
}
