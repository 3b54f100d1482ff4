/** Whether the model is equally good for everybody: its metric by segment, with rows and interval. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ModelDetail, Quality } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { isHigherBetter } from '../../lib/metrics.ts';
import { Badge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MetricEstimate, useMetricWords } from '../../ui/metric.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { rateSegment } from './curve-readings.ts';
import { IntervalBar } from './interval-bar.tsx';
import { qualityMessages } from './quality-messages.ts';

const route = getRouteApi('/models/$modelId');
const fewRows = 100;

type Segment = Quality['segments'][number];
type Props = { readonly model: ModelDetail; readonly overall: Quality; readonly column: string | null };

/** The table of segments with a choice of the column to split by. */
export function Segments(props: Props) {
  const t = useMessages(qualityMessages);
  const navigate = route.useNavigate();
  const { model, overall, column } = props;
  const query = useQuery(
    orpc.models.quality.queryOptions({
      input: { id: model.id, ...(column === null ? {} : { segmentBy: column }) },
    }),
  );
  return (
    <Section
      title={t('segments')}
      hint={t('segmentsHint')}
      actions={
        <Select
          w={240}
          size="xs"
          aria-label={t('segmentBy')}
          data={model.inputs.map((input) => input.name)}
          value={column}
          searchable
          onChange={(value) =>
            void navigate({
              search: (old) => ({ ...old, segment: value ?? undefined }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      }
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={6} />}>
        {(quality) => <SegmentTable model={model} overall={overall} segments={quality.segments} />}
      </QueryView>
    </Section>
  );
}

function SegmentTable(props: {
  readonly model: ModelDetail;
  readonly overall: Quality;
  readonly segments: readonly Segment[];
}) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const words = useMetricWords();
  const { model, overall, segments } = props;
  const { metric } = model;
  const all = overall.metrics[metric]?.value ?? model.score.value;
  const ends = segments.flatMap(({ score }) => [score.low ?? score.value, score.high ?? score.value]);
  const [from, to] = [Math.min(all, ...ends), Math.max(all, ...ends)];
  const columns: readonly TableColumn<Segment>[] = [
    {
      key: 'segment',
      header: t('segment'),
      width: '30%',
      render: (row) => <MiddleTruncate text={`${row.column} = ${row.value}`} tail={14} />,
    },
    { key: 'rows', header: t('segmentRows'), right: true, render: (row) => format.integer(row.rows) },
    {
      key: 'score',
      header: words.name(metric),
      right: true,
      render: (row) => <MetricEstimate metric={metric} estimate={row.score} />,
    },
    {
      key: 'interval',
      header: t('segmentInterval'),
      width: '28%',
      render: (row) => <IntervalBar estimate={row.score} reference={all} from={from} to={to} />,
    },
    {
      key: 'against',
      header: t('segmentAgainst'),
      render: (row) => {
        const rating = rateSegment(row.score, all, isHigherBetter(metric));
        if (row.rows < fewRows) return <Badge tone="neutral">{t('segmentSmall')}</Badge>;
        if (rating === 'worse') return <Badge tone="warn">{t('segmentBelow')}</Badge>;
        return rating === 'better' ? <Badge tone="good">{t('segmentAbove')}</Badge> : t('segmentSame');
      },
    },
  ];
  return (
    <DataTable
      label={t('segments')}
      columns={columns}
      rows={segments}
      rowKey={(row) => `${row.column}=${row.value}`}
      empty={t('segmentsEmpty')}
      maxHeight={520}
    />
  );
}
