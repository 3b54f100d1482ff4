/** Question two: how the model is checked and by which figure it is judged. */
import { SegmentedControl, Select } from '@mantine/core';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import { useMessages } from '../../lib/locale.tsx';
import { useMetricWords } from '../../ui/metric.tsx';
import { trainMessages } from './messages.ts';
import { Answer, Answers, Question, Reason } from './question.tsx';
import { writeSentence } from './sentence.ts';
import { metricsOfTask, type TrainSetup, type ValidationChoice } from './setup.ts';

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
  return (
    <Question number={2} title={t('check')}>
      <Answers>
        <Answer label={t('validation')}>
          <SegmentedControl
            aria-label={t('validation')}
            value={setup.validation ?? plan.validation.kind}
            data={[
              { value: 'cv', label: t('validationCv') },
              { value: 'holdout', label: t('validationHoldout') },
              { value: 'forward', label: t('validationForward') },
            ]}
            onChange={(value) => onChange({ ...setup, validation: value as ValidationChoice })}
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
      <Reason>{writeSentence(metric === plan.metric ? plan.metricReason : words.help(metric))}</Reason>
    </Question>
  );
}
