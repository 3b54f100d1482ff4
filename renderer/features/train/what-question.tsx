/** Question one: the target column, the kind of answer and the outcome to find. */
import { SegmentedControl, Select } from '@mantine/core';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { ContinueField } from './continue-field.tsx';
import { trainMessages } from './messages.ts';
import { Answer, Answers, Question, Reason } from './question.tsx';
import { writeSentence } from './sentence.ts';
import { chooseTarget, chooseTask, type TaskChoice, type TrainSetup } from './setup.ts';

type Props = {
  readonly setup: TrainSetup;
  readonly onChange: (setup: TrainSetup) => void;
  readonly plan: TrainingPlan | undefined;
  readonly schema: DatasetDetail['schema'];
};

/** What to predict. Works without a plan too, so that a target that cannot be used can be exchanged. */
export function WhatQuestion(props: Props) {
  const t = useMessages(trainMessages);
  const { setup, onChange, plan, schema } = props;
  const suggested = plan?.targetCandidates.map((candidate) => candidate.column) ?? [];
  const others = schema.map((column) => column.name).filter((name) => !suggested.includes(name));
  const groups = [
    { group: t('targetSuggested'), items: suggested },
    { group: t('targetOther'), items: others },
  ].filter((group) => group.items.length > 0);
  const target = setup.target ?? plan?.target ?? null;
  const reason = plan?.targetCandidates.find((candidate) => candidate.column === target)?.reason ?? plan?.targetReason;
  return (
    <Question number={1} title={t('what')}>
      <Answers>
        <Answer grow>
          <Select
            label={t('target')}
            data={groups}
            value={target}
            searchable
            nothingFoundMessage={t('targetNone')}
            maxDropdownHeight={320}
            onChange={(value) => value !== null && onChange(chooseTarget(setup, value))}
          />
        </Answer>
        {plan === undefined ? null : (
          <Answer label={t('task')}>
            <SegmentedControl
              aria-label={t('task')}
              value={setup.task ?? plan.task}
              data={[
                { value: 'binary', label: t('taskBinary') },
                { value: 'multiclass', label: t('taskMulticlass') },
                { value: 'regression', label: t('taskRegression') },
              ]}
              onChange={(value) => onChange(chooseTask(setup, value as TaskChoice))}
            />
          </Answer>
        )}
      </Answers>
      {plan === undefined ? null : (
        <Reason>
          {writeSentence(reason ?? '')} {writeSentence(plan.taskReason)}
        </Reason>
      )}
      {plan === undefined ? null : <Outcomes {...props} plan={plan} />}
      <ContinueField setup={setup} onChange={onChange} target={target} />
    </Question>
  );
}

const listedClasses = 6;

function Outcomes(props: Props & { readonly plan: TrainingPlan }) {
  const t = useMessages(trainMessages);
  const format = useFormat();
  const { setup, onChange, plan } = props;
  const total = plan.classes.reduce((sum, each) => sum + each.count, 0);
  const share = (count: number) => format.percent(total === 0 ? 0 : count / total, 1);
  const names = plan.classes.slice(0, listedClasses).map((each) => each.value);
  const more = plan.classes.length - names.length;
  const list = more > 0 ? t('classesMore', { list: names.join(', '), more }) : names.join(', ');
  return (
    <>
      {plan.task === 'binary' && plan.classes.length === 2 ? (
        <Answers>
          <Answer grow>
            <Select
              mt={12}
              label={t('positive')}
              description={t('positiveHint')}
              inputWrapperOrder={['label', 'input', 'description']}
              data={plan.classes.map((each) => ({
                value: each.value,
                label: t('classShare', { value: each.value, share: share(each.count) }),
              }))}
              value={setup.positive ?? plan.positive}
              onChange={(value) => onChange({ ...setup, positive: value ?? undefined })}
            />
          </Answer>
        </Answers>
      ) : null}
      {plan.task === 'multiclass' ? <Reason>{t('classes', { count: plan.classes.length, list })}</Reason> : null}
      {plan.missingTarget > 0 ? <Reason>{t('missingTarget', { count: plan.missingTarget })}</Reason> : null}
    </>
  );
}
