/** Choices that most runs leave as they are. */
import { Checkbox, Collapse, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import { useMessages } from '../../lib/locale.tsx';
import { CheckFields } from './check-fields.tsx';
import { FitFields } from './fit-fields.tsx';
import { KnownFields } from './known-fields.tsx';
import { trainMessages } from './messages.ts';
import { defaultLearners, defaultSeed, type Learner, learnerChoices, type TrainSetup } from './setup.ts';
import classes from './train.module.css';

type Props = {
  readonly setup: TrainSetup;
  readonly onChange: (setup: TrainSetup) => void;
  readonly plan: TrainingPlan;
  readonly schema: DatasetDetail['schema'];
};

/** The learners that may be chosen, in the words of the catalogue. */
const learnerFields: readonly {
  readonly value: Learner;
  readonly label: keyof typeof trainMessages.messages;
  readonly hint?: keyof typeof trainMessages.messages;
}[] = [
  { value: 'trees', label: 'learnerTrees' },
  { value: 'linear', label: 'learnerLinear' },
  { value: 'ebm', label: 'learnerEbm' },
  { value: 'forest', label: 'learnerForest' },
  { value: 'extra-trees', label: 'learnerExtraTrees' },
  { value: 'knn', label: 'learnerKnn', hint: 'learnerKnnHint' },
  { value: 'mlp', label: 'learnerMlp', hint: 'learnerMlpHint' },
];

const order = ['label', 'input', 'description', 'error'] as const;
const wholeOrNone = (value: string | number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) ? value : undefined;

/** The collapsed part below the questions; open when one of its choices was made. */
export function Advanced(props: Props) {
  const t = useMessages(trainMessages);
  const { setup } = props;
  const touched = [setup.seed, setup.trials, setup.learners, setup.folds, setup.time, setup.group, setup.name];
  const checks = [setup.repeats, setup.splitColumn, setup.gap, setup.embargo, setup.sealed];
  const fit = [
    setup.objective,
    setup.quantiles,
    setup.rises,
    setup.falls,
    setup.together,
    setup.intervalBy,
    setup.intervalPlus,
    setup.balanced,
    setup.weight,
    setup.dart,
    setup.sampling,
    setup.gradientLevels,
  ];
  const [open, setOpen] = useState([...touched, ...checks, ...fit].some((value) => value !== undefined));
  return (
    <div>
      <button type="button" className={classes.advancedToggle} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
        {t('advanced')}
        <span className={classes.advancedHint}>{t('advancedHint')}</span>
      </button>
      <Collapse expanded={open} transitionDuration={100}>
        <Fields {...props} />
      </Collapse>
    </div>
  );
}

function Fields(props: Props) {
  const t = useMessages(trainMessages);
  const { setup, onChange, plan, schema } = props;
  const columns = schema.map((column) => column.name).filter((name) => name !== plan.target);
  const learners = setup.learners ?? defaultLearners;
  const toggle = (learner: Learner, on: boolean) => {
    const next = learnerChoices.filter((each) => (each === learner ? on : learners.includes(each)));
    const usual = next.join() === defaultLearners.join();
    if (next.length > 0) onChange({ ...setup, learners: usual ? undefined : next });
  };
  return (
    <div className={classes.advancedGrid}>
      <TextInput
        label={t('modelName')}
        description={t('modelNameHint')}
        inputWrapperOrder={[...order]}
        defaultValue={setup.name ?? ''}
        maxLength={200}
        onBlur={(event) => onChange({ ...setup, name: event.currentTarget.value.trim() || undefined })}
      />
      <NumberInput
        label={t('trials')}
        description={t('trialsHint')}
        inputWrapperOrder={[...order]}
        value={setup.trials ?? ''}
        min={1}
        max={10_000}
        allowDecimal={false}
        onChange={(value) => onChange({ ...setup, trials: wholeOrNone(value) })}
      />
      <NumberInput
        label={t('folds')}
        description={t('foldsHint')}
        inputWrapperOrder={[...order]}
        value={setup.folds ?? plan.validation.folds}
        min={2}
        max={20}
        allowDecimal={false}
        disabled={(setup.validation ?? plan.validation.kind) === 'holdout'}
        onChange={(value) => {
          const folds = wholeOrNone(value);
          if (folds !== undefined && folds >= 2 && folds <= 20) onChange({ ...setup, folds });
        }}
      />
      <NumberInput
        label={t('seed')}
        description={t('seedHint')}
        inputWrapperOrder={[...order]}
        value={setup.seed ?? defaultSeed}
        min={0}
        max={2_147_483_647}
        allowDecimal={false}
        onChange={(value) => {
          const seed = wholeOrNone(value);
          if (seed !== undefined) onChange({ ...setup, seed: seed === defaultSeed ? undefined : seed });
        }}
      />
      <Select
        label={t('timeColumn')}
        description={t('timeColumnHint')}
        inputWrapperOrder={[...order]}
        data={columns}
        value={setup.time ?? plan.time}
        placeholder={t('none')}
        clearable
        searchable
        onChange={(value) => onChange({ ...setup, time: value ?? undefined })}
      />
      <Select
        label={t('groupColumn')}
        description={t('groupColumnHint')}
        inputWrapperOrder={[...order]}
        data={columns}
        value={setup.group ?? null}
        placeholder={t('none')}
        clearable
        searchable
        onChange={(value) => onChange({ ...setup, group: value ?? undefined })}
      />
      <CheckFields {...props} columns={columns} />
      <KnownFields setup={setup} onChange={onChange} />
      <FitFields {...props} />
      <Checkbox.Group label={t('learners')} value={[...learners]}>
        <Group mt={6}>
          {learnerFields.map(({ value, label, hint }) => (
            <Checkbox
              key={value}
              value={value}
              label={t(label)}
              {...(hint === undefined ? {} : { description: t(hint) })}
              onChange={(event) => toggle(value, event.currentTarget.checked)}
            />
          ))}
        </Group>
      </Checkbox.Group>
    </div>
  );
}
