/** Where a model's first trees come from, and both scores on rows that neither learned from. */
import { Link } from '@tanstack/react-router';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { useMessages } from '../../lib/locale.tsx';
import { useMetricFormat } from '../../ui/metric.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { cardMessages } from './card-messages.ts';
import classes from './models.module.css';

type Score = { readonly value: number; readonly low: number | null; readonly high: number | null };

/** Nothing for models that began anew. */
export function ContinuedFrom(props: { readonly model: ModelDetail }) {
  const t = useMessages(cardMessages);
  const writeMetric = useMetricFormat();
  const { continued } = props.model;
  if (continued == null) return null;
  const { metric } = continued;
  const write = ({ value, low, high }: Score): string =>
    low === null || high === null
      ? writeMetric(metric, value)
      : `${writeMetric(metric, value)} (${writeMetric(metric, low)} … ${writeMetric(metric, high)})`;
  return (
    <Section title={t('continued')}>
      <Facts
        items={[
          {
            label: t('continuedFrom'),
            value: (
              <Link to="/models/$modelId" params={{ modelId: continued.modelId }} className={classes.link ?? ''}>
                {continued.name}
              </Link>
            ),
          },
          {
            label: t('continuedTrees'),
            value: t('continuedTreesText', { old: continued.trees, added: continued.added }),
          },
          { label: t('continuedBefore'), value: write(continued.before) },
          { label: t('continuedAfter'), value: write(continued.after) },
          ...(continued.difference === null
            ? []
            : [{ label: t('continuedDifference'), value: write(continued.difference) }]),
        ]}
      />
    </Section>
  );
}
