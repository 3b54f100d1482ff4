/** What a step takes besides its columns. */
import { Checkbox, Group, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import type { RecipeStep } from '../../../main/contract/recipe-steps.ts';
import { useMessages } from '../../lib/locale.tsx';
import { recipesMessages } from './messages.ts';
import { OptionalNumber } from './optional-number.tsx';
import type { KnownColumn } from './step-kinds.ts';

const fillings = ['mean', 'median', 'mode', 'constant'] as const;
const parts = ['year', 'month', 'day', 'weekday', 'hour', 'elapsed_days'] as const;
const measures = ['characters', 'words'] as const;
const statistics = ['mean', 'median', 'min', 'max', 'std', 'count'] as const;
const methods = ['quantile', 'equal', 'tree'] as const;
const units = ['hours', 'days'] as const;

const among = <T extends string>(choices: readonly T[], values: readonly string[]): T[] =>
  choices.filter((choice) => values.includes(choice));

export function StepSettings({
  step,
  columns,
  onChange,
}: {
  readonly step: RecipeStep;
  readonly columns: readonly KnownColumn[];
  readonly onChange: (step: RecipeStep) => void;
}) {
  const t = useMessages(recipesMessages);
  switch (step.kind) {
    case 'impute':
      return (
        <>
          <Group grow align="end">
            <Select
              label={t('with')}
              data={[...fillings]}
              value={step.with}
              allowDeselect={false}
              onChange={(value) => onChange({ ...step, with: among(fillings, [value ?? ''])[0] ?? 'median' })}
            />
            {step.with === 'constant' ? (
              <TextInput
                label={t('value')}
                value={String(step.value ?? '')}
                onChange={({ currentTarget: { value } }) =>
                  onChange({
                    ...step,
                    value: value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value,
                  })
                }
              />
            ) : (
              <Select
                label={t('by')}
                data={columns.filter(({ type }) => type === 'text' || type === 'boolean').map(({ name }) => name)}
                value={step.by ?? null}
                clearable
                onChange={(by) => onChange({ ...step, by: by ?? undefined })}
              />
            )}
          </Group>
          <Checkbox
            label={t('indicator')}
            checked={step.indicator === true}
            onChange={(event) => onChange({ ...step, indicator: event.currentTarget.checked || undefined })}
          />
        </>
      );
    case 'one-hot':
      return (
        <OptionalNumber
          label={t('maxLevels')}
          min={1}
          max={500}
          value={step.maxLevels}
          onChange={(maxLevels) => onChange({ ...step, maxLevels })}
        />
      );
    case 'ordinal':
      return (
        <TextInput
          label={t('order')}
          description={t('orderHint')}
          defaultValue={(step.order ?? []).join(', ')}
          onBlur={(event) => {
            const order = event.currentTarget.value.split(',').map((level) => level.trim());
            const given = order.filter((level) => level !== '');
            onChange({ ...step, order: given.length === 0 ? undefined : given });
          }}
        />
      );
    case 'target':
      return (
        <OptionalNumber
          label={t('smoothing')}
          min={0.1}
          value={step.smoothing}
          onChange={(smoothing) => onChange({ ...step, smoothing })}
        />
      );
    case 'aggregate':
      return (
        <Group grow align="end">
          <Select
            label={t('statistic')}
            data={[...statistics]}
            value={step.with}
            allowDeselect={false}
            onChange={(value) => onChange({ ...step, with: among(statistics, [value ?? ''])[0] ?? 'mean' })}
          />
          <Select
            label={t('groupBy')}
            data={columns.filter(({ type }) => type === 'text' || type === 'boolean').map(({ name }) => name)}
            value={step.by === '' ? null : step.by}
            searchable
            allowDeselect={false}
            onChange={(by) => onChange({ ...step, by: by ?? '' })}
          />
        </Group>
      );
    case 'date-parts':
      return (
        <MultiSelect
          label={t('parts')}
          data={[...parts]}
          value={[...step.parts]}
          onChange={(values) => onChange({ ...step, parts: among(parts, values) })}
        />
      );
    case 'date-difference':
      return (
        <Select
          label={t('unit')}
          data={[...units]}
          value={step.unit}
          allowDeselect={false}
          onChange={(value) => onChange({ ...step, unit: among(units, [value ?? ''])[0] ?? 'days' })}
        />
      );
    case 'text':
      return (
        <MultiSelect
          label={t('measures')}
          data={[...measures]}
          value={[...step.measures]}
          onChange={(values) => onChange({ ...step, measures: among(measures, values) })}
        />
      );
    case 'terms':
      return (
        <>
          <NumberInput
            label={t('count')}
            min={1}
            max={500}
            value={step.count}
            onChange={(count) => onChange({ ...step, count: Number(count) || 1 })}
          />
          <Checkbox
            label={t('hashed')}
            checked={step.hashed === true}
            onChange={(event) => onChange({ ...step, hashed: event.currentTarget.checked || undefined })}
          />
        </>
      );
    case 'bins':
      return (
        <Group grow align="end">
          <Select
            label={t('method')}
            data={[...methods]}
            value={step.method}
            allowDeselect={false}
            onChange={(value) => onChange({ ...step, method: among(methods, [value ?? ''])[0] ?? 'quantile' })}
          />
          <NumberInput
            label={t('count')}
            min={2}
            max={256}
            value={step.count}
            onChange={(count) => onChange({ ...step, count: Math.max(2, Number(count) || 2) })}
          />
        </Group>
      );
    case 'clip':
      return (
        <Group grow align="end">
          <OptionalNumber label={t('low')} value={step.low} onChange={(low) => onChange({ ...step, low })} />
          <OptionalNumber label={t('high')} value={step.high} onChange={(high) => onChange({ ...step, high })} />
        </Group>
      );
    default:
      return null;
  }
}
