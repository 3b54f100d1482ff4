/** How far a model of numbers misses. */
import { useCallback } from 'react';
import type { Quality } from '../../../main/contract/models.ts';
import { residualHistogram } from '../../charts/builders/distribution.ts';
import { predictedVsActualChart } from '../../charts/builders/regression.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Column, Columns } from '../../ui/page.tsx';
import { findWorstGap, readHalfWidth } from './curve-readings.ts';
import { qualityMessages } from './quality-messages.ts';

type Residuals = NonNullable<Quality['residuals']>;

/** Predicted against actual, and the histogram of misses; nothing without residuals. */
export function NumberQuality(props: { readonly quality: Quality; readonly stacked?: boolean }) {
  const span = props.stacked === true ? 12 : 6;
  const { residuals } = props.quality;
  if (residuals === null) return null;
  return (
    <Columns>
      <Column span={span}>
        <PredictedActual residuals={residuals} />
      </Column>
      <Column span={span}>
        <Misses residuals={residuals} />
      </Column>
    </Columns>
  );
}

function PredictedActual(props: { readonly residuals: Residuals }) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const { predictedVsActual: points } = props.residuals;
  const build = useCallback((context: ChartContext) => predictedVsActualChart(context, { points }), [points]);
  const worst = findWorstGap(points);
  const gap =
    worst === null
      ? ''
      : t('predictedActualWorst', { at: format.significant(worst.x, 3), actual: format.significant(worst.y, 3) });
  return (
    <Chart
      title={t('predictedActual')}
      reading={`${t('predictedActualReading')} ${gap}`.trim()}
      build={build}
      height={300}
    />
  );
}

function Misses(props: { readonly residuals: Residuals }) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const { histogram: bins } = props.residuals;
  const build = useCallback((context: ChartContext) => residualHistogram(context, { bins }), [bins]);
  const half = readHalfWidth(bins);
  return (
    <Chart
      title={t('residuals')}
      reading={half === null ? '' : t('residualsReading', { half: format.significant(half, 2) })}
      build={build}
      height={300}
    />
  );
}
