/**
 * Columns that say yes and no in several ways of writing: 1, true and yes beside 0, false and no. As text each is a class of
 * its own. One vocabulary alone (Yes/No) is left to its labels, letters alone (t, f, y, n) may be codes.
 */
import type { Level } from './spellings.ts';
import type { RawFinding } from './types.ts';

const vocabularies: readonly (readonly [no: string, yes: string])[] = [
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['f', 't'],
  ['off', 'on'],
  ['0', '1'],
];
const meanings = new Map<string, { readonly k: number; readonly yes: boolean }>(
  vocabularies.flatMap(([no, yes], k) => [[no, { k, yes: false }] as const, [yes, { k, yes: true }] as const]),
);

/** Null where some level is no such word, all are of one vocabulary, or only one of both truths occurs. */
export function yesNoFinding(name: string, levels: readonly Level[]): RawFinding | null {
  const known = levels.map(({ text }) => meanings.get(text.trim().toLowerCase()));
  const kinds = new Set(known.map((meaning) => meaning?.k));
  const truths = new Set(known.map((meaning) => meaning?.yes));
  if (kinds.has(undefined) || kinds.size < 2 || truths.size < 2) return null;
  if (levels.every(({ text }) => /^[a-z]$/i.test(text.trim()))) return null;
  const texts = levels.map(({ text }) => text);
  const saying = (yes: boolean): string =>
    texts
      .filter((_, i) => known[i]?.yes === yes)
      .map((text) => `"${text}"`)
      .join(', ');
  return {
    kind: 'boolean-as-text',
    column: name,
    severity: 'warn',
    message: `{count} say yes or no in ${kinds.size} ways of writing: ${saying(true)} for yes, ${saying(false)} for no. As text each is a class of its own.`,
    rows: { kind: 'values', column: name, values: texts },
    count: null,
    examples: texts.slice(0, 6),
    fix: {
      text: 'Read as yes or no',
      steps: [{ kind: 'convert', column: name, type: 'boolean', decimal: '.', dateOrder: 'ymd' }],
    },
  };
}
