import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { tableName } from '../../lib/table-name.ts';
import { FileIntake, type TakenFile } from '../../ui/file-intake.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { useToasts } from '../../ui/toast.tsx';
import classes from './home.module.css';
import type { HomeData } from './home-data.ts';
import { homeMessages } from './messages.ts';

function Step(props: {
  readonly number: string;
  readonly state: 'done' | 'current' | 'ahead';
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}) {
  const t = useMessages(homeMessages);
  const { state } = props;
  return (
    <li
      className={classes.step}
      data-done={state === 'done' || undefined}
      data-current={state === 'current' || undefined}
    >
      <div className={classes.stepHead}>
        <span className={classes.number}>
          {state === 'done' ? <IconCheck size={13} aria-label={t('stepDone')} /> : props.number}
        </span>
        {props.title}
      </div>
      <p className={classes.stepText}>{props.text}</p>
      {props.action === undefined ? null : <div className={classes.stepAction}>{props.action}</div>}
    </li>
  );
}

/** The way from nothing to a decision: a sample or your own file, then training, then money. */
export function StartHere(props: { readonly home: HomeData }) {
  const t = useMessages(homeMessages);
  const navigate = useNavigate();
  const toasts = useToasts();
  const load = useMutation(orpc.workspaces.loadSample.mutationOptions());
  const { home } = props;
  const dataset = home.recentDatasets[0];
  const hasData = dataset !== undefined;
  const model = home.recentModels[0];
  const sample = (name: 'telecom-churn' | 'store-sales') => () =>
    load.mutate(
      { sample: name },
      {
        onSuccess: ({ jobId }) => void navigate({ to: '/data/import', search: { job: jobId } }),
        onError: toasts.failed,
      },
    );
  const take = ({ source, name }: TakenFile) =>
    void navigate({
      to: '/data/import',
      search: { ...('path' in source ? { path: source.path } : { upload: source.uploadId }), name: tableName(name) },
    });
  return (
    <Section title={t('start')} hint={t('startHint')} plain>
      <ol className={classes.steps}>
        <Step number="1" state={hasData ? 'done' : 'current'} title={t('stepData')} text={t('stepDataText')} />
        <Step
          number="2"
          state={model !== undefined ? 'done' : hasData ? 'current' : 'ahead'}
          title={t('stepTrain')}
          text={t('stepTrainText')}
          action={
            hasData && model === undefined ? (
              <LinkButton to="/train" search={{ dataset: dataset.id }} maw="100%">
                <MiddleTruncate text={t('trainOn', { name: dataset.name })} />
              </LinkButton>
            ) : undefined
          }
        />
        <Step
          number="3"
          state={model === undefined ? 'ahead' : 'current'}
          title={t('stepDecide')}
          text={t('stepDecideText')}
          action={
            model === undefined ? undefined : (
              <LinkButton to="/models/$modelId" params={{ modelId: model.id }} maw="100%">
                <MiddleTruncate text={t('decideOn', { name: model.name })} />
              </LinkButton>
            )
          }
        />
      </ol>
      {model === undefined ? <FileIntake paste title={t('dropTitle')} hint={t('dropHint')} onFile={take} /> : null}
      {home.sampleAvailable && model === undefined ? (
        <div className={classes.samples}>
          <div className={classes.sample}>
            <span className={classes.sampleText}>{t('sampleChurnHint', { rows: 7000 })}</span>
            <Button variant={hasData ? 'default' : 'filled'} loading={load.isPending} onClick={sample('telecom-churn')}>
              {t('sampleChurn')}
            </Button>
          </div>
          <div className={classes.sample}>
            <span className={classes.sampleText}>{t('sampleSalesHint')}</span>
            <Button variant="default" loading={load.isPending} onClick={sample('store-sales')}>
              {t('sampleSales')}
            </Button>
          </div>
        </div>
      ) : null}
    </Section>
  );
}
