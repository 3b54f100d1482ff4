/** Choices about the check that most runs leave as they are: passes, gaps, a split of one's own, sealed rows. */
import { NumberInput, Select } from '@mantine/core';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import { useMessages } from '../../lib/locale.tsx';
import { trainMessages } from './messages.ts';
import type { TrainSetup } from './setup.ts';

const order = ['label', 'input', 'description', 'error'] as const;
const numberOrNone = (value: string | number): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/** The fields that apply to the scheme of the plan. */
export function CheckFields(props: {
  readonly setup: TrainSetup;
  readonly onChange: (setup: TrainSetup) => void;
  readonly plan: TrainingPlan;
  readonly columns: readonly string[];
}) {
  const t = useMessages(trainMessages);
  const { setup, onChange, plan, columns } = props;
  const forward = plan.validation.scheme === 'forward';
  return (
    <>
      {plan.validation.scheme === 'repeated' ? (
        <NumberInput
          label={t('repeats')}
          description={t('repeatsHint')}
          inputWrapperOrder={[...order]}
          value={setup.repeats ?? plan.validation.repeats}
          min={2}
          max={20}
          allowDecimal={false}
          onChange={(value) => {
            const repeats = numberOrNone(value);
            if (repeats !== undefined && repeats >= 2 && repeats <= 20) onChange({ ...setup, repeats });
          }}
        />
      ) : null}
      {forward ? (
        <>
          <NumberInput
            label={t('gap')}
            description={t('gapHint')}
            inputWrapperOrder={[...order]}
            value={setup.gap ?? ''}
            min={0}
            onChange={(value) => onChange({ ...setup, gap: numberOrNone(value) })}
          />
          <NumberInput
            label={t('embargo')}
            description={t('embargoHint')}
            inputWrapperOrder={[...order]}
            value={setup.embargo ?? ''}
            min={0}
            onChange={(value) => onChange({ ...setup, embargo: numberOrNone(value) })}
          />
        </>
      ) : null}
      <Select
        label={t('splitColumn')}
        description={t('splitColumnHint')}
        inputWrapperOrder={[...order]}
        data={[...columns]}
        value={setup.splitColumn ?? null}
        placeholder={t('none')}
        clearable
        searchable
        onChange={(value) =>
          onChange({ ...setup, splitColumn: value ?? undefined, validation: value === null ? undefined : 'split' })
        }
      />
      <NumberInput
        label={t('sealed')}
        description={t('sealedHint')}
        inputWrapperOrder={[...order]}
        value={setup.sealed === undefined ? '' : setup.sealed * 100}
        min={0}
        max={50}
        suffix=" %"
        onChange={(value) => {
          const percent = numberOrNone(value);
          onChange({ ...setup, sealed: percent === undefined ? undefined : Math.min(50, percent) / 100 });
        }}
      />
    </>
  );
}
