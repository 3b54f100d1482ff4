/** The answer: the figure, the decision that follows from it, one sentence, and what is worth knowing. */
import { useCallback, useMemo } from 'react';
import type { ModelDetail } from '../../../main/contract/models.ts';
import type { Prediction } from '../../../main/contract/predictions.ts';
import { barsChart } from '../../charts/builders/distribution.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge, Notice } from '../../ui/badges.tsx';
import { Term } from '../../ui/stat.tsx';
import { predictMessages } from './messages.ts';
import classes from './predict.module.css';
import { QuantileBar } from './quantile-bar.tsx';
import { readOutput } from './what-if.ts';

type Props = {
  readonly model: ModelDetail;
  readonly prediction: Prediction;
  /** The answer without the what-if changes, when there are some. */
  readonly before: Prediction | null;
  readonly stale: boolean;
};

/** Writes the figure a prediction is compared by. */
export function useWriteOutput(model: Pick<ModelDetail, 'task'>): (value: number) => string {
  const format = useFormat();
  return (value) => (model.task === 'regression' ? format.significant(value, 5) : format.percent(value, 1));
}

/** The answer. */
export function AnswerPanel(props: Props) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const write = useWriteOutput(props.model);
  const { model, prediction, before, stale } = props;
  const output = readOutput(prediction);
  const was = before === null ? null : readOutput(before);
  const label = {
    binary: t('answerProbability', { label: `${model.target} = ${model.positive ?? ''}` }),
    multiclass: t('answerClass'),
    regression: t('answerValue', { target: model.target }),
  }[model.task];
  const figure = output === null ? String(prediction.prediction) : write(output);
  return (
    <div className={classes.fresh} data-stale={stale || undefined} aria-live="polite">
      <div className={classes.answer}>
        <div>
          <div className={classes.answerLabel}>
            {label} {t('took', { time: format.duration(prediction.milliseconds / 1000) })}
          </div>
          <div className={classes.answerValue}>
            {model.task === 'multiclass' ? String(prediction.prediction) : figure}
            {was === null ? null : <span className={classes.answerWas}>{t('was', { value: write(was) })}</span>}
          </div>
          {model.task === 'multiclass' ? (
            <div className={classes.answerLabel}>{t('answerClassHint', { probability: figure })}</div>
          ) : null}
          <Range prediction={prediction} write={write} />
          <QuantileBar quantiles={prediction.quantiles} write={write} />
        </div>
        <Decision prediction={prediction} />
      </div>
      <p className={classes.sentence}>{prediction.sentence}</p>
      {prediction.warnings.length === 0 ? null : (
        <div className={classes.warnings}>
          <Notice tone="warn" title={t('warnings')}>
            <ul>
              {prediction.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
      {model.task === 'multiclass' ? <Probabilities prediction={prediction} /> : null}
    </div>
  );
}

/** The interval, set or Venn–Abers pair of the answer; the reason on hover, or why there is none. */
function Range(props: { readonly prediction: Prediction; readonly write: (value: number) => string }) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const { interval, intervalNote, probability, probabilityRange } = props.prediction;
  const lines: string[] = [];
  if (interval !== null) {
    const level = format.percent(interval.level, 0);
    const { low, high, set } = interval;
    if (low !== null && high !== null) {
      lines.push(t('interval', { level, low: props.write(low), high: props.write(high) }));
    } else if (set !== null) lines.push(t('intervalSet', { level, labels: set.join(', ') }));
  }
  // A pair that does not hold the calibrated probability belongs to another calibrator's answer and would only confuse
  if (
    probabilityRange !== null &&
    probability !== null &&
    probability >= probabilityRange.low &&
    probability <= probabilityRange.high
  ) {
    const { low, high } = probabilityRange;
    lines.push(t('probabilityRange', { low: props.write(low), high: props.write(high) }));
  }
  return (
    <div className={classes.answerLabel}>
      {lines.map((line) => (
        <div key={line}>
          <Term hint={intervalNote}>{line}</Term>
        </div>
      ))}
      {interval === null ? <div>{t('noInterval', { reason: intervalNote })}</div> : null}
    </div>
  );
}

function Decision(props: { readonly prediction: Prediction }) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const { decision, probability } = props.prediction;
  if (decision === null) return <span />;
  const acts = probability !== null && probability >= decision.threshold;
  return (
    <div className={classes.decision}>
      <Badge tone={acts ? 'info' : 'neutral'}>{decision.action}</Badge>
      <div>{t('decisionHint', { threshold: format.fixed(decision.threshold, 3) })}</div>
      {decision.expectedProfit === null ? null : (
        <div>{t('decisionProfit', { money: format.number(decision.expectedProfit, 2) })}</div>
      )}
    </div>
  );
}

const shownClasses = 7;

function Probabilities(props: { readonly prediction: Prediction }) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const { probabilities } = props.prediction;
  const sorted = useMemo(() => [...probabilities].sort((a, b) => b.probability - a.probability), [probabilities]);
  const build = useCallback(
    (context: ChartContext) =>
      barsChart(context, {
        items: sorted.slice(0, shownClasses).map((each) => ({ label: each.label, value: each.probability })),
        name: t('probabilities'),
        labelName: t('answerClass'),
        format: (value) => format.percent(value, 1),
      }),
    [sorted, t, format],
  );
  const [first, second] = sorted;
  const reading =
    first === undefined || second === undefined
      ? ''
      : t('probabilitiesReading', {
          first: first.label,
          firstShare: format.percent(first.probability, 1),
          second: second.label,
          secondShare: format.percent(second.probability, 1),
        });
  const height = 50 + 24 * Math.min(shownClasses, probabilities.length);
  return <Chart title={t('probabilities')} reading={reading} build={build} height={height} />;
}
