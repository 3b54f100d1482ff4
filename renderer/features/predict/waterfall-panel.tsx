/** How the answer comes about: from an average row to this one, column by column. */
import { SegmentedControl } from '@mantine/core';
import { useCallback, useState } from 'react';
import type { Cell } from '../../../main/contract/common.ts';
import type { Prediction } from '../../../main/contract/predictions.ts';
import { waterfallChart } from '../../charts/builders/waterfall.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { predictMessages } from './messages.ts';
import classes from './predict.module.css';
import { buildWaterfall, hasProbabilityUnits, type WaterfallUnits } from './waterfall-steps.ts';

const shownSteps = 9;

/** The waterfall with its units and the key factors in words. */
export function WaterfallPanel(props: { readonly prediction: Prediction; readonly columns: number }) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const { prediction } = props;
  const rescalable = hasProbabilityUnits(prediction);
  const [chosen, setChosen] = useState<WaterfallUnits>('margin');
  const units = rescalable ? chosen : 'margin';
  const build = useCallback(
    (context: ChartContext) => {
      const cell = (value: Cell) =>
        typeof value === 'number' ? format.significant(value, 4) : value === null ? t('missing') : String(value);
      const data = buildWaterfall(prediction, units, (column, value) => t('value', { column, value: cell(value) }));
      const write = units === 'probability' ? { format: (value: number) => format.percent(value, 1) } : {};
      return waterfallChart(context, { ...data, ...write, limit: shownSteps });
    },
    [prediction, units, t, format],
  );
  const data = buildWaterfall(prediction, units, (column) => column);
  const plain = (value: number) => (units === 'probability' ? format.percent(value, 1) : format.significant(value, 3));
  return (
    <div className={classes.block}>
      <Chart
        title={t('waterfall')}
        reading={t('waterfallReading', { base: plain(data.base), output: plain(data.output) })}
        build={build}
        height={56 + 26 * Math.min(shownSteps + 3, props.columns + 2)}
        actions={
          rescalable ? (
            <SegmentedControl
              size="xs"
              aria-label={t('units')}
              title={t('unitsNote')}
              value={units}
              data={[
                { value: 'margin', label: t('unitsMargin') },
                { value: 'probability', label: t('unitsProbability') },
              ]}
              onChange={(value) => setChosen(value === 'probability' ? 'probability' : 'margin')}
            />
          ) : null
        }
      />
      {prediction.keyFactors.length === 0 ? null : (
        <Section title={t('factors')}>
          <ul className={classes.factors}>
            {prediction.keyFactors.map((factor) => (
              <li key={factor}>{factor}</li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
