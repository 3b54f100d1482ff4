/** The top bar: workspace, trail, search, jobs, health. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconChevronRight, IconSearch } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { type ConnectionState, useConnection } from '../client/connection.ts';
import { useActiveJobs } from '../client/jobs.ts';
import { useMessages } from '../lib/locale.tsx';
import { crumbsSignal, jobsDrawerSignal } from '../state/frame.ts';
import { useSignal } from '../state/signal.ts';
import { MiddleTruncate } from '../ui/middle-truncate.tsx';
import { appMessages } from './messages.ts';
import classes from './shell.module.css';
import { modKey } from './shortcuts.tsx';
import { WorkspaceSwitcher } from './workspace-switcher.tsx';

function Trail() {
  const t = useMessages(appMessages);
  const crumbs = useSignal(crumbsSignal);
  return (
    <nav className={classes.trail} aria-label={t('trail')}>
      <ol>
        {crumbs.map((crumb, index) => (
          <li key={`${crumb.to ?? ''}${crumb.label}`}>
            {index === 0 ? null : <IconChevronRight size={13} aria-hidden />}
            {crumb.to === undefined ? (
              <span className={classes.crumb} aria-current="page">
                <MiddleTruncate text={crumb.label} />
              </span>
            ) : (
              <Link to={crumb.to as LinkProps['to']}>{crumb.label}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function JobsRing() {
  const t = useMessages(appMessages);
  const jobs = useActiveJobs();
  const count = jobs.length;
  const share = count === 0 ? 0 : jobs.reduce((sum, job) => sum + job.fraction, 0) / count;
  const around = 2 * Math.PI * 10;
  const label = t('jobsOpen', { count });
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={30}
        variant="subtle"
        color="gray"
        className={classes.ring ?? ''}
        aria-label={label}
        onClick={() => jobsDrawerSignal.set(true)}
      >
        <svg width={26} height={26} viewBox="0 0 26 26" aria-hidden="true">
          <circle cx={13} cy={13} r={10} fill="none" stroke="var(--aug-hairline-strong)" strokeWidth={2} />
          {count === 0 ? null : (
            <circle
              cx={13}
              cy={13}
              r={10}
              fill="none"
              stroke="var(--aug-accent)"
              strokeWidth={2.5}
              strokeDasharray={`${Math.max(0.04, share) * around} ${around}`}
              transform="rotate(-90 13 13)"
            />
          )}
          <text x={13} y={17} textAnchor="middle">
            {count}
          </text>
        </svg>
      </ActionIcon>
    </Tooltip>
  );
}

const healthWord = {
  open: 'healthOpen',
  connecting: 'healthConnecting',
  lost: 'healthLost',
  restarted: 'healthRestarted',
  unauthorised: 'unauthorisedTitle',
} as const satisfies Record<ConnectionState, string>;

function Health() {
  const t = useMessages(appMessages);
  const state = useConnection();
  const label = t(healthWord[state]);
  return (
    <Tooltip label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the state must be reachable by keyboard */}
      <span className={classes.health} role="img" aria-label={label} tabIndex={0}>
        <span className={classes.dot} data-state={state} />
      </span>
    </Tooltip>
  );
}

/** The bar above every page. */
export function Topbar() {
  const t = useMessages(appMessages);
  return (
    <header className={classes.topbar}>
      <WorkspaceSwitcher />
      <span className={classes.divider} />
      <Trail />
      <button type="button" className={classes.search} onClick={() => spotlight.open()}>
        <IconSearch size={15} aria-hidden />
        <span>{t('paletteOpen')}</span>
        <kbd>{modKey('K')}</kbd>
      </button>
      <JobsRing />
      <Health />
    </header>
  );
}
