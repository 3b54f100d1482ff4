/** Importance by shuffling: how much worse the answers get on labelled rows without a column. A job, because it takes its time. */
import { Button, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { intervalBarsChart } from '../../charts/builders/importance-interval.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { client, orpc } from '../../client/client.ts';
import { isActive, useJob } from '../../client/jobs.ts';
import { jobProblem } from '../../client/problem.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemView, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import classes from './explain.module.css';
import { explainMessages } from './explain-messages.ts';
import { latestShuffling, readShuffling, type ShufflingResult } from './shuffling.ts';

const shownColumns = 15;

/** The section: start, progress, result; the newest result of the model is found again. */
export function ShufflingPanel(props: { readonly model: ModelDetail }) {
  const t = useMessages(explainMessages);
  const toasts = useToasts();
  const { model } = props;
  const [jobId, setJobId] = useState('');
  const [dataset, setDataset] = useState<string | null>(null);
  const job = useJob(jobId);
  const earlier = useQuery(
    orpc.jobs.list.queryOptions({ input: { kinds: ['explain'], states: ['succeeded'], limit: 100 } }),
  );
  const datasets = useQuery(orpc.datasets.list.queryOptions({ input: { limit: 200 } }));
  const start = useMutation({
    mutationFn: () =>
      client.explanations.startPermutation({
        modelId: model.id,
        ...(dataset === null ? {} : { source: { datasetId: dataset } }),
      }),
    onSuccess: (started) => setJobId(started.jobId),
    onError: toasts.failed,
  });
  const running = job.data !== undefined && isActive(job.data);
  const found =
    (job.data === undefined ? null : readShuffling(job.data)) ?? latestShuffling(earlier.data?.items ?? [], model.id);
  const own = model.datasetId;
  return (
    <Section title={t('shuffling')} hint={t('shufflingHint')}>
      <div className={classes.tools}>
        <Select
          size="xs"
          aria-label={t('shufflingRows')}
          placeholder={own === null ? t('shufflingChoose') : t('shufflingOwn')}
          data={(datasets.data?.items ?? []).map((each) => ({ value: each.id, label: each.name }))}
          value={dataset}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('shufflingOwn') }}
          onChange={setDataset}
        />
        <Button
          size="xs"
          variant="default"
          loading={start.isPending || running}
          disabled={own === null && dataset === null}
          onClick={() => start.mutate()}
        >
          {t(found === null ? 'shufflingStart' : 'shufflingAgain')}
        </Button>
      </div>
      {jobId === '' ? null : (
        <QueryView query={job} skeleton={<SkeletonRows rows={2} />}>
          {(state) =>
            isActive(state) ? (
              <JobProgress job={state} hideTitle />
            ) : state.error === null ? null : (
              <ProblemView title={t('shufflingFailed')} problem={jobProblem(state.error)} />
            )
          }
        </QueryView>
      )}
      {found === null ? null : <ShufflingChart found={found} />}
    </Section>
  );
}

function ShufflingChart(props: { readonly found: ShufflingResult }) {
  const t = useMessages(explainMessages);
  const format = useFormat();
  const { found } = props;
  const { columns } = found;
  const name = t(found.loss === 'log-loss' ? 'lossLog' : 'lossSquares');
  const build = useCallback(
    (context: ChartContext) =>
      intervalBarsChart(context, {
        items: columns.slice(0, shownColumns).map((each) => ({ ...each, label: each.column, value: each.importance })),
        name,
        labelName: context.t('column'),
      }),
    [columns, name],
  );
  return (
    <>
      <Chart
        title={t('shufflingChart')}
        reading={found.reading}
        build={build}
        height={70 + 24 * Math.min(shownColumns, columns.length)}
      />
      <p className={classes.note}>
        {t('shufflingNote', {
          rows: found.rows,
          repeats: found.repeats,
          source: found.sourceName,
          baseline: format.significant(found.baseline, 3),
        })}
      </p>
    </>
  );
}
