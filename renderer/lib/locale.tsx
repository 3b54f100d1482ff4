/** Language and number format of the page, handed to every component. */
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { createFormat, type Format } from './format.ts';
import { type Catalogue, formatMessage, type Translate } from './messages.ts';

type Locale = { readonly language: string; readonly format: Format };

const fallback: Locale = { language: 'en', format: createFormat('en') };
const LocaleContext = createContext<Locale>(fallback);

/** Provides the locale. `numberLocale` empty = the system's. */
export function LocaleProvider(props: {
  readonly language: string;
  readonly numberLocale: string;
  readonly children: ReactNode;
}) {
  const { language, numberLocale } = props;
  const value = useMemo(() => ({ language, format: createFormat(numberLocale) }), [language, numberLocale]);
  return <LocaleContext value={value}>{props.children}</LocaleContext>;
}

/** Number, time and estimate formatting in the current locale. */
export function useFormat(): Format {
  return useContext(LocaleContext).format;
}

/** The messages of a catalogue in the current language. */
export function useMessages<K extends string>(catalogue: Catalogue<K>): Translate<K> {
  const { language, format } = useContext(LocaleContext);
  return useMemo(() => createTranslate(catalogue, language, format.locale), [catalogue, language, format.locale]);
}

/** The messages of a catalogue outside React (chart builders in tests, the command palette's index). */
export function createTranslate<K extends string>(
  catalogue: Catalogue<K>,
  language: string,
  numberLocale: string,
): Translate<K> {
  return (key, values) => formatMessage(catalogue, key, values, language, numberLocale);
}
