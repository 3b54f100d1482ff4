import type { ColumnReading } from '../../contract/datasets.ts';
import type { ReadingCode } from '../types.ts';
import { dateShapeOf } from './date-shape.ts';
import type { ColumnDecision } from './decide.ts';
import { reads } from './fit.ts';
import { bit, wordOf } from './signature.ts';
import { isMissingWord, words } from './words.ts';

/** Decisions in the words of the receipt. */

function dateExample(decision: ColumnDecision, reading: ReadingCode): string {
  const wanted = reading === 'date-ymd' ? bit.ymd : reading === 'date-dmy' ? bit.dmy : bit.mdy;
  const found = decision.evidence.find(({ signature }) => (signature & wanted) !== 0 && (signature & bit.word) === 0);
  const { separator, shortYear } = dateShapeOf(found?.signature ?? 0);
  const year = shortYear ? '24' : '2024';
  const parts =
    reading === 'date-ymd' ? [year, '12', '31'] : reading === 'date-dmy' ? ['31', '12', year] : ['12', '31', year];
  return parts.join(separator);
}

const unitSuffix = ({ unit }: ColumnDecision): string => (unit === '' ? '' : `, in ${unit}`);

/** A reading in words, e.g. "date, day first (31/12/2024)". */
export function readingLabel(reading: ReadingCode, decision: ColumnDecision): string {
  switch (reading) {
    case 'text':
      return 'text';
    case 'seconds':
      return 'time or duration, in seconds';
    case 'epoch-seconds':
      return 'seconds since 1970';
    case 'epoch-millis':
      return 'milliseconds since 1970';
    case 'date-compact':
      return 'date, year first without marks (20241231)';
    case 'date-named':
      return 'date, month as a word (31 Dec 2024)';
    case 'integer':
      return 'whole number';
    case 'number-point':
      return `${
        (decision.readSignatures & bit.pointGrouped) !== 0 && reading === decision.reading
          ? 'number, decimal point, grouped thousands'
          : 'number, decimal point'
      }${unitSuffix(decision)}`;
    case 'number-comma':
      return `${
        (decision.readSignatures & bit.commaGrouped) !== 0 && reading === decision.reading
          ? 'number, decimal comma, grouped thousands'
          : 'number, decimal comma'
      }${unitSuffix(decision)}`;
    case 'boolean':
      return decision.words === null ? 'yes or no' : `yes or no (${decision.words[1]}/${decision.words[0]})`;
    case 'date-ymd':
      return `date, year first (${dateExample(decision, reading)})`;
    case 'date-dmy':
      return `date, day first (${dateExample(decision, reading)})`;
    case 'date-mdy':
      return `date, month first (${dateExample(decision, reading)})`;
  }
}

function missingSentence(decision: ColumnDecision): string {
  if (decision.missingWords.length === 0) return '';
  const listed = decision.missingWords.map(
    ({ word, count }) => `${word.trim() === '' ? 'blank' : `"${word}"`} ${count}×`,
  );
  return ` Missing: ${listed.join(', ')}.`;
}

function keptWords(decision: ColumnDecision): string {
  if (decision.reading !== 'text') return '';
  const kept = new Map<string, number>();
  for (const { signature, count } of decision.evidence) {
    const id = wordOf(signature);
    if (isMissingWord(id)) kept.set(words[id].text, (kept.get(words[id].text) ?? 0) + count);
  }
  if (kept.size === 0) return '';
  return ` Kept as text though often a word for missing: ${[...kept].map(([word, count]) => `"${word}" ${count}×`).join(', ')}.`;
}

const hinderingSentence = (decision: ColumnDecision): string =>
  decision.hindering.length === 0
    ? ''
    : ` In the way: ${decision.hindering.map(({ text, row }) => `"${text}" (row ${row})`).join(', ')}.`;

const writings = ({ evidence, pair }: ColumnDecision): string =>
  [
    ...new Set(
      evidence.flatMap(({ signature, example }) =>
        (signature & bit.word) === 0 && reads(signature, 'boolean', pair)
          ? ['0 or 1']
          : reads(signature, 'boolean', pair)
            ? [`"${example.trim()}"`]
            : [],
      ),
    ),
  ].join(', ');

/** One plain sentence or two on why the column is read as it is. */
export function evidenceSentence(decision: ColumnDecision): string {
  const unit = decision.unit === '' ? '' : ` The numbers stand with "${decision.unit}", which is their unit.`;
  const tail = `${unit}${missingSentence(decision)}${keptWords(decision)}`;
  const label = readingLabel(decision.reading, decision);
  const other = decision.alternative === null ? '' : readingLabel(decision.alternative, decision);
  switch (decision.basis) {
    case 'no-values':
      return `No value in any row.${tail}`;
    case 'codes':
      return `Text: digits with leading zeros or more than 15 digits are codes, not quantities.${tail}`;
    case 'words':
      return `Text: labels such as these stay as they stand.${tail}`;
    case 'asked':
      return `Read as ${label} because you asked for it${decision.unreadable > 0 ? `; ${decision.unreadable} values could not be read and became missing` : ''}.${tail}`;
    case 'hindered':
      return other === ''
        ? `Text: no other reading explains the values.${tail}`
        : `Text: ${decision.hinderedBy} values keep it from being ${other}.${hinderingSentence(decision)}${tail}`;
    case 'mixed-words':
      return `All ${decision.values} values say yes or no, in several ways of writing: ${writings(decision)}. As text each stays a label of its own.${tail}`;
    case 'as-before':
      return `All ${decision.values} values read as ${label}, as last time.${tail}`;
    case 'file-decides':
      return `All ${decision.values} values also read as ${other}; other columns of the file leave no choice, so ${label}.${tail}`;
    case 'default':
      return `All ${decision.values} values also read as ${other}, and nothing in the file decides: ${label} is the usual one. Please check.${tail}`;
    case 'all-read':
      return decision.alternative === null
        ? `All ${decision.values} values read as ${label}.${tail}`
        : `All ${decision.values} values read as ${label}; ${other} is ruled out by ${decision.hinderedBy}.${hinderingSentence(decision)}${tail}`;
  }
}

/** The receipt's line for a column. */
export function columnReading(name: string, sourceName: string, decision: ColumnDecision): ColumnReading {
  const examples: string[] = [];
  for (const { signature, example } of decision.evidence) {
    if (examples.length < 3 && reads(signature, decision.reading, decision.pair) && !examples.includes(example)) {
      examples.push(example);
    }
  }
  return {
    name,
    sourceName,
    type: decision.type,
    reading: readingLabel(decision.reading, decision),
    readingCode: decision.reading,
    alternative: decision.alternative === null ? null : readingLabel(decision.alternative, decision),
    alternativeCode: decision.alternative,
    changedValues: decision.changedValues,
    hinderedBy: decision.hinderedBy,
    missing: decision.missing,
    missingWords: decision.missingWords.map(({ word, count }) => ({ word, count })),
    examples,
    evidence: evidenceSentence(decision),
  };
}
