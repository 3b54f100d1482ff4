import { useNavigate } from '@tanstack/react-router';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { useMetricFormat, useMetricWords } from '../../ui/metric.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import classes from './home.module.css';
import type { HomeData } from './home-data.ts';
import { homeMessages } from './messages.ts';

/** Models made last. */
export function RecentModels(props: { readonly models: HomeData['recentModels'] }) {
  const t = useMessages(homeMessages);
  const metrics = useMetricWords();
  const score = useMetricFormat();
  const navigate = useNavigate();
  if (props.models.length === 0) return <p className={classes.quiet}>{t('recentModelsNone')}</p>;
  return (
    <DataTable
      label={t('recentModels')}
      rows={props.models}
      rowKey={(model) => model.id}
      onRow={(model) => void navigate({ to: '/models/$modelId', params: { modelId: model.id } })}
      columns={[
        { key: 'name', header: t('name'), fluid: true, render: (model) => <MiddleTruncate text={model.name} /> },
        { key: 'metric', header: t('metric'), render: (model) => metrics.name(model.metric) },
        {
          key: 'score',
          header: t('score'),
          right: true,
          render: (model) => (model.unscored === true ? '–' : score(model.metric, model.score)),
        },
        {
          key: 'baseline',
          header: t('baseline'),
          right: true,
          render: (model) => (model.unscored === true ? '–' : score(model.metric, model.baseline)),
        },
        { key: 'created', header: t('created'), right: true, render: (model) => <RelativeTime at={model.createdAt} /> },
      ]}
    />
  );
}

/** Data sets touched last. */
export function RecentDatasets(props: { readonly datasets: HomeData['recentDatasets'] }) {
  const t = useMessages(homeMessages);
  const format = useFormat();
  const navigate = useNavigate();
  if (props.datasets.length === 0) return <p className={classes.quiet}>{t('recentDatasetsNone')}</p>;
  return (
    <DataTable
      label={t('recentDatasets')}
      rows={props.datasets}
      rowKey={(dataset) => dataset.id}
      onRow={(dataset) => void navigate({ to: '/data/$datasetId', params: { datasetId: dataset.id } })}
      columns={[
        { key: 'name', header: t('name'), fluid: true, render: (dataset) => <MiddleTruncate text={dataset.name} /> },
        { key: 'rows', header: t('rows'), right: true, render: (dataset) => format.integer(dataset.rows) },
        { key: 'columns', header: t('columns'), right: true, render: (dataset) => format.integer(dataset.columns) },
        { key: 'size', header: t('size'), right: true, render: (dataset) => format.bytes(dataset.bytes) },
        {
          key: 'updated',
          header: t('updated'),
          right: true,
          render: (dataset) => <RelativeTime at={dataset.updatedAt} />,
        },
      ]}
    />
  );
}

/** The last few jobs. */
export function RecentJobs(props: { readonly jobs: HomeData['recentJobs'] }) {
  const t = useMessages(homeMessages);
  if (props.jobs.length === 0) return <p className={classes.quiet}>{t('recentJobsNone')}</p>;
  return (
    <div>
      {props.jobs.slice(0, 6).map((job) => (
        <div key={job.id} className={classes.job}>
          <JobProgress job={job} />
        </div>
      ))}
    </div>
  );
}
