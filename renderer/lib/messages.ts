/**
 * The message catalogue. Every word a person reads comes from a catalogue file (`messages.ts` beside its feature) as an
 * ICU message; a component asks for it by key. A catalogue holds the English text; other languages register a table of
 * the same keys. Messages are parsed once and kept.
 */
import { IntlMessageFormat } from 'intl-messageformat';

/** A named set of ICU messages; full keys are `namespace.key`. */
export type Catalogue<K extends string = string> = {
  readonly namespace: string;
  readonly messages: Readonly<Record<K, string>>;
};

/** Values that may stand in a message. */
export type MessageValues = Readonly<Record<string, string | number | boolean | Date | null | undefined>>;

/** Looks a message up by its key and fills in the values. */
export type Translate<K extends string> = (key: K, values?: MessageValues) => string;

/** Declares a catalogue; called once at the top of a feature's messages.ts. */
export const defineMessages = <const M extends Readonly<Record<string, string>>>(
  namespace: string,
  messages: M,
): Catalogue<Extract<keyof M, string>> => ({ namespace, messages });

const translations = new Map<string, Readonly<Record<string, string>>>();
const parsed = new Map<string, IntlMessageFormat>();

/** Registers the messages of another language by full key; what is absent there falls back to English. */
export function registerLanguage(language: string, messages: Readonly<Record<string, string>>): void {
  translations.set(language, messages);
  parsed.clear();
}

/** One message in one language; numbers inside it follow `numberLocale`. Throws when the message is not valid ICU. */
export function formatMessage<K extends string>(
  catalogue: Catalogue<K>,
  key: K,
  values: MessageValues | undefined,
  language: string,
  numberLocale: string,
): string {
  const fullKey = `${catalogue.namespace}.${key}`;
  const cacheKey = `${language}|${numberLocale}|${fullKey}`;
  let message = parsed.get(cacheKey);
  if (message === undefined) {
    const text = translations.get(language)?.[fullKey] ?? catalogue.messages[key];
    message = new IntlMessageFormat(text, numberLocale, undefined, { ignoreTag: true });
    parsed.set(cacheKey, message);
  }
  return String(message.format(values as Record<string, string>));
}
