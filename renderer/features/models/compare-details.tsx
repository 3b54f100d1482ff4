/** Metric by metric, how the two were made, and their reliability side by side. */
import { useQuery } from '@tanstack/react-query';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MetricEstimate, MetricName, useMetricFormat } from '../../ui/metric.tsx';
import { Column, Columns, Section } from '../../ui/page.tsx';
import { Term } from '../../ui/stat.tsx';
import { QueryView, SkeletonChart } from '../../ui/states.tsx';
import { CompareFacts } from './compare-facts.tsx';
import { buildMetricLines, type MetricLine } from './compare-metrics.ts';
import { modelsMessages } from './messages.ts';
import { ModelHeader } from './model-header.tsx';
import { BinaryCharts } from './quality-binary.tsx';
import { ClassQuality } from './quality-classes.tsx';
import { NumberQuality } from './quality-numbers.tsx';

type Pair = { readonly a: ModelDetail; readonly b: ModelDetail };

/** Everything below the verdict. */
export function CompareDetails(props: Pair) {
  const t = useMessages(modelsMessages);
  const { a, b } = props;
  return (
    <>
      <Columns>
        <Column span={12} wide={7}>
          <Section title={t('sideBySide')}>
            <MetricTable a={a} b={b} />
          </Section>
        </Column>
        <Column span={12} wide={5}>
          <CompareFacts a={a} b={b} />
        </Column>
      </Columns>
      <Columns>
        {[a, b].map((model) => (
          <Column key={model.id} span={6}>
            <Section title={model.name}>
              <ModelCharts model={model} />
            </Section>
          </Column>
        ))}
      </Columns>
    </>
  );
}

function MetricTable(props: Pair) {
  const t = useMessages(modelsMessages);
  const writeMetric = useMetricFormat();
  const { a, b } = props;
  const side = (line: MetricLine, key: 'a' | 'b') => {
    const estimate = line[key];
    return estimate === null ? '–' : <MetricEstimate metric={line.metric} estimate={estimate} />;
  };
  const columns: readonly TableColumn<MetricLine>[] = [
    { key: 'metric', header: t('metric'), render: (line) => <MetricName metric={line.metric} /> },
    { key: 'a', header: <ModelHeader name={a.name} />, right: true, render: (line) => side(line, 'a') },
    { key: 'b', header: <ModelHeader name={b.name} />, right: true, render: (line) => side(line, 'b') },
    {
      key: 'difference',
      header: t('gain'),
      right: true,
      render: (line) => (line.difference === null ? '–' : writeMetric(line.metric, Math.abs(line.difference))),
    },
    {
      key: 'better',
      header: t('betterColumn'),
      render: (line) => {
        if (line.better === null) return '–';
        if (line.better === 'unclear') return <Term hint={t('unclearHint')}>{t('betterUnclear')}</Term>;
        return <Badge tone="good">{t(line.better === 'a' ? 'betterA' : 'betterB')}</Badge>;
      },
    },
  ];
  return (
    <DataTable
      label={t('sideBySide')}
      columns={columns}
      rows={buildMetricLines(a.metric, a.metrics, b.metrics)}
      rowKey={(line) => line.metric}
    />
  );
}

function ModelCharts(props: { readonly model: ModelDetail }) {
  const query = useQuery(orpc.models.quality.queryOptions({ input: { id: props.model.id } }));
  return (
    <QueryView query={query} skeleton={<SkeletonChart height={260} />}>
      {(quality) =>
        quality.task === 'binary' ? (
          <BinaryCharts quality={quality} stacked />
        ) : quality.task === 'multiclass' ? (
          <ClassQuality quality={quality} stacked />
        ) : (
          <NumberQuality quality={quality} stacked />
        )
      }
    </QueryView>
  );
}
