/** Figures with their words: a stat, a term explained on hover, an estimate with its uncertainty, a list of facts. */
import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EstimateLike } from '../lib/format.ts';
import { useFormat, useMessages } from '../lib/locale.tsx';
import { uiMessages } from './messages.ts';
import classes from './text.module.css';

/** How a figure or badge is tinted; always beside a word, never colour alone. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'neutral';

/** A row of stats. */
export function StatRow(props: { readonly children: ReactNode }) {
  return <div className={classes.stats}>{props.children}</div>;
}

/** One figure with its label above and, where it helps, a short hint below. */
export function Stat(props: {
  readonly label: ReactNode;
  readonly value: ReactNode;
  readonly hint?: ReactNode;
  readonly tone?: Tone;
}) {
  return (
    <div className={classes.stat}>
      <div className={classes.statLabel}>{props.label}</div>
      <div className={classes.statValue} data-tone={props.tone}>
        {props.value}
      </div>
      {props.hint === undefined ? null : <div className={classes.statHint}>{props.hint}</div>}
    </div>
  );
}

/** A word of the trade, explained on hover and on focus. */
export function Term(props: { readonly children: ReactNode; readonly hint: string }) {
  return (
    <Tooltip label={props.hint} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation must be reachable by keyboard */}
      <span className={classes.term} tabIndex={0}>
        {props.children}
      </span>
    </Tooltip>
  );
}

/** "0.849 ± 0.010", the interval in the tooltip. */
export function EstimateText(props: { readonly estimate: EstimateLike; readonly percent?: boolean }) {
  const format = useFormat();
  const t = useMessages(uiMessages);
  const { estimate } = props;
  const scale = props.percent === true ? { percent: true } : {};
  const [value, spread] = format.estimate(estimate, scale).split(' ± ');
  const { low, high } = estimate;
  const body = (
    <span className={classes.estimate}>
      {value}
      {spread === undefined ? null : <span className={classes.spread}>{` ± ${spread}`}</span>}
    </span>
  );
  if (low === null || high === null) return body;
  const plain = (end: number) => (props.percent === true ? format.percent(end, 2) : format.significant(end, 4));
  return <Tooltip label={t('estimateRange', { low: plain(low), high: plain(high) })}>{body}</Tooltip>;
}

/** Names and values, one pair a line. */
export function Facts(props: {
  readonly items: readonly { readonly label: string; readonly value: ReactNode }[];
  /** Two pairs a line where there is room. */
  readonly wide?: boolean;
}) {
  return (
    <dl className={classes.facts} data-wide={props.wide === true || undefined}>
      {props.items.map((item) => (
        <FactPair key={item.label} label={item.label} value={item.value} />
      ))}
    </dl>
  );
}

function FactPair(props: { readonly label: string; readonly value: ReactNode }) {
  return (
    <>
      <dt>{props.label}</dt>
      <dd>{props.value}</dd>
    </>
  );
}
