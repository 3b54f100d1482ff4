/** Everything a component may rely on: queries, locale, theme with the style nonce, toasts, dialogs. */
import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { type ReactNode, useEffect, useMemo } from 'react';
import { watchChanges } from '../client/changes.ts';
import { queryClient } from '../client/client.ts';
import { LocaleProvider, useMessages } from '../lib/locale.tsx';
import { readStyleNonce } from '../lib/nonce.ts';
import { type Preferences, usePreferences } from '../state/preferences.ts';
import { appMessages } from './messages.ts';
import { cssVariablesResolver, theme } from './theme.ts';

const nonce = readStyleNonce();
if (nonce !== '') setNonce(nonce);

/** The theme, with the word that every button with a cross carries for those who do not see it. */
function Look(props: { readonly colorScheme: Preferences['colorScheme']; readonly children: ReactNode }) {
  const t = useMessages(appMessages);
  const named = useMemo(() => {
    const closing = { CloseButton: { defaultProps: { 'aria-label': t('close') } } };
    return mergeThemeOverrides(theme, { components: closing });
  }, [t]);
  const { colorScheme } = props;
  return (
    <MantineProvider
      theme={named}
      cssVariablesResolver={cssVariablesResolver}
      getStyleNonce={() => nonce}
      defaultColorScheme="auto"
      {...(colorScheme === 'auto' ? {} : { forceColorScheme: colorScheme })}
    >
      <ModalsProvider>
        <Notifications position="bottom-right" limit={4} containerWidth={400} />
        {props.children}
      </ModalsProvider>
    </MantineProvider>
  );
}

/** Wraps the router. */
export function Providers(props: { readonly children: ReactNode }) {
  const { colorScheme, language, numberLocale } = usePreferences();
  useEffect(() => watchChanges(), []);
  return (
    <QueryClientProvider client={queryClient}>
      <LocaleProvider language={language} numberLocale={numberLocale}>
        <Look colorScheme={colorScheme}>{props.children}</Look>
      </LocaleProvider>
    </QueryClientProvider>
  );
}
