import type { ColumnProfile, DatasetDetail } from '../../../main/contract/datasets.ts';
import { SparkBars } from '../../charts/sparkline.tsx';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import classes from './grid.module.css';
import { headerMessages } from './header-messages.ts';
import { useProfile } from './use-profile.ts';

/** Counts to draw: the histogram, or the most frequent values in order. */
const countsOf = (column: ColumnProfile): readonly number[] =>
  column.histogram.length > 0
    ? column.histogram.map(({ count }) => count)
    : column.top.slice(0, 10).map(({ count }) => count);

/** What a column holds, under its name: a small histogram, and a bar as long as the share that is there. */
export function HeaderPicture(props: { readonly dataset: DatasetDetail; readonly column: string }) {
  const t = useMessages(headerMessages);
  const format = useFormat();
  const profile = useProfile(props.dataset);
  const column = profile.data?.columns.find(({ name }) => name === props.column);
  if (column === undefined) return <span className={classes.picture} />;
  const missing = column.rows === 0 ? 0 : column.missing / column.rows;
  const words = t('summary', {
    column: column.name,
    distinct: format.integer(column.distinct),
    missing: format.percent(missing),
  });
  return (
    <span className={classes.picture} title={words}>
      <SparkBars values={countsOf(column)} label={words} width={72} height={14} />
      <span className={classes.present} data-missing={missing > 0 || undefined}>
        <span style={{ width: `${100 * (1 - missing)}%` }} />
      </span>
    </span>
  );
}
