/** How far the score can be trusted: corrected for selection, ties, nested and sealed scores, and what combining gained. */
import type { ModelDetail } from '../../../main/contract/models.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { useMetricFormat } from '../../ui/metric.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { cardMessages } from './card-messages.ts';

type Score = { readonly value: number; readonly low: number | null; readonly high: number | null };

/** Nothing for imported models, whose search is not known. */
export function HonestScore(props: { readonly model: ModelDetail }) {
  const t = useMessages(cardMessages);
  const format = useFormat();
  const writeMetric = useMetricFormat();
  const { honest, ensemble, metric } = props.model;
  if (honest === null) return null;
  const write = ({ value, low, high }: Score): string =>
    low === null || high === null
      ? writeMetric(metric, value)
      : `${writeMetric(metric, value)} (${writeMetric(metric, low)} … ${writeMetric(metric, high)})`;
  const gain = ensemble?.gain ?? null;
  return (
    <Section title={t('honest')}>
      <Facts
        items={[
          { label: t('honestApparent'), value: writeMetric(metric, honest.apparent) },
          {
            label: t('honestCorrected'),
            value:
              honest.score === null
                ? t('honestTooFew')
                : t('honestCorrectedText', { score: write(honest.score), candidates: honest.candidates }),
          },
          { label: t('honestTied'), value: t('honestTiedText', { count: honest.tied }) },
          ...(honest.nested === null ? [] : [{ label: t('honestNested'), value: write(honest.nested) }]),
          ...(honest.sealed === null
            ? []
            : [
                {
                  label: t('honestSealed'),
                  value: t('honestSealedText', {
                    score: write(honest.sealed.score),
                    rows: honest.sealed.rows,
                    looks: honest.sealed.looks,
                    reason: honest.sealed.reason,
                  }),
                },
              ]),
          ...(ensemble === null
            ? []
            : [
                {
                  label: t('ensemble'),
                  value:
                    gain === null
                      ? ensemble.note
                      : t('ensembleGain', {
                          note: ensemble.note,
                          loss: gain.loss,
                          value: format.significant(gain.value, 2),
                          low: format.significant(gain.low, 2),
                          high: format.significant(gain.high, 2),
                          level: format.percent(gain.level, 0),
                        }),
                },
              ]),
        ]}
      />
    </Section>
  );
}
