import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import classes from './home.module.css';
import type { HomeData } from './home-data.ts';
import { homeMessages } from './messages.ts';

type Item = HomeData['attention'][number];

function WayTo(props: { readonly target: Item['target'] }) {
  const t = useMessages(homeMessages);
  const { noun, id } = props.target;
  const look = { size: 'xs', variant: 'default', children: t('open') } as const;
  if (noun === 'settings') return <LinkButton {...look} to="/settings" />;
  if (noun === 'jobs') return <LinkButton {...look} to="/jobs" search={id === null ? {} : { job: id }} />;
  if (noun === 'datasets') {
    return id === null ? (
      <LinkButton {...look} to="/data" />
    ) : (
      <LinkButton {...look} to="/data/$datasetId" params={{ datasetId: id }} />
    );
  }
  return id === null ? (
    <LinkButton {...look} to="/models" />
  ) : (
    <LinkButton {...look} to="/models/$modelId" params={{ modelId: id }} />
  );
}

/** What needs attention, each with the way to it. */
export function Attention(props: { readonly items: readonly Item[] }) {
  const t = useMessages(homeMessages);
  if (props.items.length === 0) return <p className={classes.quiet}>{t('attentionNone')}</p>;
  return (
    <div className={classes.attention}>
      {props.items.map((item) => (
        <Notice
          key={`${item.kind}${item.title}${item.target.id ?? ''}`}
          tone={item.severity}
          title={item.title}
          actions={<WayTo target={item.target} />}
        >
          {item.detail}
        </Notice>
      ))}
    </div>
  );
}
