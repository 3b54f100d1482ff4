import { Button, Drawer, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { CleaningStep, StepEffect } from '../../../main/contract/cleaning.ts';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { client, orpc, queryClient } from '../../client/client.ts';
import { isActive, useJob } from '../../client/jobs.ts';
import { jobProblem } from '../../client/problem.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { ProblemView, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import classes from './quality.module.css';
import { qualityMessages } from './quality-messages.ts';

function Cell(props: { readonly value: StepEffect['examples'][number]['before'] }) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const { value } = props;
  if (value === null) return <span className={classes.missing}>{t('missing')}</span>;
  return <span className="mono">{typeof value === 'number' ? format.plain(value) : `“${String(value)}”`}</span>;
}

function Effect(props: { readonly effect: StepEffect }) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const { effect } = props;
  const told = [
    t('effectCells', { count: effect.cellsChanged }),
    t('effectEmptied', { count: effect.cellsEmptied }),
    t('effectRows', { count: effect.rowsRemoved }),
    t('effectColumns', { count: effect.columnsChanged }),
  ].filter((text) => text !== '');
  return (
    <div className={classes.effect}>
      <p className={classes.effectText}>{effect.text}</p>
      <p className={classes.line}>{told.length === 0 ? t('effectNone') : told.join(', ')}</p>
      {effect.examples.length === 0 ? null : (
        <DataTable
          label={t('previewTable')}
          rows={effect.examples}
          rowKey={(example) => `${example.row} ${example.column ?? ''}`}
          columns={[
            {
              key: 'row',
              header: t('row'),
              right: true,
              width: 80,
              render: (example) => format.integer(example.row + 1),
            },
            { key: 'column', header: t('column'), render: (example) => example.column ?? t('gone') },
            {
              key: 'before',
              header: t('before'),
              render: (example) => (example.column === null ? '–' : <Cell value={example.before} />),
            },
            {
              key: 'after',
              header: t('after'),
              render: (example) => (example.column === null ? '–' : <Cell value={example.after} />),
            },
          ]}
        />
      )}
    </div>
  );
}

type CleanResult = { readonly version: number; readonly changed: boolean; readonly eventId: string | null };

function Body(props: {
  readonly dataset: DatasetDetail;
  readonly steps: readonly CleaningStep[];
  readonly onDone: () => void;
}) {
  const t = useMessages(qualityMessages);
  const toasts = useToasts();
  const { dataset, steps, onDone } = props;
  const [jobId, setJobId] = useState('');
  const job = useJob(jobId);
  const preview = useQuery(orpc.datasets.previewClean.queryOptions({ input: { id: dataset.id, steps: [...steps] } }));
  const start = useMutation({
    mutationFn: () => client.datasets.clean({ id: dataset.id, steps: [...steps] }),
    onSuccess: (started) => setJobId(started.jobId),
    onError: toasts.failed,
  });
  const ended = job.data?.state === 'succeeded' ? (job.data.result as CleanResult) : null;
  useEffect(() => {
    if (ended === null) return;
    void queryClient.invalidateQueries({ queryKey: orpc.datasets.key() });
    if (ended.eventId === null) toasts.told(t('nothingChanged'));
    else toasts.undoable(t('cleaned', { count: steps.length, version: ended.version }), ended.eventId);
    onDone();
  }, [ended, onDone, steps.length, t, toasts]);
  const running = start.isPending || (job.data !== undefined && isActive(job.data));
  const failed = job.data?.error ?? null;
  return (
    <div className={classes.stack}>
      <p className={classes.line}>{t('previewHint')}</p>
      <QueryView query={preview} skeleton={<SkeletonRows rows={6} />}>
        {(data) => (
          <div>
            {data.effects.map((effect, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a preview never change their order
              <Effect key={index} effect={effect} />
            ))}
          </div>
        )}
      </QueryView>
      {running && job.data !== undefined ? <JobProgress job={job.data} hideTitle /> : null}
      {failed === null ? null : <ProblemView title={t('applyFailed')} problem={jobProblem(failed)} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <Button loading={running} disabled={!preview.isSuccess} onClick={() => start.mutate()}>
          {t('apply')}
        </Button>
      </Group>
    </div>
  );
}

/** Shows what cleaning steps would change and applies them as a new version. */
export function CleanDrawer(props: {
  readonly dataset: DatasetDetail;
  readonly steps: readonly CleaningStep[] | null;
  readonly onClose: () => void;
}) {
  const t = useMessages(qualityMessages);
  return (
    <Drawer
      opened={props.steps !== null}
      onClose={props.onClose}
      position="right"
      size={560}
      title={t('previewTitle')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      {props.steps === null ? null : <Body dataset={props.dataset} steps={props.steps} onDone={props.onClose} />}
    </Drawer>
  );
}
