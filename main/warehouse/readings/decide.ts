import { invalidInput } from '../../base/errors.ts';
import type { ColumnType } from '../../contract/common.ts';
import type { ReadingCode } from '../types.ts';
import { unitOf } from './adorned-number.ts';
import { dateShapeOf } from './date-shape.ts';
import type { ColumnEvidence } from './evidence.ts';
import {
  changes,
  isMissing,
  isOffered,
  offeredReadings,
  pairOf,
  reads,
  readsAsMissing,
  sum,
  truthWords,
  typedReadings,
} from './fit.ts';
import { bit, wordOf } from './signature.ts';
import { isClearMix, mixedWithDigits, mixedWords, readUnasked, words, wordsOfPair } from './words.ts';

/**
 * Chooses how each column is read, from counts over all rows. A column is typed only when every value that is not
 * missing reads; one unreadable value keeps it text, unless the user asked for the reading. Where two readings explain
 * all values (1.234; 03/04), columns of the same file that leave no choice decide, then a stated default; the receipt
 * always says how many values the other reading would change.
 */
export type ColumnDecision = {
  readonly reading: ReadingCode;
  readonly type: ColumnType;
  /** Pair index of a boolean column, −1 otherwise. */
  readonly pair: number;
  readonly words: readonly [string, string] | null;
  readonly missing: number;
  readonly missingWords: readonly { readonly word: string; readonly count: number }[];
  readonly values: number;
  /** Values that the reading cannot read; above 0 only for a reading the user asked for. */
  readonly unreadable: number;
  readonly alternative: ReadingCode | null;
  readonly changedValues: number;
  readonly hinderedBy: number;
  /** First values in the way of the alternative, with their rows. */
  readonly hindering: readonly { readonly text: string; readonly row: number }[];
  /** Why, where a choice was open. */
  readonly basis:
    | 'all-read'
    | 'as-before'
    | 'file-decides'
    | 'default'
    | 'asked'
    | 'hindered'
    | 'no-values'
    | 'codes'
    | 'words'
    /** Words for yes and no of several vocabularies. */
    | 'mixed-words';
  /** What the numbers count: a currency or the percent sign; '' when they stand alone. */
  readonly unit: string;
  /** All signatures that the reading reads, or-ed: what the conversion must be able to handle. */
  readonly readSignatures: number;
  readonly evidence: ColumnEvidence;
};

/** Marks of numbers and dates that a person decided. */
type Marks = {
  readonly decimal?: '.' | ',' | undefined;
  readonly dateOrder?: 'dmy' | 'mdy' | 'ymd' | undefined;
};

/** What was decided for this file, and what for the last one, which gives way to columns that leave no choice. */
export type DecidedMarks = Marks & { readonly last?: Marks };

export type DecideOptions = DecidedMarks & {
  /** By column position: readings the user asked for. */
  readonly asked?: readonly (ReadingCode | null)[];
  /** By column position: how the same column was read last time; kept where it still reads every value. */
  readonly previous?: readonly (ReadingCode | null)[];
  readonly names: readonly string[];
  readonly delimiter?: string | undefined;
  /** By column position: all whole numbers among its yes/no words are 0 and 1. */
  readonly binaryDigits?: readonly boolean[];
};

function typeUnder(evidence: ColumnEvidence, reading: ReadingCode, pair: number): ColumnType {
  const all = (test: (signature: number) => boolean): boolean =>
    evidence.every(({ signature }) => !reads(signature, reading, pair) || test(signature));
  switch (reading) {
    case 'text':
      return 'text';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'number-point':
      return all((signature) => (signature & bit.pointInteger) !== 0) ? 'integer' : 'number';
    case 'number-comma':
      return all((signature) => (signature & bit.commaInteger) !== 0) ? 'integer' : 'number';
    case 'seconds':
      return 'number';
    case 'epoch-seconds':
    case 'epoch-millis':
      return 'datetime';
    default:
      return all((signature) => (signature & bit.time) === 0) ? 'date' : 'datetime';
  }
}

type Open = {
  readonly complete: readonly ReadingCode[];
  /** Readings that explain every value but are taken only when asked for, or as last time. */
  readonly offered: readonly ReadingCode[];
  readonly pair: number;
};

/** Units of the numbers in a column; one that is counted in two units is no column of numbers. */
function unitsOf(evidence: ColumnEvidence): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { signature } of evidence) {
    if ((signature & bit.word) === 0 && (signature & (bit.point | bit.comma)) !== 0) found.add(unitOf(signature));
  }
  return found;
}

function openReadings(evidence: ColumnEvidence, binaryDigits: boolean): Open {
  const total = sum(evidence, () => true);
  const missing = sum(evidence, isMissing);
  const pair = pairOf(evidence, binaryDigits);
  const mixed = unitsOf(evidence).size > 1;
  const explains = (reading: ReadingCode): boolean => {
    if (mixed && reading.startsWith('number')) return false;
    const fit = sum(evidence, (signature) => reads(signature, reading, pair));
    return fit > 0 && fit + missing === total;
  };
  const complete: ReadingCode[] = typedReadings.filter(explains);
  if (pair >= 0 && sum(evidence, (signature) => reads(signature, 'boolean', pair)) + missing === total)
    complete.push('boolean');
  return { complete, offered: offeredReadings.filter(explains), pair };
}

/** Votes of the columns that leave no choice. */
function majority(open: readonly Open[], first: ReadingCode, second: ReadingCode): ReadingCode | null {
  let balance = 0;
  for (const { complete } of open) {
    if (complete.includes(first) !== complete.includes(second)) balance += complete.includes(first) ? 1 : -1;
  }
  return balance > 0 ? first : balance < 0 ? second : null;
}

function chooseNumber(
  evidence: ColumnEvidence,
  complete: readonly ReadingCode[],
  file: ReadingCode | null,
  options: DecideOptions,
) {
  const both = complete.includes('number-point') && complete.includes('number-comma');
  if (!both)
    return { reading: complete.includes('number-point') ? 'number-point' : 'number-comma', basis: 'all-read' } as const;
  if (sum(evidence, (signature) => (signature & bit.numbersDiffer) !== 0) === 0) {
    return { reading: 'number-point', basis: 'all-read' } as const;
  }
  if (options.decimal !== undefined) {
    return { reading: options.decimal === ',' ? 'number-comma' : 'number-point', basis: 'asked' } as const;
  }
  if (file === 'number-point' || file === 'number-comma') return { reading: file, basis: 'file-decides' } as const;
  if (options.last?.decimal !== undefined) {
    return { reading: options.last.decimal === ',' ? 'number-comma' : 'number-point', basis: 'as-before' } as const;
  }
  const commasInside = sum(evidence, (signature) => (signature & bit.pointGrouped) !== 0) > 0;
  const european = options.delimiter === ';' && commasInside;
  return { reading: european ? 'number-comma' : 'number-point', basis: 'default' } as const;
}

function chooseDate(
  evidence: ColumnEvidence,
  complete: readonly ReadingCode[],
  file: ReadingCode | null,
  options: DecideOptions,
) {
  if (complete.includes('date-named')) return { reading: 'date-named', basis: 'all-read' } as const;
  if (complete.includes('date-ymd')) return { reading: 'date-ymd', basis: 'all-read' } as const;
  const both = complete.includes('date-dmy') && complete.includes('date-mdy');
  if (!both) return { reading: complete.includes('date-dmy') ? 'date-dmy' : 'date-mdy', basis: 'all-read' } as const;
  if (options.dateOrder === 'dmy' || options.dateOrder === 'mdy') {
    return { reading: `date-${options.dateOrder}`, basis: 'asked' } as const;
  }
  if (file === 'date-dmy' || file === 'date-mdy') return { reading: file, basis: 'file-decides' } as const;
  const order = options.last?.dateOrder;
  if (order === 'dmy' || order === 'mdy') return { reading: `date-${order}`, basis: 'as-before' } as const;
  const first = evidence.find(
    ({ signature }) => (signature & (bit.dmy | bit.mdy)) !== 0 && (signature & bit.word) === 0,
  );
  const slash = first !== undefined && dateShapeOf(first.signature).separator === '/';
  const american = slash && options.delimiter !== ';' && options.decimal !== ',';
  return { reading: american ? 'date-mdy' : 'date-dmy', basis: 'default' } as const;
}

function textBasis(evidence: ColumnEvidence, pair: number): ColumnDecision['basis'] {
  if (sum(evidence, (signature) => !isMissing(signature)) === 0) return 'no-values';
  if (sum(evidence, (signature) => (signature & bit.code) !== 0 && (signature & bit.word) === 0) > 0) return 'codes';
  return pair >= 0 ? 'words' : 'hindered';
}

/** Last time's reading, unless this time's options speak about it. */
function usable(previous: ReadingCode | null, options: DecideOptions): ReadingCode | null {
  if (previous?.startsWith('number') === true && options.decimal !== undefined) return null;
  return previous?.startsWith('date') === true && options.dateOrder !== undefined ? null : previous;
}

/** Whether words are read as yes and no unasked. */
const isTruth = (evidence: ColumnEvidence, pair: number): boolean =>
  pair < mixedWords ? readUnasked(pair) : isClearMix(truthWords(evidence), pair === mixedWithDigits);

/** The reading that leaves nothing to choose, if any. */
const preferred = (complete: readonly ReadingCode[]): ReadingCode | undefined =>
  complete.find((reading) => reading === 'integer' || reading === 'date-ymd');

/** Reads the columns of one file together, so that columns that leave no choice decide for those that do. */
export function decideReadings(columns: readonly ColumnEvidence[], options: DecideOptions): ColumnDecision[] {
  const open = columns.map((evidence, i) => openReadings(evidence, options.binaryDigits?.[i] === true));
  const numbers = majority(open, 'number-point', 'number-comma');
  const dates = majority(open, 'date-dmy', 'date-mdy');
  return columns.map((evidence, i) => {
    const { complete, offered, pair } = open[i];
    const asked = options.asked?.[i] ?? null;
    const previous = usable(options.previous?.[i] ?? null, options);
    let reading: ReadingCode = 'text';
    let basis: ColumnDecision['basis'] = 'all-read';
    if (asked !== null) {
      reading = asked;
      basis = 'asked';
      const values = sum(evidence, (signature) => reads(signature, asked, pair));
      const present = sum(evidence, (signature) => !isMissing(signature));
      if (values === 0 && present > 0 && asked !== 'text') {
        throw invalidInput(
          'reading-fits-nothing',
          `No value of column "${options.names[i]}" can be read as ${asked}.`,
          {
            hint: 'Choose another reading for the column, or leave it to the evidence.',
            details: { column: options.names[i], reading: asked },
          },
        );
      }
    } else if (previous !== null && previous !== preferred(complete) && [...complete, ...offered].includes(previous)) {
      reading = previous;
      basis = 'as-before';
    } else if (complete.includes('integer')) reading = 'integer';
    else if (complete.some((candidate) => candidate.startsWith('number'))) {
      ({ reading, basis } = chooseNumber(evidence, complete, numbers, options));
    } else if (complete.some((candidate) => candidate.startsWith('date'))) {
      ({ reading, basis } = chooseDate(evidence, complete, dates, options));
    } else if (complete.includes('boolean') && isTruth(evidence, pair)) reading = 'boolean';
    else basis = textBasis(evidence, pair);
    if (reading === 'boolean' && basis === 'all-read' && pair >= mixedWords) basis = 'mixed-words';
    return describeDecision(evidence, reading, basis, pair);
  });
}

/** The full decision for a reading that is settled, over the evidence at hand. */
export function describeDecision(
  evidence: ColumnEvidence,
  reading: ReadingCode,
  basis: ColumnDecision['basis'],
  pair: number,
): ColumnDecision {
  const missing = sum(evidence, (signature) => readsAsMissing(signature, reading));
  const values = sum(evidence, (signature) => reads(signature, reading, pair));
  const total = sum(evidence, () => true);
  const present = sum(evidence, (signature) => !isMissing(signature));
  const missingWords: { word: string; count: number }[] = [];
  for (const { signature, count, example } of evidence) {
    if (!readsAsMissing(signature, reading)) continue;
    const id = wordOf(signature);
    const word = id >= 0 ? words[id].text : (signature & bit.padded) !== 0 ? (example.length > 0 ? example : ' ') : '';
    const known = missingWords.find((item) => item.word === word);
    if (known === undefined) missingWords.push({ word, count });
    else known.count += count;
  }

  let alternative: ReadingCode | null = null;
  let most = 0;
  for (const candidate of [...typedReadings, ...offeredReadings, ...(pair >= 0 ? (['boolean'] as const) : [])]) {
    if (candidate === reading) continue;
    const fit = sum(evidence, (signature) => reads(signature, candidate, pair));
    const differing = sum(
      evidence,
      (signature) =>
        reads(signature, reading, pair) &&
        reads(signature, candidate, pair) &&
        ((reading.startsWith('number') && candidate.startsWith('number') && (signature & bit.numbersDiffer) !== 0) ||
          (reading.startsWith('date') && candidate.startsWith('date') && (signature & bit.daysDiffer) !== 0)),
    );
    const plausible =
      reading === 'text'
        ? fit * 2 >= present && fit > 0
        : isOffered(candidate)
          ? fit > 0 && fit === present
          : differing > 0;
    if (plausible && fit > most) {
      alternative = candidate;
      most = fit;
    }
  }
  // As text each way of writing would stay a label of its own
  const isMixed = reading === 'boolean' && pair >= mixedWords;
  if (isMixed) alternative = 'text';
  const hinders = (signature: number): boolean =>
    alternative !== null && !isMissing(signature) && !reads(signature, alternative, pair);
  return {
    reading,
    type: typeUnder(evidence, reading, pair),
    pair: reading === 'boolean' ? pair : -1,
    words: reading === 'boolean' && pair >= 0 ? wordsOfPair(pair) : null,
    missing: missing + (total - missing - values),
    missingWords,
    values,
    unreadable: total - missing - values,
    alternative,
    changedValues: alternative === null ? 0 : isMixed ? values : changes(evidence, reading, alternative, pair),
    hinderedBy: sum(evidence, hinders),
    hindering: evidence
      .filter(({ signature }) => hinders(signature))
      .slice(0, 3)
      .map(({ example, row }) => ({ text: example, row })),
    basis,
    unit: reading.startsWith('number') ? ([...unitsOf(evidence)].find((unit) => unit !== '') ?? '') : '',
    readSignatures: evidence.reduce(
      (all, { signature }) => (reads(signature, reading, pair) ? all | signature : all),
      0,
    ),
    evidence,
  };
}
