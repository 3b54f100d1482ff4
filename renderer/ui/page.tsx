/** The scaffold of a page: title row, tabs, a 12-column grid, sections parted by hairlines, and the inspector. */
import { ActionIcon, Tabs } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type CSSProperties, type ReactNode, useEffect } from 'react';
import { useMessages } from '../lib/locale.tsx';
import { type Crumb, crumbsSignal } from '../state/frame.ts';
import { uiMessages } from './messages.ts';
import { MiddleTruncate } from './middle-truncate.tsx';
import classes from './page.module.css';

/** A page. `fill` gives the content the window's height (grids) instead of scrolling it. */
export function Page(props: { readonly children: ReactNode; readonly inspector?: ReactNode; readonly fill?: boolean }) {
  return (
    <div className={classes.page}>
      {props.fill === true ? (
        <div className={classes.fill}>{props.children}</div>
      ) : (
        <div className={classes.scroll}>
          <div className={classes.inner}>{props.children}</div>
        </div>
      )}
      {props.inspector}
    </div>
  );
}

/** The title row: title, one line of state in plain words, the primary action at the right. Sets the breadcrumb too. */
export function PageHeader(props: {
  readonly title: string;
  readonly state?: ReactNode;
  readonly actions?: ReactNode;
  /** Links above this page, outermost first; the title is added as the last step. */
  readonly crumbs?: readonly Crumb[];
}) {
  const { title, crumbs } = props;
  const trail = JSON.stringify([...(crumbs ?? []), { label: title }]);
  useEffect(() => {
    crumbsSignal.set(JSON.parse(trail) as readonly Crumb[]);
    return () => crumbsSignal.set([]);
  }, [trail]);
  return (
    <header className={classes.header}>
      <div className={classes.headText}>
        <h1 className={classes.title} aria-label={title}>
          <MiddleTruncate text={title} />
        </h1>
        <p className={classes.state}>{props.state}</p>
      </div>
      {props.actions === undefined ? null : <div className={classes.actions}>{props.actions}</div>}
    </header>
  );
}

/** Tabs of a page; which one is open belongs in the address, so the caller holds it. */
export function PageTabs<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly tabs: readonly { readonly value: T; readonly label: string; readonly count?: string }[];
}) {
  return (
    <Tabs
      className={classes.tabs ?? ''}
      value={props.value}
      onChange={(value) => {
        const found = props.tabs.find((tab) => tab.value === value);
        if (found !== undefined) props.onChange(found.value);
      }}
    >
      <Tabs.List aria-label={props.label}>
        {props.tabs.map((tab) => (
          <Tabs.Tab key={tab.value} value={tab.value}>
            {tab.label}
            {tab.count === undefined ? null : <span className={classes.tabCount}>{tab.count}</span>}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}

/** The 12-column grid with 16 px gutters. */
export function Columns(props: { readonly children: ReactNode }) {
  return <div className={classes.columns}>{props.children}</div>;
}

/** A cell of the grid: `span` columns of 12, `wide` on windows from 1600 px. `sticky` keeps it in view beside a longer one. */
export function Column(props: {
  readonly span: number;
  readonly wide?: number;
  readonly sticky?: boolean;
  readonly children: ReactNode;
}) {
  const style: CSSProperties & Record<`--${string}`, number> = {
    '--span': props.span,
    '--wide': props.wide ?? props.span,
  };
  return (
    <div className={classes.column} data-sticky={props.sticky || undefined} style={style}>
      {props.children}
    </div>
  );
}

/** A titled part of a page. `plain` drops the hairline above it. */
export function Section(props: {
  readonly title?: string;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly plain?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <section className={classes.section} data-plain={props.plain === true || undefined}>
      {props.title === undefined ? null : (
        <div className={classes.sectionHead}>
          <h2 className={classes.sectionTitle}>{props.title}</h2>
          <span className={classes.sectionHint}>{props.hint}</span>
          {props.actions}
        </div>
      )}
      {props.children}
    </section>
  );
}

/** True when a key was pressed in something that floats above the page, even if it is closed by now: Escape ends that alone. */
const isForOverlay = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role="dialog"], [role="menu"], [aria-expanded="true"]') !== null;

/** The right-hand panel that shows whatever is selected. */
export function Inspector(props: {
  readonly title: string;
  readonly onClose?: () => void;
  readonly children: ReactNode;
}) {
  const t = useMessages(uiMessages);
  const { onClose } = props;
  useEffect(() => {
    if (onClose === undefined) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isForOverlay(event.target)) onClose();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [onClose]);
  return (
    <aside className={classes.inspector} aria-label={t('inspector')}>
      <div className={classes.inspectorHead}>
        <h2 className={classes.inspectorTitle}>
          <MiddleTruncate text={props.title} />
        </h2>
        {onClose === undefined ? null : (
          <ActionIcon variant="subtle" color="gray" aria-label={t('close')} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard */}
      <section className={classes.inspectorBody} tabIndex={0} aria-label={props.title}>
        {props.children}
      </section>
    </aside>
  );
}
