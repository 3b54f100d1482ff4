import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { type Catalogue, defineMessages, formatMessage, registerLanguage } from '../../../../renderer/lib/messages.ts';

const root = join(import.meta.dirname, '../../../../renderer');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const isCatalogue = (value: unknown): value is Catalogue =>
  typeof value === 'object' && value !== null && 'namespace' in value && 'messages' in value;

async function catalogues(): Promise<readonly { readonly file: string; readonly catalogue: Catalogue }[]> {
  const declaring = files.filter(({ text }) => text.includes('defineMessages('));
  const found = await Promise.all(
    declaring
      .filter(({ file }) => !file.endsWith('lib/messages.ts'))
      .map(async ({ file }) => {
        const module = (await import(join(root, file))) as Record<string, unknown>;
        return Object.values(module)
          .filter(isCatalogue)
          .map((catalogue) => ({ file, catalogue }));
      }),
  );
  return found.flat();
}

describe('P6 message catalogue', () => {
  it('holds only valid ICU messages, each namespace once', async () => {
    const all = await catalogues();
    expect(all.length).toBeGreaterThan(8);
    const namespaces = all.map(({ catalogue }) => catalogue.namespace);
    expect([...new Set(namespaces)]).toHaveLength(namespaces.length);
    for (const { catalogue } of all) {
      for (const [key, text] of Object.entries(catalogue.messages)) {
        expect(
          () => new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }),
          `${catalogue.namespace}.${key}`,
        ).not.toThrow();
      }
    }
  });

  it('holds no message that nothing asks for', async () => {
    const source = files.filter(({ file }) => !/messages\.ts$/.test(file)).map(({ text }) => text);
    const everything = source.join('\n');
    const prefixes = new Set([...everything.matchAll(/`([a-z][A-Za-z]*_)\$\{/g)].map((match) => match[1] ?? ''));
    const unused: string[] = [];
    for (const { catalogue } of await catalogues()) {
      for (const key of Object.keys(catalogue.messages)) {
        const byPrefix = [...prefixes].some((prefix) => prefix !== '' && key.startsWith(prefix));
        const bySuffix = /_(help|hint)$/.test(key);
        const quoted = everything.includes(`'${key}'`) || new RegExp(`\\b${key}:`).test(everything);
        if (!byPrefix && !bySuffix && !quoted) unused.push(`${catalogue.namespace}.${key}`);
      }
    }
    expect(unused).toEqual([]);
  });

  it('takes another language where it is registered and English where it is not', () => {
    const words = defineMessages('probe', { rows: '{count, plural, one {# row} other {# rows}}', only: 'Only here' });
    registerLanguage('xx', { 'probe.rows': '{count, plural, one {# zeile} other {# zeilen}}' });
    expect(formatMessage(words, 'rows', { count: 2000 }, 'xx', 'de-DE')).toBe('2.000 zeilen');
    expect(formatMessage(words, 'rows', { count: 1 }, 'en', 'en-GB')).toBe('1 row');
    expect(formatMessage(words, 'only', undefined, 'xx', 'de-DE')).toBe('Only here');
  });
});
