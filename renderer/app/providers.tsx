/** Everything a component may rely on: queries, locale, theme with the style nonce, toasts, dialogs. */
import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { type ReactNode, useEffect } from 'react';
import { watchChanges } from '../client/changes.ts';
import { queryClient } from '../client/client.ts';
import { LocaleProvider } from '../lib/locale.tsx';
import { readStyleNonce } from '../lib/nonce.ts';
import { usePreferences } from '../state/preferences.ts';
import { cssVariablesResolver, theme } from './theme.ts';

const nonce = readStyleNonce();
if (nonce !== '') setNonce(nonce);

/** Wraps the router. */
export function Providers(props: { readonly children: ReactNode }) {
  const { colorScheme, language, numberLocale } = usePreferences();
  useEffect(() => watchChanges(), []);
  return (
    <QueryClientProvider client={queryClient}>
      <LocaleProvider language={language} numberLocale={numberLocale}>
        <MantineProvider
          theme={theme}
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
      </LocaleProvider>
    </QueryClientProvider>
  );
}
