import { bit, signatureOf } from '../readings/signature.ts';
import type { Cut as CutDialect } from './field-marks.ts';
import { RecordSplitter } from './record-splitter.ts';

/** A sample of a text cut into records, and what is counted over them. */
export type SampleRecord = {
  readonly texts: readonly string[];
  readonly line: number;
  /** Place among all records of the text, malformed ones counted, blank lines and remarks not. */
  readonly index: number;
  /** Offset of its first byte. */
  readonly offset: number;
  /** Blank lines right above. */
  readonly blankBefore: number;
};

export type SampleCut = { readonly records: SampleRecord[]; readonly malformed: number; readonly quoted: number };

/** Cuts a sample into records; blank lines are left out. */
export function cutSample(sample: Uint8Array, dialect: CutDialect, limit: number, whole: boolean): SampleCut {
  const splitter = new RecordSplitter(dialect);
  const records: SampleRecord[] = [];
  let malformed = 0;
  let quoted = 0;
  let line = 1;
  let index = 0;
  let blankBefore = 0;
  for (let at = 0; at < sample.length && records.length < limit; ) {
    // The sample's end may cut a quoted field in two: a record left open there is not a fault
    if (!splitter.split(sample, at, sample.length, whole)) break;
    if (splitter.comment) {
      // A remark is no record
    } else if (splitter.problem !== 'none') {
      malformed++;
      index++;
    } else {
      const texts: string[] = [];
      for (let i = 0; i < splitter.fieldCount; i++) {
        texts.push(splitter.text(sample, i));
        if (splitter.quoting[i] !== 0) quoted++;
      }
      const bare = texts.length === 1 && texts[0].trim() === '' && splitter.quoting[0] === 0;
      if (bare) blankBefore++;
      else {
        records.push({ texts, line, index, offset: at, blankBefore });
        index++;
        blankBefore = 0;
      }
    }
    line += splitter.lines;
    at = splitter.next;
  }
  return { records, malformed, quoted };
}

const encoder = new TextEncoder();

/** Whether a cell is a number, a date, a known word or blank. */
export function looksTyped(text: string): boolean {
  const bytes = encoder.encode(text);
  const signature = signatureOf(bytes, 0, bytes.length);
  return (signature & ~bit.padded) !== 0;
}

/** The width most records have, and their share. */
export function modalWidth(records: readonly SampleRecord[]): { readonly width: number; readonly share: number } {
  const counts = new Map<number, number>();
  for (const { texts } of records) counts.set(texts.length, (counts.get(texts.length) ?? 0) + 1);
  let width = 1;
  let most = 0;
  for (const [candidate, count] of counts) {
    if (count > most || (count === most && candidate > width)) {
      width = candidate;
      most = count;
    }
  }
  return { width, share: records.length === 0 ? 0 : most / records.length };
}
