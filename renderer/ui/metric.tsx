/** A metric by its plain name, explained on hover, and its values in the shape that suits it. */
import type { EstimateLike } from '../lib/format.ts';
import { useFormat, useMessages } from '../lib/locale.tsx';
import { findMetricKey, isShareMetric, metricMessages } from '../lib/metrics.ts';
import { EstimateText, Term } from './stat.tsx';

/** The words of metrics: name and one-sentence help; unknown metrics keep their own name. */
export function useMetricWords() {
  const t = useMessages(metricMessages);
  return {
    name: (metric: string): string => {
      const key = findMetricKey(metric);
      return key === null ? metric : t(key);
    },
    help: (metric: string): string => {
      const key = findMetricKey(`${metric}_help`);
      return key === null ? '' : t(key);
    },
  };
}

/** The name of a metric with its explanation on hover. */
export function MetricName(props: { readonly metric: string }) {
  const words = useMetricWords();
  const help = words.help(props.metric);
  return help === '' ? words.name(props.metric) : <Term hint={help}>{words.name(props.metric)}</Term>;
}

/** A score with its interval, in percent where the metric is a share. */
export function MetricEstimate(props: { readonly metric: string; readonly estimate: EstimateLike }) {
  return isShareMetric(props.metric) ? (
    <EstimateText estimate={props.estimate} percent />
  ) : (
    <EstimateText estimate={props.estimate} />
  );
}

/** Formats a single value of a metric, without interval. */
export function useMetricFormat(): (metric: string, value: number) => string {
  const format = useFormat();
  return (metric, value) => {
    if (isShareMetric(metric)) return format.percent(value, 1);
    return Math.abs(value) >= 100 ? format.number(value, 1) : format.fixed(value, 3);
  };
}
