/** Choices about what is fitted: the loss of a number, quantiles, directions, and how much rare classes weigh. */
import { Checkbox, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import { useMessages } from '../../lib/locale.tsx';
import { trainMessages } from './messages.ts';
import { objectiveChoices, readGroups, readQuantiles, samplingChoices, type TrainSetup } from './setup.ts';

type Props = {
  readonly setup: TrainSetup;
  readonly onChange: (setup: TrainSetup) => void;
  readonly plan: TrainingPlan;
  readonly schema: DatasetDetail['schema'];
};

const order = ['label', 'input', 'description', 'error'] as const;
const someOrNone = (values: readonly string[]): readonly string[] | undefined =>
  values.length === 0 ? undefined : values;

/** Fields of the collapsed part that apply to the plan's task. */
export function FitFields({ setup, onChange, plan, schema }: Props) {
  const t = useMessages(trainMessages);
  const numbers = schema
    .filter(({ name, type }) => name !== plan.target && (type === 'integer' || type === 'number'))
    .map(({ name }) => name);
  const directed = (taken: readonly string[] | undefined) => numbers.filter((name) => !(taken ?? []).includes(name));
  const regression = plan.task === 'regression';
  return (
    <>
      {regression ? (
        <Select
          label={t('objective')}
          description={t('objectiveHint')}
          inputWrapperOrder={[...order]}
          data={objectiveChoices.map((value) => ({ value, label: t(`objective_${value}`) }))}
          value={setup.objective ?? null}
          placeholder={t('objectiveAuto')}
          clearable
          onChange={(value) =>
            onChange({ ...setup, objective: objectiveChoices.find((choice) => choice === value) ?? undefined })
          }
        />
      ) : null}
      {regression ? (
        <TextInput
          label={t('quantiles')}
          description={t('quantilesHint')}
          inputWrapperOrder={[...order]}
          defaultValue={setup.quantiles?.join(', ') ?? ''}
          placeholder={t('none')}
          onBlur={(event) => onChange({ ...setup, quantiles: readQuantiles(event.currentTarget.value) })}
        />
      ) : null}
      {plan.task === 'multiclass' ? null : (
        <>
          <MultiSelect
            label={t('rises')}
            description={t('risesHint')}
            inputWrapperOrder={[...order]}
            data={directed(setup.falls)}
            value={[...(setup.rises ?? [])]}
            searchable
            onChange={(values) => onChange({ ...setup, rises: someOrNone(values) })}
          />
          <MultiSelect
            label={t('falls')}
            description={t('fallsHint')}
            inputWrapperOrder={[...order]}
            data={directed(setup.rises)}
            value={[...(setup.falls ?? [])]}
            searchable
            onChange={(values) => onChange({ ...setup, falls: someOrNone(values) })}
          />
        </>
      )}
      <TextInput
        label={t('together')}
        description={t('togetherHint')}
        inputWrapperOrder={[...order]}
        defaultValue={setup.together ?? ''}
        placeholder={t('togetherExample')}
        onBlur={(event) => {
          const text = event.currentTarget.value;
          onChange({ ...setup, together: readGroups(text).length === 0 ? undefined : text.trim() });
        }}
      />
      {regression ? (
        <Select
          label={t('intervalBy')}
          description={t('intervalByHint')}
          inputWrapperOrder={[...order]}
          data={plan.features.map(({ name }) => name)}
          value={setup.intervalBy ?? null}
          placeholder={t('none')}
          clearable
          searchable
          onChange={(value) => onChange({ ...setup, intervalBy: value ?? undefined })}
        />
      ) : null}
      {regression ? (
        <Checkbox
          label={t('intervalPlus')}
          description={t('intervalPlusHint')}
          checked={setup.intervalPlus === true}
          disabled={setup.intervalBy !== undefined}
          onChange={(event) => onChange({ ...setup, intervalPlus: event.currentTarget.checked || undefined })}
        />
      ) : (
        <Checkbox
          label={t('balanced')}
          description={t('balancedHint')}
          checked={setup.balanced === true}
          onChange={(event) => onChange({ ...setup, balanced: event.currentTarget.checked || undefined })}
        />
      )}
      <Select
        label={t('weight')}
        description={t('weightHint')}
        inputWrapperOrder={[...order]}
        data={numbers}
        value={setup.weight ?? null}
        placeholder={t('none')}
        clearable
        searchable
        onChange={(value) => onChange({ ...setup, weight: value ?? undefined })}
      />
      <Select
        label={t('sampling')}
        description={t('samplingHint')}
        inputWrapperOrder={[...order]}
        data={samplingChoices.map((value) => ({ value, label: t(`sampling_${value}`) }))}
        value={setup.sampling ?? null}
        placeholder={t('samplingUniform')}
        clearable
        onChange={(value) =>
          onChange({ ...setup, sampling: samplingChoices.find((choice) => choice === value) ?? undefined })
        }
      />
      <NumberInput
        label={t('gradientLevels')}
        description={t('gradientLevelsHint')}
        inputWrapperOrder={[...order]}
        min={1}
        max={10_000}
        allowDecimal={false}
        value={setup.gradientLevels ?? ''}
        placeholder={t('gradientLevelsFinest')}
        onChange={(value) => onChange({ ...setup, gradientLevels: Number(value) > 0 ? Number(value) : undefined })}
      />
      <Checkbox
        label={t('dart')}
        description={t('dartHint')}
        checked={setup.dart === true}
        onChange={(event) => onChange({ ...setup, dart: event.currentTarget.checked || undefined })}
      />
    </>
  );
}
