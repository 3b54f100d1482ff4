import { mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AuguryError } from '../../base/errors.ts';
import type { ColumnReading, DialectOptions, Receipt } from '../../contract/datasets.ts';
import type { ImportAlarm } from '../../contract/import-alarms.ts';
import type { PiiColumn } from '../../contract/privacy.ts';
import { Duck, literal } from '../duck.ts';
import { findStat } from '../files.ts';
import type { PartChoice, Unfolded } from '../formats/types.ts';
import { PiiCounter } from '../privacy/detect.ts';
import { type ColumnDecision, decideReadings } from '../readings/decide.ts';
import { EvidenceCounter } from '../readings/evidence.ts';
import { columnReading } from '../readings/labels.ts';
import { discardSealed } from '../sealed-file.ts';
import { plainFile } from '../source-file.ts';
import { detectSource } from '../stream/detect.ts';
import { cellText } from '../stream/rows.ts';
import type { ReadingCode, SourceFormat, TableInFile } from '../types.ts';
import { parquetColumns, parquetReadings } from './parquet.ts';
import { distinctNames, openRows, planText, type TextPlan } from './plan.ts';
import { changeAlarms, type PreviousReceipt, previousPick, previousReadings } from './previous.ts';
import { inside, openText, pickOf, planUnfolded, typedNotes, typedReadings } from './source-text.ts';
import { describeFormat } from './version.ts';

/** The head of a source as it would be read: for the import page, and for deciding how to read a file to score. */
export type Preview = {
  readonly name: string;
  readonly bytes: number;
  readonly dialect: Receipt['dialect'];
  readonly columns: readonly ColumnReading[];
  /** Texts as they stand in the file, first rows. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly sampledRows: number;
  readonly notes: readonly string[];
  /** Sheets, tables or lists of the source to choose from. */
  readonly parts?: readonly PartChoice[];
  /** The tables of a text that holds several. */
  readonly tables?: readonly TableInFile[];
  /** Columns that personal data are found in. */
  readonly pii: readonly PiiColumn[];
};

const shownRows = 50;

export type TextSample = {
  readonly plan: TextPlan;
  readonly names: readonly string[];
  readonly notes: readonly string[];
  readonly counters: readonly EvidenceCounter[];
  readonly rows: readonly (readonly string[])[];
  readonly sampledRows: number;
  readonly rejected: number;
  readonly personal: readonly PiiCounter[];
};

/** Cuts and counts the head (half a megabyte) of a text source; null for Parquet. */
export async function sampleText(
  path: string,
  options: DialectOptions,
  lookForPersonal = false,
  unfolded: Unfolded | null = null,
): Promise<TextSample | null> {
  const detected = await detectSource(
    path,
    unfolded === null || unfolded.shape === 'as-is' ? options.encoding : 'utf-8',
    options.acceptCut,
  );
  if (detected.kind === 'parquet') return null;
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
  };
}

/** Readings of a sample; `asked` by column position. */
export const decideSample = (
  sample: TextSample,
  options: DialectOptions,
  asked: readonly (ReadingCode | null)[] = [],
  previous: readonly (ReadingCode | null)[] = [],
): ColumnDecision[] =>
  decideReadings(
    sample.counters.map((counter) => counter.evidence()),
    {
      decimal: options.decimal,
      dateOrder: options.dateOrder,
      names: sample.names,
      asked,
      previous,
      delimiter: sample.plan.format.kind === 'csv' ? sample.plan.format.csv.delimiter : undefined,
    },
  );

/** Opens a small in-memory instance that may read this one file and nothing else. */
export const openForeign = (path: string, spillDir: string): Promise<Duck> =>
  Duck.open({ file: null, spillDir, folders: [], files: [path], memoryLimitMb: 256, threads: 2 });

/** Previews a source, with the answers of the last import where there was one. Errors as detectSource. */
export async function sniff(
  path: string,
  options: DialectOptions,
  spillDir: string,
  previous: PreviousReceipt | null = null,
): Promise<Preview & { readonly alarms: readonly ImportAlarm[] }> {
  const scratchDir = await mkdtemp(join(spillDir, 'preview-'));
  try {
    const opened = await openAgain(path, options, scratchDir, previous);
    const preview = await sniffText(path, opened, options, spillDir, previous);
    const now = { dialect: preview.dialect, columns: [...preview.columns] };
    return { ...preview, alarms: changeAlarms(now, previous) };
  } finally {
    discardSealed(scratchDir);
  }
}

/** Takes last month's sheet, table or list where none is asked for and it is there. */
async function openAgain(
  path: string,
  options: DialectOptions,
  scratchDir: string,
  previous: PreviousReceipt | null,
): Promise<{ readonly path: string; readonly unfolded: Unfolded | null }> {
  const again = previousPick(previous);
  if (Object.values(pickOf(options)).every((value) => value === undefined) && Object.keys(again).length > 0) {
    try {
      return await openText(path, { ...options, ...again }, scratchDir, previewRows);
    } catch (error) {
      if (!(error instanceof AuguryError && error.code.startsWith('unknown-'))) throw error;
    }
  }
  return openText(path, options, scratchDir, previewRows);
}

/** Rows taken out of a container for a preview. */
const previewRows = 2000;

async function sniffText(
  path: string,
  opened: { readonly path: string; readonly unfolded: Unfolded | null },
  options: DialectOptions,
  spillDir: string,
  previous: PreviousReceipt | null,
): Promise<Preview> {
  const bytes = (await findStat(path))?.bytes ?? 0;
  const { unfolded } = opened;
  const sample = await sampleText(opened.path, options, true, unfolded);
  if (sample !== null) {
    const before = previousReadings(sample.names, previous);
    const free = decideSample(sample, options, [], before);
    const typed = typedReadings(unfolded?.kinds ?? [], free, sample.plan.format).map((reading, i) =>
      before[i] === null ? reading : null,
    );
    const decisions = typed.some((reading) => reading !== null) ? decideSample(sample, options, typed, before) : free;
    const notes = [...sample.notes, ...typedNotes(sample.names, typed)];
    if (sample.rejected > 0)
      notes.push(`${sample.rejected} of the first ${sample.sampledRows + sample.rejected} records would be rejected.`);
    const format: SourceFormat = sample.plan.format;
    return {
      name: basename(path),
      bytes,
      dialect: describeFormat(format),
      columns: decisions.map((decision, i) =>
        columnReading(sample.names[i], sample.plan.sourceNames[i] ?? sample.names[i], decision),
      ),
      rows: sample.rows,
      sampledRows: sample.sampledRows,
      notes,
      ...(unfolded === null || unfolded.parts.length === 0 ? {} : { parts: [...unfolded.parts] }),
      ...(format.kind === 'csv' && format.csv.tables !== undefined ? { tables: format.csv.tables } : {}),
      pii: sample.names.flatMap((each, i) => sample.personal[i]?.finish(each) ?? []),
    };
  }
  const parquet = await plainFile(opened.path);
  const duck = await openForeign(parquet.path, spillDir);
  try {
    return await duck.withSession(async (session) => {
      const columns = await parquetColumns(session, parquet.path);
      const { readings, notes } = parquetReadings(columns, null);
      const rows = await session.rows(
        `SELECT ${columns.map(({ expression }, i) => `CAST(${expression} AS VARCHAR) AS c${i}`).join(', ')} FROM read_parquet(${literal(parquet.path)}) LIMIT ${shownRows}`,
      );
      return {
        name: basename(path),
        bytes,
        dialect: describeFormat({ kind: 'parquet', ...(unfolded === null ? {} : { inside: unfolded.container }) }),
        columns: readings,
        rows: rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
        sampledRows: rows.length,
        notes: [...(unfolded?.notes ?? []), ...notes],
        pii: readings.flatMap(({ name: column }, i) => {
          const counter = new PiiCounter();
          for (const row of rows) if (row[i] !== null) counter.add(String(row[i]));
          return counter.finish(column) ?? [];
        }),
      };
    });
  } finally {
    await duck.close();
    await parquet.close();
  }
}
