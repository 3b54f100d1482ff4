/** A feature in words. */
import type { FeatureSpec } from '../../../main/contract/feature-sets.ts';

type Word =
  | 'feature_latest'
  | 'feature_lag'
  | 'window_all'
  | 'window_rows'
  | 'window_sliding'
  | 'window_tumbling'
  | 'window_session';

/** What it computes, of which column, from where; queries show their text. */
export function describeFeature(feature: FeatureSpec, t: (key: Word) => string): string {
  if (feature.kind === 'query') return feature.sql;
  if (feature.kind === 'join') return `${feature.source}.${feature.column}`;
  if (feature.kind === 'latest') return `${t('feature_latest')}: ${feature.source}.${feature.column}`;
  if (feature.kind === 'lag') return `${t('feature_lag')} (${feature.steps}): ${feature.source}.${feature.column}`;
  const { window } = feature;
  const size = window.kind === 'rows' ? ` ${window.rows}` : 'seconds' in window ? ` ${window.seconds / 3600} h` : '';
  return `${feature.aggregate}(${feature.source}.${feature.column ?? '*'}) · ${t(`window_${window.kind}`)}${size}`;
}
