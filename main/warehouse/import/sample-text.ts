/** The head of a text source, cut and counted: for previews, for deciding how to read a file to score, and for recalling answers. */
import type { DialectOptions } from '../../contract/datasets.ts';
import type { Unfolded } from '../formats/types.ts';
import { PiiCounter } from '../privacy/detect.ts';
import { type ColumnDecision, type DecidedMarks, decideReadings } from '../readings/decide.ts';
import { EvidenceCounter } from '../readings/evidence.ts';
import { detectSource } from '../stream/detect.ts';
import { cellText } from '../stream/rows.ts';
import type { Utf8Evidence } from '../stream/utf8.ts';
import type { ReadingCode } from '../types.ts';
import { BinaryDigits } from './binary-digits.ts';
import { withTail } from './make-plan.ts';
import { distinctNames, openRows, planText, type TextPlan } from './plan.ts';
import { lastAnswers, type PreviousReceipt } from './previous.ts';
import { type Recalled, recallAnswers } from './recall.ts';
import { inside, planUnfolded } from './source-text.ts';

/** Rows whose texts are shown. */
export const shownRows = 50;

export type TextSample = {
  readonly plan: TextPlan;
  readonly names: readonly string[];
  readonly notes: readonly string[];
  readonly counters: readonly EvidenceCounter[];
  readonly rows: readonly (readonly string[])[];
  readonly sampledRows: number;
  readonly rejected: number;
  readonly personal: readonly PiiCounter[];
  readonly binaryDigits: readonly boolean[];
};

/**
 * Cuts and counts the head (half a megabyte) of a text source; null for Parquet. With `toItsEnd` a text that must be unpacked
 * or decoded is read on to its end, so that totals and remarks below the table are known, as an import knows them.
 */
export async function sampleText(
  path: string,
  options: DialectOptions,
  lookForPersonal = false,
  unfolded: Unfolded | null = null,
  toItsEnd = false,
): Promise<TextSample | null> {
  const head = await detectSource(
    path,
    unfolded === null || unfolded.shape === 'as-is' ? options.encoding : 'utf-8',
    options.acceptCut,
  );
  if (head.kind === 'parquet') return null;
  const detected = toItsEnd ? await withTail(head, path, options.acceptCut) : head;
  const known = unfolded === null ? null : await planUnfolded(unfolded, options);
  const asText = (): TextPlan => {
    const text = planText(detected, options, detected.encoding === 'utf-8' && !detected.certain);
    return unfolded === null ? text : inside(text, unfolded);
  };
  const plan = known ?? asText();
  const rows = openRows(plan, 0, true);
  const counters = plan.names.map(() => new EvidenceCounter());
  const personal = plan.names.map(() => new PiiCounter());
  const texts: string[][] = [];
  const { sample, sampleIsAll } = detected;
  let sampledRows = 0;
  let rejected = 0;
  // Where the sample is not the whole file its last record may be cut in two: it is left alone
  for (let at = 0; at < sample.length && rows.cut(sample, at, sample.length, sampleIsAll); at = rows.next) {
    if (rows.outcome === 'rejected') rejected++;
    if (rows.outcome !== 'row') continue;
    sampledRows++;
    const { cellBytes, starts, ends, cellCount } = rows;
    for (let i = 0; i < cellCount; i++) counters[i].add(cellBytes, starts[i], ends[i], sampledRows);
    if (lookForPersonal)
      for (let i = 0; i < cellCount; i++) if (ends[i] > starts[i]) personal[i]?.add(cellText(rows, i));
    if (texts.length < shownRows) {
      texts.push(Array.from({ length: cellCount }, (_, i) => cellText(rows, i)));
    }
  }
  const digits = new BinaryDigits(counters.map((counter) => counter.evidence()));
  if (digits.left > 0) {
    const again = openRows(plan, 0, false);
    for (let at = 0; at < sample.length && again.cut(sample, at, sample.length, sampleIsAll); at = again.next)
      digits.visit(again);
  }
  const naming = plan.format.kind === 'csv' ? { names: plan.names, notes: [] } : distinctNames(plan.names);
  return {
    plan,
    names: naming.names,
    notes: [...plan.notes, ...naming.notes],
    counters,
    rows: texts,
    sampledRows,
    rejected,
    personal,
    binaryDigits: digits.finish(),
  };
}

/** Readings of a sample; `asked` by column position. */
export const decideSample = (
  sample: TextSample,
  options: DialectOptions,
  asked: readonly (ReadingCode | null)[] = [],
  previous: readonly (ReadingCode | null)[] = [],
  again: Recalled['again'] = {},
): ColumnDecision[] =>
  decideReadings(
    sample.counters.map((counter) => counter.evidence()),
    {
      ...marksOf(options, again),
      names: sample.names,
      asked,
      previous,
      binaryDigits: sample.binaryDigits,
      delimiter: sample.plan.format.kind === 'csv' ? sample.plan.format.csv.delimiter : undefined,
    },
  );

/** Decimal marks and date orders that were asked for, apart from those of last time, which other columns may overrule. */
export const marksOf = ({ decimal, dateOrder }: DialectOptions, again: Recalled['again']): DecidedMarks => ({
  decimal: again.decimal === undefined ? decimal : undefined,
  dateOrder: again.dateOrder === undefined ? dateOrder : undefined,
  last: { decimal: again.decimal, dateOrder: again.dateOrder },
});

/** Recalls the answers of the last import for a text that was opened. */
export const recallFor = (
  opened: { readonly path: string; readonly unfolded: Unfolded | null },
  options: DialectOptions,
  previous: PreviousReceipt | null,
  whole: Utf8Evidence | null = null,
): Promise<Recalled> =>
  recallAnswers(
    { ...opened, whole, sample: (asked) => sampleText(opened.path, asked, false, opened.unfolded) },
    options,
    lastAnswers(previous),
  );
