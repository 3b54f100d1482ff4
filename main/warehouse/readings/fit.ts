import type { ReadingCode } from '../types.ts';
import type { ColumnEvidence } from './evidence.ts';
import { bit, wordOf } from './signature.ts';
import { isMissingWord, isMixable, mixedWithDigits, mixedWords, words } from './words.ts';

/** Which cells fit which reading, from their signatures alone. */

/** Readings by which text gets a type; boolean depends on the words and comes apart. */
export const typedReadings = [
  'integer',
  'number-point',
  'number-comma',
  'date-ymd',
  'date-dmy',
  'date-mdy',
  'date-named',
] as const;

/** Readings that are never taken unasked: their texts are also something plainer. */
export const offeredReadings = ['seconds', 'epoch-seconds', 'epoch-millis', 'date-compact'] as const;

const bitOf: Readonly<Record<(typeof typedReadings)[number], number>> = {
  integer: bit.integer,
  'number-point': bit.point,
  'number-comma': bit.comma,
  'date-ymd': bit.ymd,
  'date-dmy': bit.dmy,
  'date-mdy': bit.mdy,
  'date-named': bit.named,
};

const momentOf = { 'epoch-seconds': 1 << 16, 'epoch-millis': 1 << 17, 'date-compact': 1 << 18 } as const;

/** Whether a cell is missing to every typed reading. */
export const isMissing = (signature: number): boolean =>
  (signature & bit.blank) !== 0 || isMissingWord(wordOf(signature));

/** Whether a cell with this signature has a value under the reading. */
export function reads(signature: number, reading: ReadingCode, pair: number): boolean {
  if (reading === 'text') return (signature & bit.blank) === 0;
  if (reading === 'boolean') {
    const word = wordOf(signature);
    if (pair < mixedWords) return word >= 0 && words[word].pair === pair && pair >= 0;
    if (word >= 0) return isMixable(word);
    return pair === mixedWithDigits && (signature & bit.word) === 0 && (signature & bit.integer) !== 0;
  }
  if ((signature & bit.word) !== 0) return false;
  if (reading === 'seconds') return (signature & bit.clock) !== 0;
  if (reading === 'epoch-seconds' || reading === 'epoch-millis' || reading === 'date-compact') {
    return (signature & bit.moment) !== 0 && (signature & momentOf[reading]) !== 0;
  }
  return (signature & bitOf[reading]) !== 0;
}

/** Whether a cell with this signature is missing under the reading. */
export const readsAsMissing = (signature: number, reading: ReadingCode): boolean =>
  reading === 'text' ? (signature & bit.blank) !== 0 : isMissing(signature);

/** Cells whose signature passes the test. */
export function sum(evidence: ColumnEvidence, test: (signature: number) => boolean): number {
  let total = 0;
  for (const item of evidence) if (test(item.signature)) total += item.count;
  return total;
}

/** Words for yes and no that occur. */
export const truthWords = (evidence: ColumnEvidence): readonly number[] =>
  evidence.map(({ signature }) => wordOf(signature)).filter((word) => word >= 0 && words[word].pair >= 0);

/**
 * The pair of yes/no words that occurs, −1 when there is none. Several are a mix where their words go together; `binaryDigits`
 * says that all whole numbers of the column are 0 and 1.
 */
export function pairOf(evidence: ColumnEvidence, binaryDigits = false): number {
  const found = truthWords(evidence);
  if (found.length === 0) return -1;
  if (binaryDigits && found.every(isMixable)) return mixedWithDigits;
  const pairs = new Set(found.map((word) => words[word].pair));
  if (pairs.size === 1) return words[found[0]].pair;
  return found.every(isMixable) ? mixedWords : -1;
}

/** Whether a reading is only taken when asked for. */
export const isOffered = (reading: ReadingCode): boolean => offeredReadings.some((offered) => offered === reading);

/** Values that come out differently, or not at all, under `other`. */
export function changes(evidence: ColumnEvidence, chosen: ReadingCode, other: ReadingCode, pair: number): number {
  return sum(evidence, (signature) => {
    const here = reads(signature, chosen, pair);
    const there = reads(signature, other, pair);
    if (here !== there) return true;
    if (!here) return false;
    if (chosen.startsWith('number') && other.startsWith('number')) return (signature & bit.numbersDiffer) !== 0;
    if (isOffered(chosen) || isOffered(other)) return true;
    if (chosen.startsWith('date') && other.startsWith('date')) return (signature & bit.daysDiffer) !== 0;
    return false;
  });
}
