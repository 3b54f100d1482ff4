/** One feature of a set being edited: its name, what it computes, and of what. */
import { ActionIcon, Group, Paper, Select, Stack, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { FeatureSpec } from '../../../main/contract/feature-sets.ts';
import { useMessages } from '../../lib/locale.tsx';
import { SqlEditor } from '../../ui/sql-editor.tsx';
import { FeatureFields } from './feature-fields.tsx';
import { asKind, type FeatureSource, featureKinds } from './feature-kinds.ts';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';
import { setMessages } from './set-messages.ts';

export function FeatureRow(props: {
  readonly feature: FeatureSpec;
  readonly number: number;
  /** The rows themselves first, then the other tables. */
  readonly sources: readonly FeatureSource[];
  readonly problem: string | null;
  readonly onChange: (feature: FeatureSpec) => void;
  readonly onRemove: () => void;
}) {
  const words = useMessages(recipesMessages);
  const t = useMessages(setMessages);
  const { feature, number, sources, onChange } = props;
  const tables = sources.map(({ alias, columns }) => ({
    name: alias,
    columns: [{ name: 'row', type: 'integer' }, ...columns],
  }));
  return (
    <Paper withBorder p="sm" component="li" className={classes.step ?? ''}>
      <Stack gap="xs">
        <Group align="start" wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            label={words('name')}
            value={feature.name}
            maxLength={1000}
            error={props.problem}
            onChange={(event) => onChange({ ...feature, name: event.currentTarget.value })}
          />
          <Select
            w={170}
            label={words('featureKind')}
            data={featureKinds.map((value) => ({ value, label: t(`feature_${value}`) }))}
            value={feature.kind}
            allowDeselect={false}
            onChange={(value) => {
              const kind = featureKinds.find((each) => each === value);
              if (kind !== undefined && kind !== feature.kind) onChange(asKind(kind, feature, sources));
            }}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={26}
            aria-label={words('removeFeature', { number })}
            onClick={props.onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
        {feature.kind === 'query' ? (
          <>
            <SqlEditor
              compact
              label={t('sql', { name: feature.name })}
              hint={t('sqlHint')}
              text={feature.sql}
              tables={tables}
              onText={(sql) => onChange({ ...feature, sql })}
              onRun={() => {}}
            />
            <p className={classes.hint}>{t('sqlText', { tables: tables.map(({ name }) => name).join(', ') })}</p>
          </>
        ) : (
          <FeatureFields feature={feature} sources={sources} onChange={onChange} />
        )}
      </Stack>
    </Paper>
  );
}
