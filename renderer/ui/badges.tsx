/** Badges and notices: a tint, a mark and a word. */
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconInfoCircle,
  IconPlayerPause,
  IconProgress,
  IconX,
} from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import type { JobSnapshot } from '../../main/contract/jobs.ts';
import { useMessages } from '../lib/locale.tsx';
import { uiMessages } from './messages.ts';
import type { Tone } from './stat.tsx';
import classes from './text.module.css';

/** Severities of findings and attention items. */
export type Severity = 'info' | 'warn' | 'block' | 'bad';

const severityTone = { info: 'info', warn: 'warn', block: 'bad', bad: 'bad' } as const;
const severityWord = {
  info: 'severityInfo',
  warn: 'severityWarn',
  block: 'severityBlock',
  bad: 'severityBad',
} as const;

/** The icon that goes with a tone. */
export function ToneIcon(props: { readonly tone: Tone; readonly size?: number }) {
  const size = props.size ?? 16;
  if (props.tone === 'good') return <IconCircleCheck size={size} aria-hidden />;
  if (props.tone === 'warn') return <IconAlertTriangle size={size} aria-hidden />;
  if (props.tone === 'bad') return <IconBan size={size} aria-hidden />;
  return <IconInfoCircle size={size} aria-hidden />;
}

/** A small tinted word. */
export function Badge(props: { readonly tone: Tone; readonly icon?: ReactNode; readonly children: ReactNode }) {
  return (
    <span className={classes.badge} data-tone={props.tone}>
      {props.icon}
      {props.children}
    </span>
  );
}

/** How serious a finding is, in a word. */
export function SeverityBadge(props: { readonly severity: Severity; readonly children?: ReactNode }) {
  const t = useMessages(uiMessages);
  const tone = severityTone[props.severity];
  return (
    <Badge tone={tone} icon={<ToneIcon tone={tone} size={13} />}>
      {props.children ?? t(severityWord[props.severity])}
    </Badge>
  );
}

const stateLook = {
  queued: ['neutral', 'stateQueued', IconClock],
  running: ['info', 'stateRunning', IconProgress],
  succeeded: ['good', 'stateSucceeded', IconCircleCheck],
  failed: ['bad', 'stateFailed', IconX],
  cancelled: ['neutral', 'stateCancelled', IconBan],
  interrupted: ['warn', 'stateInterrupted', IconPlayerPause],
} as const;

const pauseLook = {
  running: ['info', 'statePausing', IconPlayerPause],
  interrupted: ['neutral', 'statePaused', IconPlayerPause],
} as const;

/** The state of a job, in a word; `paused`: a person paused it, or has just asked to. */
export function JobStateBadge(props: { readonly state: JobSnapshot['state']; readonly paused?: boolean | undefined }) {
  const t = useMessages(uiMessages);
  const { state, paused } = props;
  const byPause = paused === true && (state === 'running' || state === 'interrupted') ? pauseLook[state] : null;
  const [tone, word, Icon] = byPause ?? stateLook[state];
  return (
    <Badge tone={tone} icon={<Icon size={13} aria-hidden />}>
      {t(word)}
    </Badge>
  );
}

/** A calm message in the flow of a page. */
export function Notice(props: {
  readonly tone: Tone;
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}) {
  const style: CSSProperties & Record<`--${string}`, string> = {
    '--aug-tone': `var(--aug-${props.tone === 'neutral' ? 'dimmed' : props.tone})`,
  };
  return (
    <div className={classes.notice} style={style} role={props.tone === 'bad' ? 'alert' : 'note'}>
      <ToneIcon tone={props.tone} />
      <div className={classes.noticeBody}>
        {props.title === undefined ? null : <div className={classes.noticeTitle}>{props.title}</div>}
        {props.children}
      </div>
      {props.actions === undefined ? null : <div className={classes.noticeActions}>{props.actions}</div>}
    </div>
  );
}
