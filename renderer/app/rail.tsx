import { Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMessages } from '../lib/locale.tsx';
import type { NavItem } from '../lib/navigation.ts';
import { usePreferences } from '../state/preferences.ts';
import { appMessages } from './messages.ts';
import { navigation } from './routes.tsx';
import classes from './shell.module.css';

function RailItem(props: { readonly item: NavItem; readonly collapsed: boolean }) {
  const t = useMessages(props.item.messages);
  const Icon = props.item.icon;
  const label = t('nav');
  return (
    <Tooltip label={label} position="right" disabled={!props.collapsed}>
      <Link
        to={props.item.to}
        className={classes.item ?? ''}
        aria-label={label}
        activeOptions={{ exact: props.item.to === '/', includeSearch: false }}
      >
        <Icon size={18} stroke={1.6} aria-hidden />
        {props.collapsed ? null : label}
      </Link>
    </Tooltip>
  );
}

/** The left rail: pages above, jobs and settings at the foot. */
export function Rail() {
  const t = useMessages(appMessages);
  const collapsed = usePreferences((state) => state.railCollapsed);
  const set = usePreferences((state) => state.set);
  const toggle = collapsed ? t('railExpand') : t('railCollapse');
  const at = (place: NavItem['place']) =>
    navigation
      .filter((item) => item.place === place)
      .map((item) => <RailItem key={String(item.to)} item={item} collapsed={collapsed} />);
  return (
    <nav className={classes.rail} data-collapsed={collapsed || undefined} aria-label={t('rail')}>
      <div className={classes.brand}>
        <img src="./icon.svg" alt="" />
        {collapsed ? null : t('name')}
      </div>
      {at('main')}
      <div className={classes.space} />
      <div className={classes.foot}>
        {at('foot')}
        <Tooltip label={toggle} position="right">
          <button
            type="button"
            className={`${classes.railToggle} ${classes.item}`}
            aria-label={toggle}
            onClick={() => set({ railCollapsed: !collapsed })}
          >
            {collapsed ? (
              <IconLayoutSidebarLeftExpand size={18} stroke={1.6} />
            ) : (
              <IconLayoutSidebarLeftCollapse size={18} stroke={1.6} />
            )}
          </button>
        </Tooltip>
      </div>
    </nav>
  );
}
