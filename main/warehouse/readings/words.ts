/**
 * Words with a meaning of their own in data files: those that stand for a missing value and those that stand for yes
 * and no. At most eight bytes each, so that a field is looked up by a hash of its bytes.
 */
export const missingWords = [
  'NA',
  'na',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  'NAN',
  '-nan',
  '-NaN',
  'NaT',
  'NULL',
  'Null',
  'null',
  '(null)',
  'None',
  'none',
  'nil',
  '\\N',
  '-',
  '--',
  '?',
  '.',
  '#NULL!',
  '#N/D',
  '#NV',
  '#REF!',
  '#NUM!',
  '#NAME?',
  '#VALUE!',
  '#DIV/0!',
  '#WERT!',
  'n.a.',
  'N.A.',
  'n.d.',
  'k.A.',
  'k. A.',
  'nd',
  'ND',
  '*',
  '**',
  '***',
  '****',
  '..',
  '...',
  '---',
  'missing',
  'Missing',
  'MISSING',
  'unknown',
  'Unknown',
  'UNKNOWN',
] as const;

const booleanPairs = [
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['f', 't'],
  ['off', 'on'],
  ['nein', 'ja'],
  ['non', 'oui'],
  ['falsch', 'wahr'],
  ['faux', 'vrai'],
  ['não', 'sim'],
] as const;

export type WordInfo = {
  readonly text: string;
  readonly missing: boolean;
  /** Index of the pair and casing this word belongs to, −1 if none; words of one pair and casing share it. */
  readonly pair: number;
  readonly truth: boolean;
};

const title = (word: string): string => word[0].toUpperCase() + word.slice(1);
const casings = [(word: string) => word, title, (word: string) => word.toUpperCase()];

function buildWords(): WordInfo[] {
  const words: WordInfo[] = missingWords.map((text) => ({ text, missing: true, pair: -1, truth: false }));
  const seen = new Set<string>(missingWords);
  for (const [p, pair] of booleanPairs.entries()) {
    for (const [k, casing] of casings.entries()) {
      for (const [t, word] of pair.entries()) {
        const text = casing(word);
        if (seen.has(text)) continue;
        seen.add(text);
        words.push({ text, missing: false, pair: p * casings.length + k, truth: t === 1 });
      }
    }
  }
  return words;
}

/** All known words; a signature refers to one by its index. */
export const words: readonly WordInfo[] = buildWords();

/** Words that a column read as number, date or boolean treats as missing, and the false/true pair that is read unasked. */
export const isMissingWord = (id: number): boolean => words[id]?.missing === true;

/** The [false, true] words of a pair index. */
export function wordsOfPair(pair: number): readonly [string, string] {
  const [no, yes] = booleanPairs[Math.floor(pair / casings.length)];
  const casing = casings[pair % casings.length];
  return [casing(no), casing(yes)];
}

/** Only true/false become a boolean column unasked: Yes/No stay the labels they are. */
export const readUnasked = (pair: number): boolean => Math.floor(pair / casings.length) === 0;

/** A whole number for at most eight bytes; the caller compares the bytes of the word found. */
function keyOf(bytes: Uint8Array, start: number, end: number): number {
  let key = end - start;
  for (let i = start; i < end; i++) key = (Math.imul(key, 0x01000193) ^ bytes[i]) >>> 0;
  return key;
}

const byKey = new Map<number, number>();
const encoded = words.map(({ text }) => new TextEncoder().encode(text));
for (const [id, bytes] of encoded.entries()) byKey.set(keyOf(bytes, 0, bytes.length), id);

export const longestWord = 8;

/** By first byte: the lengths of the words that begin with it, a bit each. */
export const wordLengths = new Uint32Array(256);
for (const bytes of encoded) wordLengths[bytes[0]] |= 1 << bytes.length;

/** Index of the word in bytes[start, end), −1 when it is none. */
export function findWord(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > longestWord || (wordLengths[bytes[start]] & (1 << (end - start))) === 0) return -1;
  const id = byKey.get(keyOf(bytes, start, end));
  if (id === undefined) return -1;
  const known = encoded[id];
  if (known.length !== end - start) return -1;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return -1;
  return id;
}
