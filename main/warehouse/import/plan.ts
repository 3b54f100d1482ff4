import type { DialectOptions } from '../../contract/datasets.ts';
import { sniffDialect } from '../csv/dialect.ts';
import { nameColumns } from '../csv/names.ts';
import { JsonRows } from '../json/json-rows.ts';
import type { Detected } from '../stream/detect.ts';
import { CsvRows, type Rows } from '../stream/rows.ts';
import type { Encoding, SourceFormat } from '../types.ts';

/** How a text source will be cut into rows: format, columns known so far, and what is worth telling. */
export type TextPlan = {
  readonly format: Exclude<SourceFormat, { kind: 'parquet' | 'derived' }>;
  readonly bomBytes: number;
  /** Column names; JSON lines may add some while they are read. */
  readonly names: readonly string[];
  readonly sourceNames: readonly string[];
  readonly notes: readonly string[];
  /** Stray bytes were found in a UTF-8 source: rows that hold them are rejected. */
  readonly checkUtf8: boolean;
};

/** Plans a detected text source. `encoding` overrides the sample's with what all bytes said. */
export function planText(
  detected: Extract<Detected, { kind: 'text' }>,
  options: DialectOptions,
  checkUtf8: boolean,
): TextPlan {
  const { sample, compression, encoding, bomBytes } = detected;
  const bom = bomBytes > 0;
  const cut = options.acceptCut === true && compression === 'gzip';
  const cutNotes = cut ? ['Only whole lines are read, as asked for: what a cut left of the last one is not.'] : [];
  if (detected.json && options.delimiter === undefined) {
    const rows = new JsonRows([], true, true);
    for (let at = 0; at < sample.length && rows.cut(sample, at, sample.length, true); ) at = rows.next;
    const names = [...rows.names];
    const lineEnd = sample.includes(13) ? 'CRLF' : 'LF';
    return {
      format: { kind: 'jsonl', compression, encoding, bom, lineEnd, flat: true, ...(cut ? { cut } : {}) },
      bomBytes,
      names,
      sourceNames: names,
      notes: cutNotes,
      checkUtf8,
    };
  }
  const sniffed = sniffDialect(sample, options, detected.sampleIsAll, detected.tail);
  const { headerTexts, lineEnd, notes, ...csv } = sniffed;
  const naming = nameColumns(headerTexts, csv.width);
  return {
    format: { kind: 'csv', compression, encoding, bom, lineEnd, csv, ...(cut ? { cut } : {}) },
    bomBytes,
    names: naming.names,
    sourceNames: csv.header ? headerTexts : naming.names,
    notes: [...notes, ...naming.notes, ...cutNotes],
    checkUtf8,
  };
}

/** A row reader for the plan, from a position after `recordsSeen` records, at `offset` of the UTF-8 text. */
export function openRows(
  plan: Pick<TextPlan, 'format' | 'names' | 'checkUtf8'>,
  recordsSeen: number,
  grow: boolean,
  offset = 0,
): Rows {
  return plan.format.kind === 'csv'
    ? new CsvRows(plan.format.csv, { recordsSeen, checkUtf8: plan.checkUtf8, offset })
    : new JsonRows(plan.names, grow, plan.format.flat === true);
}

/** Names for columns of JSON lines or Parquet: kept, unless two differ in case only. */
export function distinctNames(sourceNames: readonly string[]): {
  readonly names: readonly string[];
  readonly notes: readonly string[];
} {
  return nameColumns(sourceNames, sourceNames.length);
}

/** How the bytes of a text source are opened. */
export const byteOptions = (
  plan: Pick<TextPlan, 'format' | 'bomBytes'>,
): { compression: 'none' | 'gzip'; encoding: Encoding; bomBytes: number; cut: boolean } => ({
  compression: plan.format.compression,
  encoding: plan.format.encoding,
  bomBytes: plan.bomBytes,
  cut: plan.format.cut === true,
});
