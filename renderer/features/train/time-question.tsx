/** Question three: how long to search, with what it will cost; a run that cannot fit says so here. */
import { SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { budgetPresets, findPreset, parseDuration, writeDuration } from './budget.ts';
import { trainMessages } from './messages.ts';
import { Answer, Answers, Question, Reason } from './question.tsx';
import { writeSentence } from './sentence.ts';
import type { TrainSetup } from './setup.ts';
import classes from './train.module.css';

type Props = {
  readonly setup: TrainSetup;
  readonly onChange: (setup: TrainSetup) => void;
  readonly plan: TrainingPlan;
};

/** How long. */
export function TimeQuestion(props: Props) {
  const t = useMessages(trainMessages);
  const format = useFormat();
  const { setup, onChange, plan } = props;
  const budget = setup.budget ?? plan.budgetSeconds;
  const [own, setOwn] = useState(findPreset(budget) === 'own');
  const byTrials = setup.trials !== undefined;
  const { estimate } = plan;
  return (
    <Question number={3} title={t('time')}>
      {byTrials ? (
        <Reason>{t('budgetByTrials', { trials: setup.trials })}</Reason>
      ) : (
        <Answers>
          <Answer label={t('budget')}>
            <SegmentedControl
              aria-label={t('budget')}
              value={own ? 'own' : findPreset(budget)}
              data={[
                { value: '10', label: t('budget10') },
                { value: '60', label: t('budget60') },
                { value: '300', label: t('budget300') },
                { value: 'own', label: t('budgetOwn') },
              ]}
              onChange={(value) => {
                setOwn(value === 'own');
                const preset = budgetPresets.find((each) => String(each) === value);
                if (preset !== undefined) onChange({ ...setup, budget: preset });
              }}
            />
          </Answer>
          {own ? <OwnBudget seconds={budget} onChange={(seconds) => onChange({ ...setup, budget: seconds })} /> : null}
        </Answers>
      )}
      <p className={classes.estimate}>
        {t('estimate', {
          time: format.duration(estimate.seconds),
          memory: format.bytes(estimate.memoryBytes),
          disk: format.bytes(estimate.diskBytes),
        })}
      </p>
      <Reason>{writeSentence(estimate.basis)}</Reason>
      {plan.refusal === null ? null : (
        <Notice tone="bad" title={t('refused')}>
          {plan.refusal}
        </Notice>
      )}
    </Question>
  );
}

function OwnBudget(props: { readonly seconds: number; readonly onChange: (seconds: number) => void }) {
  const t = useMessages(trainMessages);
  const [text, setText] = useState(writeDuration(props.seconds));
  const [wrong, setWrong] = useState(false);
  const take = () => {
    const seconds = parseDuration(text);
    setWrong(seconds === null);
    if (seconds === null) return;
    setText(writeDuration(seconds));
    if (seconds !== props.seconds) props.onChange(seconds);
  };
  return (
    <Answer grow>
      <TextInput
        label={t('budgetOwnLabel')}
        description={t('budgetOwnHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={text}
        error={wrong ? t('budgetOwnError') : null}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
      />
    </Answer>
  );
}
