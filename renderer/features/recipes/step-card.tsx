/** One step of a recipe: its place in the order, its columns and its settings. */
import { ActionIcon, Checkbox, Group, MultiSelect, Paper, Select, Stack, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import type { RecipeStep } from '../../../main/contract/recipe-steps.ts';
import { useMessages } from '../../lib/locale.tsx';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';
import { type KnownColumn, kindMessage, typesOf } from './step-kinds.ts';
import { StepSettings } from './step-settings.tsx';

export function StepCard(props: {
  readonly step: RecipeStep;
  readonly number: number;
  readonly last: boolean;
  readonly columns: readonly KnownColumn[];
  readonly onChange: (step: RecipeStep) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}) {
  const t = useMessages(recipesMessages);
  const { step, number, onChange } = props;
  const types = typesOf(step.kind);
  const names = props.columns.filter(({ type }) => types === null || types.includes(type)).map(({ name }) => name);
  const chosen = 'columns' in step ? step.columns : [step.left, step.right].filter((name) => name !== '');
  const data = [...new Set([...names, ...chosen])];
  return (
    <Paper withBorder p="sm" component="li" className={classes.step ?? ''}>
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <h3 className={classes.stepTitle}>{`${number}. ${t(kindMessage(step.kind))}`}</h3>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('moveUp', { number })}
            disabled={number === 1}
            onClick={() => props.onMove(-1)}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('moveDown', { number })}
            disabled={props.last}
            onClick={() => props.onMove(1)}
          >
            <IconArrowDown size={16} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={t('remove', { number })} onClick={props.onRemove}>
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <Stack gap="xs">
        {'columns' in step ? (
          <MultiSelect
            label={t('columns')}
            data={data}
            value={[...step.columns]}
            searchable
            onChange={(columns) => onChange({ ...step, columns })}
          />
        ) : (
          <Group grow align="end">
            <Select
              label={t('left')}
              data={data}
              searchable
              value={step.left === '' ? null : step.left}
              onChange={(left) => onChange({ ...step, left: left ?? '' })}
            />
            <Select
              label={t('right')}
              data={data}
              searchable
              value={step.right === '' ? null : step.right}
              onChange={(right) => onChange({ ...step, right: right ?? '' })}
            />
          </Group>
        )}
        <StepSettings step={step} columns={props.columns} onChange={onChange} />
        {'columns' in step && step.kind !== 'drop' && step.kind !== 'aggregate' ? (
          <Checkbox
            label={t('keep')}
            checked={step.keep === true}
            onChange={(event) => onChange({ ...step, keep: event.currentTarget.checked || undefined })}
          />
        ) : null}
        {'columns' in step ? null : (
          <TextInput
            label={t('as')}
            value={step.as ?? ''}
            onChange={(event) => onChange({ ...step, as: event.currentTarget.value || undefined })}
          />
        )}
      </Stack>
    </Paper>
  );
}
