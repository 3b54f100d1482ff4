/** Quality: how good the model is on rows it had not learned from, in pictures with one-sentence readings. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ModelDetail, Quality } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { MetricEstimate, MetricName, useMetricFormat } from '../../ui/metric.tsx';
import { Column, Columns } from '../../ui/page.tsx';
import { Stat, StatRow } from '../../ui/stat.tsx';
import { SkeletonChart, SkeletonStats } from '../../ui/states.tsx';
import { FairnessPanel } from './fairness-panel.tsx';
import { IntervalCoverage } from './interval-coverage.tsx';
import classes from './quality.module.css';
import { BinaryCharts } from './quality-binary.tsx';
import { ClassQuality } from './quality-classes.tsx';
import { qualityMessages } from './quality-messages.ts';
import { NumberQuality } from './quality-numbers.tsx';
import { Segments } from './segments.tsx';
import { JudgedView } from './unjudged.tsx';
import { WeakSlices } from './weak-slices.tsx';

const route = getRouteApi('/models/$modelId');

/** The Quality tab. */
export function QualityTab(props: { readonly model: ModelDetail }) {
  const { model } = props;
  const { segment, group } = route.useSearch();
  const overall = useQuery(orpc.models.quality.queryOptions({ input: { id: model.id } }));
  return (
    <JudgedView query={overall} skeleton={<QualitySkeleton />}>
      {(quality) => (
        <>
          <QualityHead model={model} quality={quality} />
          {quality.task === 'binary' ? <BinaryCharts quality={quality} /> : null}
          {quality.task === 'multiclass' ? <ClassQuality quality={quality} /> : null}
          {quality.task === 'regression' ? <NumberQuality quality={quality} /> : null}
          {quality.task === 'binary' ? <ClassQuality quality={quality} /> : null}
          <Segments model={model} overall={quality} column={segment ?? findMainInput(model)} />
          <FairnessPanel model={model} column={group ?? findGroupInput(model)} />
          <WeakSlices model={model} />
          <IntervalCoverage model={model} />
        </>
      )}
    </JudgedView>
  );
}

/** The headline reading and every metric with its interval and baseline. */
export function QualityHead(props: { readonly model: ModelDetail; readonly quality: Quality }) {
  const t = useMessages(qualityMessages);
  const writeMetric = useMetricFormat();
  const { model, quality } = props;
  const names = [model.metric, ...Object.keys(quality.metrics).filter((name) => name !== model.metric)].filter((name) =>
    isTelling(name, quality.metrics[name]?.value),
  );
  return (
    <>
      <p className={classes.headline}>{quality.readings.headline}</p>
      <p className={classes.headlineHint}>{[t('headlineHint'), ...quality.notes].join(' ')}</p>
      <div className={classes.stats}>
        <StatRow>
          {names.map((name) => {
            const estimate = quality.metrics[name];
            const baseline = name === 'ece' ? undefined : model.baselineMetrics[name];
            if (estimate === undefined) return null;
            return (
              <Stat
                key={name}
                label={<MetricName metric={name} />}
                value={<MetricEstimate metric={name} estimate={estimate} />}
                {...(baseline === undefined
                  ? {}
                  : { hint: t('metricBaseline', { value: writeMetric(name, baseline) }) })}
              />
            );
          })}
        </StatRow>
      </div>
    </>
  );
}

/** A percentage error explodes where the target comes near zero; beyond 1 000 % it says nothing. */
function isTelling(metric: string, value: number | undefined): boolean {
  return value !== undefined && Number.isFinite(value) && !(metric === 'mape' && value > 10);
}

function QualitySkeleton() {
  return (
    <>
      <SkeletonStats count={5} />
      <Columns>
        {['a', 'b', 'c', 'd'].map((key) => (
          <Column key={key} span={6}>
            <SkeletonChart />
          </Column>
        ))}
      </Columns>
    </>
  );
}

/** The column that moves the answer most: where an uneven quality would matter first. */
function findMainInput(model: ModelDetail): string | null {
  return [...model.inputs].sort((a, b) => b.importance - a.importance)[0]?.name ?? null;
}

/** The column whose values are most likely groups of people or things: the strongest of text, else the strongest. */
function findGroupInput(model: ModelDetail): string {
  const ranked = [...model.inputs].sort((a, b) => b.importance - a.importance);
  return (ranked.find(({ type }) => type === 'text' || type === 'boolean') ?? ranked[0])?.name ?? '';
}
