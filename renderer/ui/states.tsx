/** What a view shows when there is nothing, not yet anything, or a failure. Skeletons appear only after 120 ms. */
import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Problem, toProblem } from '../client/problem.ts';
import { useMessages } from '../lib/locale.tsx';
import { CopyButton } from './copy.tsx';
import { uiMessages } from './messages.ts';
import { Facts } from './stat.tsx';
import classes from './states.module.css';

/** Nothing here yet: says so, why, and what to do. */
export function EmptyState(props: {
  readonly title: string;
  readonly text?: ReactNode;
  readonly actions?: ReactNode;
  readonly compact?: boolean;
}) {
  return (
    <div className={classes.empty} data-compact={props.compact === true || undefined}>
      <h3 className={classes.emptyTitle}>{props.title}</h3>
      {props.text === undefined ? null : <p className={classes.emptyText}>{props.text}</p>}
      {props.actions === undefined ? null : <div className={classes.emptyActions}>{props.actions}</div>}
    </div>
  );
}

/** A problem's text for copying: message, code and details, one a line. */
export const problemText = (problem: Problem): string =>
  [
    problem.message,
    problem.hint,
    `${problem.family}/${problem.code}`,
    ...Object.entries(problem.details).map(([key, value]) => `${key}: ${value}`),
  ]
    .filter((line) => line !== '')
    .join('\n');

/** A failure: what happened, where, what to do, details to copy. */
export function ErrorState(props: {
  readonly error: unknown;
  readonly title?: string;
  readonly onRetry?: () => void;
  readonly actions?: ReactNode;
}) {
  const t = useMessages(uiMessages);
  const problem = toProblem(props.error);
  return <ProblemView {...props} title={props.title ?? t('errorTitle')} problem={problem} />;
}

/** The same for a problem that is already in hand (a failed job). */
export function ProblemView(props: {
  readonly problem: Problem;
  readonly title: string;
  readonly onRetry?: () => void;
  readonly actions?: ReactNode;
}) {
  const t = useMessages(uiMessages);
  const { problem } = props;
  const details = Object.entries(problem.details);
  return (
    <div className={classes.error} role="alert">
      <div className={classes.errorHead}>
        <IconAlertTriangle size={16} aria-hidden />
        {props.title}
      </div>
      <p className={classes.errorText}>
        {problem.connection ? t('connectionLost') : problem.message || t('unexpected')}
      </p>
      {problem.hint === '' ? null : <p className={classes.errorHint}>{problem.hint}</p>}
      {details.length === 0 ? null : (
        <div className={classes.errorDetails}>
          <Facts items={details.map(([label, value]) => ({ label, value: <span className="mono">{value}</span> }))} />
        </div>
      )}
      <div className={classes.errorActions}>
        {props.onRetry === undefined ? null : (
          <Button size="xs" variant="default" onClick={props.onRetry}>
            {t('retry')}
          </Button>
        )}
        {props.actions}
        {problem.connection ? null : <CopyButton text={problemText(problem)} label={t('copyDetails')} />}
      </div>
    </div>
  );
}

const keysOf = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `s${index}`);

/** The outline of a table. */
export function SkeletonRows(props: { readonly rows?: number }) {
  return (
    <div className={classes.delayed} aria-hidden>
      {keysOf(props.rows ?? 8).map((key) => (
        <Skeleton key={key} height={16} my={8} />
      ))}
    </div>
  );
}

/** The outline of a row of stats. */
export function SkeletonStats(props: { readonly count?: number }) {
  return (
    <div className={`${classes.skeletonStats} ${classes.delayed}`} aria-hidden>
      {keysOf(props.count ?? 4).map((key) => (
        <div key={key}>
          <Skeleton height={12} width={72} mb={8} />
          <Skeleton height={22} width={96} />
        </div>
      ))}
    </div>
  );
}

/** The outline of a chart. */
export function SkeletonChart(props: { readonly height?: number }) {
  return (
    <div className={classes.delayed} aria-hidden>
      <Skeleton height={14} width={180} mb={6} />
      <Skeleton height={12} width={300} mb={12} />
      <Skeleton height={props.height ?? 240} />
    </div>
  );
}

/** A query's three faces in one place: skeleton, failure with retry, data. */
export function QueryView<T>(props: {
  readonly query: UseQueryResult<T, unknown>;
  readonly skeleton: ReactNode;
  readonly errorTitle?: string;
  readonly children: (data: T) => ReactNode;
}) {
  const { query } = props;
  if (query.data !== undefined) return <>{props.children(query.data)}</>;
  if (query.isError) {
    return (
      <ErrorState
        error={query.error}
        onRetry={() => void query.refetch()}
        {...(props.errorTitle === undefined ? {} : { title: props.errorTitle })}
      />
    );
  }
  return <>{props.skeleton}</>;
}
