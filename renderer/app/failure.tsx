/** Pages that could not be shown: the rest of the window goes on working. */
import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useMessages } from '../lib/locale.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { appMessages } from './messages.ts';
import classes from './shell.module.css';

/** A page that threw while rendering. */
export function PageFailure(props: { readonly error: unknown }) {
  const t = useMessages(appMessages);
  const outdated = props.error instanceof Error && /dynamically imported module/i.test(props.error.message);
  return (
    <div className={classes.centre}>
      <ErrorState
        error={outdated ? new Error(t('errorOutdated')) : props.error}
        title={t('errorTitle')}
        actions={
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {t('reload')}
          </Button>
        }
      />
    </div>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  const t = useMessages(appMessages);
  return (
    <div className={classes.centre}>
      <EmptyState
        title={t('notFoundTitle')}
        text={t('notFoundText')}
        actions={<LinkButton to="/">{t('goHome')}</LinkButton>}
      />
    </div>
  );
}

/** Catches what the frame itself throws, so that the window never goes blank. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <PageFailure error={this.state.error} />;
  }
}
