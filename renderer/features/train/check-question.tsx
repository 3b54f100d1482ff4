/** Question two: how the model is checked and by which figure it is judged. */
import { Select } from '@mantine/core';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import { useMessages } from '../../lib/locale.tsx';
import { useMetricWords } from '../../ui/metric.tsx';
import { trainMessages } from './messages.ts';
import { Answer, Answers, Question, Reason } from './question.tsx';
import { writeSentence } from './sentence.ts';
import { metricsOfTask, type TrainSetup, type ValidationChoice, validationChoices } from './setup.ts';

const schemeWords = {
  cv: 'validationFolds',
  holdout: 'validationHoldout',
  kfold: 'validationFolds',
  stratified: 'validationStratified',
  group: 'validationGroup',
  'stratified-group': 'validationGroup',
  repeated: 'validationRepeated',
  nested: 'validationNested',
  forward: 'validationForward',
  split: 'validationSplit',
} as const satisfies Record<ValidationChoice, string>;

/** How to check it. */
export function CheckQuestion(props: {
  readonly setup: TrainSetup;
  readonly onChange: (setup: TrainSetup) => void;
  readonly plan: TrainingPlan;
}) {
  const t = useMessages(trainMessages);
  const words = useMetricWords();
  const { setup, onChange, plan } = props;
  const metric = setup.metric ?? plan.metric;
  const schemes = [plan.validation.scheme, ...plan.validation.alternatives.map((other) => other.scheme)];
  return (
    <Question number={2} title={t('check')}>
      <Answers>
        <Answer grow>
          <Select
            label={t('validation')}
            data={schemes.map((scheme) => ({ value: scheme, label: t(schemeWords[scheme]) }))}
            value={plan.validation.scheme}
            onChange={(value) => {
              const chosen = validationChoices.find((each) => each === value);
              if (chosen !== undefined) onChange({ ...setup, validation: chosen });
            }}
          />
        </Answer>
        <Answer grow>
          <Select
            label={t('metric')}
            data={metricsOfTask[plan.task].map((value) => ({ value, label: words.name(value) }))}
            value={metric}
            onChange={(value) => {
              const chosen = metricsOfTask[plan.task].find((each) => each === value);
              if (chosen !== undefined) onChange({ ...setup, metric: chosen });
            }}
          />
        </Answer>
      </Answers>
      <Reason>{writeSentence(plan.validation.reason)}</Reason>
      {plan.validation.alternatives.map((other) => (
        <Reason key={other.scheme}>
          {t('alternative', { name: t(schemeWords[other.scheme]), reason: writeSentence(other.reason) })}
        </Reason>
      ))}
      {plan.sealed === null ? null : (
        <Reason>{t('sealedReason', { rows: plan.sealed.rows, reason: writeSentence(plan.sealed.reason) })}</Reason>
      )}
      <Reason>{writeSentence(metric === plan.metric ? plan.metricReason : words.help(metric))}</Reason>
    </Question>
  );
}
