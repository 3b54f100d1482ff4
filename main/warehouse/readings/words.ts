/**
 * Words with a meaning of their own in data files: those that stand for a missing value and those that stand for yes
 * and no. At most six bytes each, so that a field can be looked up by its bytes packed into one exact number.
 */
const missingWords = [
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
] as const;

const booleanPairs = [
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['f', 't'],
  ['off', 'on'],
  ['nein', 'ja'],
  ['non', 'oui'],
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

const byKey = new Map<number, number>();
for (const [id, word] of words.entries()) {
  let key = 0;
  for (let i = 0; i < word.text.length; i++) key = key * 256 + word.text.charCodeAt(i);
  byKey.set(key, id);
}

export const longestWord = 6;

/** Index of the word in bytes[start, end), −1 when it is none. */
export function findWord(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > longestWord) return -1;
  let key = 0;
  for (let i = start; i < end; i++) key = key * 256 + bytes[i];
  return byKey.get(key) ?? -1;
}
