/** The quantiles of one answer on a line from the lowest to the highest, each with its level and value. */
import type { Prediction } from '../../../main/contract/predictions.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { predictMessages } from './messages.ts';
import classes from './quantile-bar.module.css';
import { placeQuantiles } from './quantile-places.ts';

/** Nothing where the model predicts no quantiles, or one only. */
export function QuantileBar(props: {
  readonly quantiles: Prediction['quantiles'];
  readonly write: (value: number) => string;
}) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const places = placeQuantiles(props.quantiles);
  if (places.length === 0) return null;
  const shown = places.filter((place, i) => place.middle || i === 0 || i === places.length - 1);
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>{t('quantiles')}</figcaption>
      <div className={classes.line} aria-hidden>
        {places.map(({ level, at, middle }) => (
          <span
            key={level}
            className={classes.mark}
            data-middle={middle || undefined}
            style={{ left: `${at * 100}%` }}
          />
        ))}
      </div>
      <ul className={classes.labels}>
        {shown.map(({ level, value }) => (
          <li key={level}>
            <span className={classes.level}>{t('quantileLevel', { level: format.percent(level, 1) })}</span>
            {props.write(value)}
          </li>
        ))}
      </ul>
    </figure>
  );
}
