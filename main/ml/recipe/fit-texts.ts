/** Facts about texts that steps are fitted to: levels, lengths, terms. */
import type { StringColumn } from '../frame.ts';
import { quantileEdges } from './fit-edges.ts';
import { tokensOf } from './fitted-step.ts';

/** Levels that occur in the rows, the most frequent first; ties by text. Empty text is missing. */
export function levelCounts(
  column: StringColumn,
  rows: Int32Array,
): { readonly level: string; readonly count: number }[] {
  const counts = new Float64Array(column.levels.length);
  for (const row of rows) if (column.codes[row] >= 0) counts[column.codes[row]]++;
  return column.levels
    .map((level, code) => ({ level, count: counts[code] }))
    .filter(({ level, count }) => level !== '' && count > 0)
    .sort((a, b) => b.count - a.count || (a.level < b.level ? -1 : 1));
}

/** Longest text that is told from longer ones, in characters: regular expressions of the exported graph count so far. */
const longest = 1000;

/** Up to 24 lengths at which texts are told apart; the first is the shortest length. */
export function lengthEdges(column: StringColumn, rows: Int32Array): number[] {
  const lengths = Float64Array.from(
    levelCounts(column, rows).flatMap(({ level, count }) =>
      Array.from({ length: Math.min(count, 50) }, () => Math.min(longest, [...level].length)),
    ),
  );
  if (lengths.length === 0) return [];
  const least = lengths.reduce((a, b) => Math.min(a, b));
  return [...new Set([least, ...quantileEdges(lengths, 24).map((edge) => edge + 1)])].filter((edge) => edge <= longest);
}

export type TermGroup = { readonly label: string; readonly tokens: readonly string[]; readonly weight: number };

/** Words of a token as they are compared: lower case, without punctuation at their ends; several where lines end inside. */
const termsOf = (token: string): string[] =>
  token
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((word) => word !== '');

const mostTerms = 20_000;

/**
 * Terms worth a column: those in most texts, or all of them folded into `count` buckets by hash. Weights are inverse
 * document frequencies ln((1 + n) / (1 + df)) + 1 (a bucket has the mean of its terms). Spellings of a term seen in
 * training are listed, so that another place compares whole tokens only.
 */
export function termGroups(column: StringColumn, rows: Int32Array, count: number, hashed: boolean): TermGroup[] {
  const documents = new Map<string, number>();
  const spellings = new Map<string, Set<string>>();
  let total = 0;
  for (const { level, count: repeated } of levelCounts(column, rows)) {
    total += repeated;
    const seen = new Set<string>();
    for (const token of tokensOf(level)) {
      for (const term of termsOf(token)) {
        seen.add(term);
        const known = spellings.get(term) ?? new Set<string>();
        spellings.set(term, known.add(token));
      }
    }
    for (const term of seen) documents.set(term, (documents.get(term) ?? 0) + repeated);
  }
  const ranked = [...documents]
    .map(([term, frequency]) => ({ term, frequency }))
    .filter(({ frequency }) => frequency >= 2)
    .sort((a, b) => b.frequency - a.frequency || (a.term < b.term ? -1 : 1));
  const weight = (frequency: number): number => Math.fround(Math.log((1 + total) / (1 + frequency)) + 1);
  const tokensFor = (term: string): string[] => [...(spellings.get(term) ?? [])].sort();
  if (!hashed) {
    return ranked
      .slice(0, count)
      .map(({ term, frequency }) => ({ label: `“${term}”`, tokens: tokensFor(term), weight: weight(frequency) }));
  }
  const buckets = Array.from({ length: count }, () => ({ tokens: [] as string[], weight: 0, terms: 0 }));
  for (const { term, frequency } of ranked.slice(0, mostTerms)) {
    const bucket = buckets[hashOf(term) % count];
    bucket.tokens.push(...tokensFor(term).filter((token) => !bucket.tokens.includes(token)));
    bucket.weight += weight(frequency);
    bucket.terms++;
  }
  return buckets.flatMap(({ tokens, weight: sum, terms }, i) =>
    terms === 0 ? [] : [{ label: `terms ${i + 1}`, tokens: tokens.sort(), weight: Math.fround(sum / terms) }],
  );
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
