import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Stat, StatRow } from '../../ui/stat.tsx';
import classes from './home.module.css';
import type { HomeData } from './home-data.ts';
import { homeMessages } from './messages.ts';

/** Settled profit and what still awaits an outcome. */
export function ValueSoFar(props: { readonly value: HomeData['value'] }) {
  const t = useMessages(homeMessages);
  const format = useFormat();
  const { value } = props;
  if (value === null) return <p className={classes.quiet}>{t('valueNone')}</p>;
  return (
    <StatRow>
      <Stat
        label={t('settled')}
        value={format.number(value.settledProfit, 0)}
        hint={t('settledEntries', { count: value.settledEntries })}
        tone={value.settledProfit < 0 ? 'bad' : 'good'}
      />
      <Stat label={t('openEntries')} value={format.integer(value.openEntries)} />
    </StatRow>
  );
}
