/** Reliability, lift, ROC and precision–recall of a yes-or-no model. */
import { useCallback } from 'react';
import type { Quality } from '../../../main/contract/models.ts';
import { gainChart, precisionRecallChart, reliabilityChart, rocChart } from '../../charts/builders/curves.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Column, Columns } from '../../ui/page.tsx';
import { findPositiveShare, readAtX } from './curve-readings.ts';
import { qualityMessages } from './quality-messages.ts';

type Props = { readonly quality: Quality };

/** The four pictures of a binary model; `stacked` where there is only half a page. */
export function BinaryCharts(props: Props & { readonly stacked?: boolean }) {
  const room = props.stacked === true ? { span: 12, wide: 6 } : { span: 6, wide: 3 };
  return (
    <Columns>
      <Column {...room}>
        <Reliability {...props} />
      </Column>
      <Column {...room}>
        <Lift {...props} />
      </Column>
      <Column {...room}>
        <Roc {...props} />
      </Column>
      <Column {...room}>
        <PrecisionRecall {...props} />
      </Column>
    </Columns>
  );
}

const none = (count: number, text: string) => (count === 0 ? text : null);

/** Stated probability against observed share, before and after calibration. */
export function Reliability(props: Props) {
  const t = useMessages(qualityMessages);
  const { reliability: points, reliabilityBefore: before, readings } = props.quality;
  const build = useCallback((context: ChartContext) => reliabilityChart(context, { points, before }), [points, before]);
  return (
    <Chart
      title={t('reliability')}
      reading={readings.calibration}
      build={build}
      height={260}
      empty={none(points.length, t('reliabilityEmpty'))}
    />
  );
}

function Lift(props: Props) {
  const t = useMessages(qualityMessages);
  const { lift: points, readings } = props.quality;
  const build = useCallback((context: ChartContext) => gainChart(context, { points }), [points]);
  return (
    <Chart
      title={t('lift')}
      reading={readings.lift}
      build={build}
      height={260}
      empty={none(points.length, t('reliabilityEmpty'))}
    />
  );
}

function Roc(props: Props) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const { roc: points, metrics } = props.quality;
  const build = useCallback((context: ChartContext) => rocChart(context, { points }), [points]);
  const auc = metrics.auc;
  return (
    <Chart
      title={t('roc')}
      reading={auc === undefined ? t('rocReadingPlain') : t('rocReading', { share: format.percent(auc.value, 0) })}
      build={build}
      height={260}
      empty={none(points.length, t('reliabilityEmpty'))}
    />
  );
}

function PrecisionRecall(props: Props) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const { precisionRecall: points } = props.quality;
  const positiveShare = findPositiveShare(props.quality) ?? 0;
  const build = useCallback(
    (context: ChartContext) => precisionRecallChart(context, { points, positiveShare }),
    [points, positiveShare],
  );
  const half = readAtX(points, 0.5);
  return (
    <Chart
      title={t('precisionRecall')}
      reading={
        half === null
          ? t('precisionRecallPlain')
          : t('precisionRecallReading', {
              precision: format.percent(half, 0),
              chance: format.percent(positiveShare, 0),
            })
      }
      build={build}
      height={260}
      empty={none(points.length, t('reliabilityEmpty'))}
    />
  );
}
