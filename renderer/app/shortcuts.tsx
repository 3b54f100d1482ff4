/** Keyboard: Ctrl/⌘ K, ?, "g then a letter", and the list that tells of them. */
import { Modal } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useMessages } from '../lib/locale.tsx';
import type { NavItem } from '../lib/navigation.ts';
import { jobsDrawerSignal, shortcutsSignal } from '../state/frame.ts';
import { usePreferences } from '../state/preferences.ts';
import { useSignal } from '../state/signal.ts';
import { appMessages } from './messages.ts';
import { navigation } from './routes.tsx';
import classes from './shell.module.css';

const isMac = /mac/i.test(navigator.platform);

/** A key with the platform's command modifier, as printed. */
export const modKey = (key: string): string => (isMac ? `⌘ ${key}` : `Ctrl ${key}`);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Listens for the window's shortcuts. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useHotkeys(
    [
      ['mod+K', () => spotlight.toggle()],
      ['mod+B', () => usePreferences.getState().set({ railCollapsed: !usePreferences.getState().railCollapsed })],
      ['mod+J', () => jobsDrawerSignal.set(!jobsDrawerSignal.get())],
    ],
    [],
  );
  useEffect(() => {
    let armedUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') {
        event.preventDefault();
        shortcutsSignal.set(!shortcutsSignal.get());
        return;
      }
      if (event.timeStamp < armedUntil) {
        armedUntil = 0;
        const item = navigation.find((each) => each.goKey === event.key.toLowerCase());
        if (item === undefined) return;
        event.preventDefault();
        void navigate({ to: item.to });
      } else if (event.key === 'g') armedUntil = event.timeStamp + 1200;
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);
}

function Key(props: { readonly name: string; readonly keys: readonly string[]; readonly joint?: string }) {
  return (
    <>
      <span>{props.name}</span>
      <span>
        {props.keys.map(
          (key, index): ReactNode => (
            <span key={key}>
              {index === 0 ? null : ` ${props.joint ?? ''} `}
              <kbd>{key}</kbd>
            </span>
          ),
        )}
      </span>
    </>
  );
}

function GoKey(props: { readonly item: NavItem }) {
  const t = useMessages(props.item.messages);
  const app = useMessages(appMessages);
  return <Key name={t('nav')} keys={['G', props.item.goKey.toUpperCase()]} joint={app('keyThen')} />;
}

/** The list of shortcuts. */
export function Shortcuts() {
  const t = useMessages(appMessages);
  const opened = useSignal(shortcutsSignal);
  return (
    <Modal opened={opened} onClose={() => shortcutsSignal.set(false)} title={t('shortcutsTitle')}>
      <h3 className={classes.keysTitle}>{t('shortcutsGeneral')}</h3>
      <div className={classes.keys}>
        <Key name={t('shortcutPalette')} keys={[modKey('K')]} />
        <Key name={t('shortcutJobs')} keys={[modKey('J')]} />
        <Key name={t('shortcutRail')} keys={[modKey('B')]} />
        <Key name={t('shortcutHelp')} keys={['?']} />
        <Key name={t('shortcutEscape')} keys={['Esc']} />
      </div>
      <h3 className={classes.keysTitle}>{t('shortcutsGo')}</h3>
      <div className={classes.keys}>
        {navigation.map((item) => (
          <GoKey key={String(item.to)} item={item} />
        ))}
      </div>
      <h3 className={classes.keysTitle}>{t('shortcutsTables')}</h3>
      <div className={classes.keys}>
        <Key name={t('shortcutRows')} keys={['↑', '↓', '←', '→']} />
        <Key name={t('shortcutOpen')} keys={['Enter']} />
        <Key name={t('shortcutEnds')} keys={['Home', 'End']} />
      </div>
    </Modal>
  );
}
