import { useMessages } from '../../lib/locale.tsx';
import { SeverityBadge } from '../../ui/badges.tsx';
import classes from './data.module.css';
import { dataMessages } from './messages.ts';

/** How many findings of each severity a data set has, in words. */
export function QualityDots(props: {
  readonly findings: { readonly info: number; readonly warn: number; readonly block: number };
}) {
  const t = useMessages(dataMessages);
  const { info, warn, block } = props.findings;
  if (info + warn + block === 0) return <span className={classes.dimmed}>{t('qualityNone')}</span>;
  return (
    <span className={classes.dots}>
      {block > 0 ? <SeverityBadge severity="block">{t('findingsBlock', { count: block })}</SeverityBadge> : null}
      {warn > 0 ? <SeverityBadge severity="warn">{t('findingsWarn', { count: warn })}</SeverityBadge> : null}
      {info > 0 ? <SeverityBadge severity="info">{t('findingsInfo', { count: info })}</SeverityBadge> : null}
    </span>
  );
}
