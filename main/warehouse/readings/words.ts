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

/** English pairs, which may stand beside each other in one column. */
const mixableFamilies = 5;
/** Families of whole words; the others are single letters, which may be codes. */
const spelledOut: readonly number[] = [0, 1, 4];

/** Pair index of a column that says yes and no in words of several pairs or casings; and of one where 0 and 1 are among them. */
export const mixedWords = 1 << 20;
export const mixedWithDigits = mixedWords + 1;

const familyOf = (id: number): number => Math.floor((words[id]?.pair ?? -1) / casings.length);

/** Whether a word may stand in a column of mixed pairs. */
export const isMixable = (id: number): boolean => (words[id]?.pair ?? -1) >= 0 && familyOf(id) < mixableFamilies;

/** All mixable words of one truth. */
export const mixedTexts = (truth: boolean): readonly string[] =>
  words.flatMap((word, id) => (isMixable(id) && word.truth === truth ? [word.text] : []));

/** Whether mixed words say yes and no beyond doubt: not letters alone, and not one pair of labels in several casings. */
export function isClearMix(ids: readonly number[], withDigits: boolean): boolean {
  const families = new Set(ids.map(familyOf));
  if (!spelledOut.some((family) => families.has(family))) return false;
  return withDigits || families.size > 1 || families.has(0);
}

/** The [false, true] words of a pair index; true and false for mixed ones. */
export function wordsOfPair(pair: number): readonly [string, string] {
  if (pair >= mixedWords) return booleanPairs[0];
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
