/** The money of the four outcomes and what else shapes a decision, in plain words. */
import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { Section } from '../../ui/page.tsx';
import classes from './decide.module.css';
import { decideMessages } from './decide-messages.ts';
import {
  checkPolicyForm,
  findPolicyDoubt,
  type OutcomeKey,
  outcomeKeys,
  type PolicyField,
  type PolicyForm,
  readPolicy,
} from './policy-form.ts';

const moneyWords = {
  truePositive: ['moneyTruePositive', 'moneyTruePositiveHint'],
  falsePositive: ['moneyFalsePositive', 'moneyFalsePositiveHint'],
  falseNegative: ['moneyFalseNegative', 'moneyFalseNegativeHint'],
  trueNegative: ['moneyTrueNegative', 'moneyTrueNegativeHint'],
} as const satisfies Record<OutcomeKey, readonly [string, string]>;
const problemWords = {
  'not-a-number': 'problemNotANumber',
  'out-of-range': 'problemOutOfRange',
  empty: 'problemEmpty',
  'too-long': 'problemTooLong',
} as const;
const order = ['label', 'input', 'description', 'error'] as const;

type Props = {
  readonly form: PolicyForm;
  readonly onChange: (form: PolicyForm) => void;
  readonly positive: string;
  readonly valueColumns: readonly string[];
  readonly state: 'saved' | 'unsaved-saved' | 'unsaved-default';
  readonly saving: boolean;
  readonly onSave: () => void;
  readonly onReset: () => void;
};

/** The form of a policy. Fields complain when they are left, in words. */
export function PolicyPanel(props: Props) {
  const t = useMessages(decideMessages);
  const { form, onChange, positive } = props;
  const [left, setLeft] = useState<ReadonlySet<PolicyField>>(new Set());
  const problems = checkPolicyForm(form);
  const error = (field: PolicyField) => {
    const problem = problems[field];
    return problem !== undefined && left.has(field) ? t(problemWords[problem]) : null;
  };
  const leave = (field: PolicyField) => () => setLeft((old) => new Set([...old, field]));
  const policy = readPolicy(form, null);
  const doubt = policy === null ? null : findPolicyDoubt(policy.matrix);
  return (
    <Section title={t('policy')} hint={t('policyHint')} plain>
      <div className={classes.form}>
        {outcomeKeys.map((key) => (
          <TextInput
            key={key}
            classNames={{ input: classes.money ?? '' }}
            label={t(moneyWords[key][0], { positive })}
            description={t(moneyWords[key][1])}
            inputWrapperOrder={[...order]}
            inputMode="decimal"
            rightSection={<span className={classes.unit}>{form.currency}</span>}
            rightSectionWidth={48}
            value={form.money[key]}
            error={error(key)}
            onBlur={leave(key)}
            onChange={(event) => onChange({ ...form, money: { ...form.money, [key]: event.currentTarget.value } })}
          />
        ))}
        <TextInput
          classNames={{ input: classes.money ?? '' }}
          label={t('capacity')}
          description={t('capacityHint')}
          inputWrapperOrder={[...order]}
          inputMode="decimal"
          rightSection={<span className={classes.unit}>{t('capacityUnit')}</span>}
          value={form.capacity}
          error={error('capacity')}
          onBlur={leave('capacity')}
          onChange={(event) => onChange({ ...form, capacity: event.currentTarget.value })}
        />
        <Select
          label={t('valueColumn')}
          description={t('valueColumnHint')}
          inputWrapperOrder={[...order]}
          data={[...props.valueColumns]}
          value={form.valueColumn}
          placeholder={t('valueColumnNone')}
          clearable
          searchable
          onChange={(value) => onChange({ ...form, valueColumn: value })}
        />
        <TextInput
          label={t('action')}
          value={form.action}
          maxLength={60}
          error={error('action')}
          onBlur={leave('action')}
          onChange={(event) => onChange({ ...form, action: event.currentTarget.value })}
        />
        <TextInput
          label={t('currency')}
          value={form.currency}
          maxLength={8}
          error={error('currency')}
          onBlur={leave('currency')}
          onChange={(event) => onChange({ ...form, currency: event.currentTarget.value })}
        />
      </div>
      {doubt === null ? null : (
        <div className={classes.doubt}>
          <Notice tone="warn">{t(doubt === 'acting-never-pays' ? 'doubtNever' : 'doubtAlways')}</Notice>
        </div>
      )}
      <SaveRow {...props} readable={policy !== null} />
    </Section>
  );
}

function SaveRow(props: Props & { readonly readable: boolean }) {
  const t = useMessages(decideMessages);
  const { state } = props;
  const isSaved = state === 'saved';
  const unsaved = t(state === 'unsaved-saved' ? 'unsavedSaved' : 'unsavedDefault');
  return (
    <div className={classes.save}>
      <span className={classes.saveText}>{isSaved ? t('savedHint') : unsaved}</span>
      {state === 'unsaved-saved' ? (
        <Button size="xs" variant="subtle" color="gray" onClick={props.onReset}>
          {t('reset')}
        </Button>
      ) : null}
      <Button size="xs" disabled={isSaved || !props.readable} loading={props.saving} onClick={props.onSave}>
        {isSaved ? t('saved') : t('save')}
      </Button>
    </div>
  );
}
