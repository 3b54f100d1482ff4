/** One feature of a set being edited. Joins and queries are written in a file and shown as they are. */
import { ActionIcon, Group, NumberInput, Paper, Select, Stack, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { FeatureSpec, FeatureWindow } from '../../../main/contract/feature-sets.ts';
import { useMessages } from '../../lib/locale.tsx';
import { describeFeature } from './describe-feature.ts';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';

const kinds = ['latest', 'lag', 'window'] as const;
const aggregates = ['count', 'sum', 'mean', 'min', 'max', 'std', 'distinct'] as const;
const windows = ['all', 'rows', 'sliding', 'tumbling', 'session'] as const;

/** A window of a kind with a size to start from. */
const freshWindow = (kind: (typeof windows)[number]): FeatureWindow =>
  kind === 'all' ? { kind } : kind === 'rows' ? { kind, rows: 10 } : { kind, seconds: 86_400 };

export function FeatureRow(props: {
  readonly feature: FeatureSpec;
  readonly number: number;
  readonly columns: readonly string[];
  readonly onChange: (feature: FeatureSpec) => void;
  readonly onRemove: () => void;
}) {
  const t = useMessages(recipesMessages);
  const { feature, number, onChange } = props;
  return (
    <Paper withBorder p="sm" component="li" className={classes.step ?? ''}>
      <Stack gap="xs">
        <Group align="end" wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            label={t('name')}
            value={feature.name}
            onChange={(event) => onChange({ ...feature, name: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={4}
            aria-label={t('removeFeature', { number })}
            onClick={props.onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
        {feature.kind === 'query' || feature.kind === 'join' || feature.source !== 'base' ? (
          <span className="mono">{describeFeature(feature, t)}</span>
        ) : (
          <Settings feature={feature} columns={props.columns} onChange={onChange} />
        )}
      </Stack>
    </Paper>
  );
}

type Editable = Extract<FeatureSpec, { kind: 'latest' | 'lag' | 'window' }>;

function Settings(props: {
  readonly feature: Editable;
  readonly columns: readonly string[];
  readonly onChange: (feature: FeatureSpec) => void;
}) {
  const t = useMessages(recipesMessages);
  const { feature, columns, onChange } = props;
  const asKind = (kind: (typeof kinds)[number]): FeatureSpec => {
    const shared = { name: feature.name, source: feature.source, column: feature.column ?? columns[0] ?? '' };
    if (kind === 'latest') return { kind, ...shared };
    if (kind === 'lag') return { kind, ...shared, steps: 1 };
    return { kind, ...shared, aggregate: 'mean', window: freshWindow('all') };
  };
  return (
    <>
      <Group grow align="end">
        <Select
          label={t('featureKind')}
          data={kinds.map((value) => ({ value, label: t(`feature_${value}`) }))}
          value={feature.kind}
          allowDeselect={false}
          onChange={(value) => onChange(asKind(kinds.find((kind) => kind === value) ?? 'latest'))}
        />
        <Select
          label={t('column')}
          data={[...columns]}
          value={feature.column ?? null}
          searchable
          allowDeselect={false}
          onChange={(column) => onChange({ ...feature, column: column ?? '' })}
        />
        {feature.kind === 'lag' ? (
          <NumberInput
            label={t('back')}
            min={1}
            value={feature.steps}
            onChange={(steps) => onChange({ ...feature, steps: Math.max(1, Number(steps) || 1) })}
          />
        ) : null}
      </Group>
      {feature.kind === 'window' ? <WindowFields feature={feature} onChange={onChange} /> : null}
    </>
  );
}

function WindowFields(props: {
  readonly feature: Extract<FeatureSpec, { kind: 'window' }>;
  readonly onChange: (feature: FeatureSpec) => void;
}) {
  const t = useMessages(recipesMessages);
  const { feature, onChange } = props;
  const { window } = feature;
  return (
    <Group grow align="end">
      <Select
        label={t('aggregate')}
        data={[...aggregates]}
        value={feature.aggregate}
        allowDeselect={false}
        onChange={(value) =>
          onChange({ ...feature, aggregate: aggregates.find((aggregate) => aggregate === value) ?? 'mean' })
        }
      />
      <Select
        label={t('window')}
        data={windows.map((value) => ({ value, label: t(`window_${value}`) }))}
        value={window.kind}
        allowDeselect={false}
        onChange={(value) =>
          onChange({ ...feature, window: freshWindow(windows.find((kind) => kind === value) ?? 'all') })
        }
      />
      {window.kind === 'rows' ? (
        <NumberInput
          label={t('rows')}
          min={1}
          value={window.rows}
          onChange={(rows) => onChange({ ...feature, window: { ...window, rows: Math.max(1, Number(rows) || 1) } })}
        />
      ) : null}
      {'seconds' in window ? (
        <NumberInput
          label={window.kind === 'session' ? t('pause') : t('hours')}
          min={0.01}
          value={window.seconds / 3600}
          onChange={(hours) =>
            onChange({ ...feature, window: { ...window, seconds: Math.max(1, (Number(hours) || 1) * 3600) } })
          }
        />
      ) : null}
    </Group>
  );
}
