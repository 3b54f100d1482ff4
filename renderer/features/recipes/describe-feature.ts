/** A feature and a span of time in words. */
import type { FeatureSpec } from '../../../main/contract/feature-sets.ts';
import type { Catalogue, Translate } from '../../lib/messages.ts';
import type { setMessages } from './set-messages.ts';
import { spanOf } from './spans.ts';

type KeysOf<C> = C extends Catalogue<infer K> ? K : never;
type Words = Translate<KeysOf<typeof setMessages>>;

/** A span with its unit: "3 hours". */
export function spanText(seconds: number, t: Words): string {
  const { count, unit } = spanOf(seconds);
  return t(`span_${unit}`, { count });
}

/** What it computes, of which column, from where; queries show their text. */
export function describeFeature(feature: FeatureSpec, t: Words): string {
  if (feature.kind === 'query') return feature.sql;
  const where = `${feature.source}.${feature.column ?? '*'}`;
  if (feature.kind === 'window') {
    const { window } = feature;
    const size =
      window.kind === 'rows' ? ` (${window.rows})` : 'seconds' in window ? ` (${spanText(window.seconds, t)})` : '';
    return `${t(feature.aggregate)}, ${where}, ${t(`window_${window.kind}`)}${size}`;
  }
  const back = feature.kind === 'lag' ? ` (${feature.steps})` : '';
  const within =
    feature.kind === 'join' || feature.within === undefined
      ? ''
      : `, ${t('withinSpan', { span: spanText(feature.within, t) })}`;
  return `${t(`feature_${feature.kind}`)}${back}, ${where}${within}`;
}
