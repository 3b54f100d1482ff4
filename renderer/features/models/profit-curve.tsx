/** The profit curve with a threshold that is dragged, typed with arrow keys, or picked on the curve. */
import { Button, Slider } from '@mantine/core';
import { type KeyboardEvent, useCallback, useEffect, useState } from 'react';
import type { DecisionCurve } from '../../../main/contract/decisions.ts';
import { profitChart } from '../../charts/builders/profit.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Term } from '../../ui/stat.tsx';
import classes from './decide.module.css';
import { decideMessages } from './decide-messages.ts';
import { findNearestPoint, moveThreshold, roundThreshold } from './threshold.ts';

/** The curve and, in line with its axis, the slider. */
export function ProfitCurve(props: {
  readonly curve: DecisionCurve;
  readonly threshold: number;
  readonly isBest: boolean;
  readonly onThreshold: (threshold: number | undefined) => void;
}) {
  const t = useMessages(decideMessages);
  const format = useFormat();
  const { curve, onThreshold } = props;
  const [at, setAt] = useState(props.threshold);
  useEffect(() => setAt(props.threshold), [props.threshold]);
  const { points, best, policy } = curve;
  const build = useCallback(
    (context: ChartContext) =>
      profitChart(context, { points, best: best.threshold, chosen: at, currency: policy.currency }),
    [points, best.threshold, at, policy.currency],
  );
  const pick = useCallback(
    (row: number) => {
      const point = points[row];
      if (point !== undefined) onThreshold(roundThreshold(point.threshold));
    },
    [points, onThreshold],
  );
  const move = (event: KeyboardEvent) => {
    const next = moveThreshold(at, event.key, event.shiftKey);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    setAt(next);
    onThreshold(next);
  };
  const here = findNearestPoint(points, at);
  const profit = here === null ? '' : format.money(here.profit, policy.currency);
  return (
    <>
      <Chart
        title={t('curve')}
        reading={curve.reading}
        build={build}
        height={300}
        onPick={pick}
        empty={points.length === 0 ? t('curveEmpty') : null}
      />
      <div className={classes.threshold}>
        <div className={classes.slider} onKeyDownCapture={move}>
          <Slider
            min={0}
            max={1}
            step={0.001}
            value={at}
            size="sm"
            label={(value) => format.fixed(value, 3)}
            thumbLabel={t('threshold')}
            thumbProps={{ 'aria-valuetext': `${format.fixed(at, 3)}, ${profit}` }}
            onChange={setAt}
            onChangeEnd={(value) => onThreshold(roundThreshold(value))}
          />
        </div>
        <div className={classes.thresholdRow}>
          <Term hint={t('thresholdHint')}>{t('threshold')}</Term>
          <span className={classes.thresholdValue}>{format.fixed(at, 3)}</span>
          <Button
            size="compact-xs"
            variant="default"
            disabled={props.isBest && at === props.threshold}
            onClick={() => onThreshold(roundThreshold(best.threshold))}
          >
            {t('useBest')}
          </Button>
        </div>
      </div>
    </>
  );
}
