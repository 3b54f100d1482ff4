import { mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AuguryError } from '../../base/errors.ts';
import type { ColumnReading, DialectOptions, Receipt } from '../../contract/datasets.ts';
import type { ImportAlarm } from '../../contract/import-alarms.ts';
import type { PiiColumn } from '../../contract/privacy.ts';
import { Duck, literal } from '../duck.ts';
import { findStat } from '../files.ts';
import type { MemberChoice, PartChoice, Unfolded } from '../formats/types.ts';
import { PiiCounter } from '../privacy/detect.ts';
import { columnReading } from '../readings/labels.ts';
import { discardSealed } from '../sealed-file.ts';
import { plainFile } from '../source-file.ts';
import type { SourceFormat, TableInFile } from '../types.ts';
import { parquetColumns, parquetReadings } from './parquet.ts';
import { changeAlarms, type PreviousReceipt, previousPick, previousReadings } from './previous.ts';
import type { Recalled } from './recall.ts';
import { decideSample, recallFor, sampleText, shownRows } from './sample-text.ts';
import { openText, pickOf, typedNotes, typedReadings } from './source-text.ts';
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
  /** Files of an archive to choose from. */
  readonly members?: readonly MemberChoice[];
  /** The tables of a text that holds several. */
  readonly tables?: readonly TableInFile[];
  /** Columns that personal data are found in. */
  readonly pii: readonly PiiColumn[];
};

/** Opens a small in-memory instance that may read this one file and nothing else. */
export const openForeign = (path: string, spillDir: string): Promise<Duck> =>
  Duck.open({ file: null, spillDir, folders: [], files: [path], memoryLimitMb: 256, threads: 2 });

/** Previews a source, with the answers of the last import where there was one. Errors as detectSource. */
export async function sniff(
  path: string,
  options: DialectOptions,
  spillDir: string,
  previous: PreviousReceipt | null = null,
): Promise<Preview & { readonly alarms: readonly ImportAlarm[]; readonly again: Recalled['again'] }> {
  const scratchDir = await mkdtemp(join(spillDir, 'preview-'));
  try {
    const opened = await openAgain(path, options, scratchDir, previous);
    const recalled = await recallFor(opened, options, previous);
    const preview = await sniffText(path, opened, recalled, spillDir, previous);
    const now = { dialect: preview.dialect, columns: [...preview.columns] };
    return { ...preview, alarms: changeAlarms(now, previous, recalled.unfit), again: recalled.again };
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
      return await openText(path, { ...again, ...options }, scratchDir, previewRows);
    } catch (error) {
      if (!(error instanceof AuguryError && error.code.startsWith('unknown-'))) throw error;
    }
  }
  return openText(path, options, scratchDir, previewRows);
}

/** Rows taken out of a container for a preview. */
const previewRows = 2000;

const membersOf = (unfolded: Unfolded | null): Pick<Preview, 'members'> =>
  unfolded?.members === undefined ? {} : { members: unfolded.members };

async function sniffText(
  path: string,
  opened: { readonly path: string; readonly unfolded: Unfolded | null },
  { options, again }: Recalled,
  spillDir: string,
  previous: PreviousReceipt | null,
): Promise<Preview> {
  const bytes = (await findStat(path))?.bytes ?? 0;
  const { unfolded } = opened;
  const sample = await sampleText(opened.path, options, true, unfolded);
  if (sample !== null) {
    const before = previousReadings(sample.names, previous);
    const free = decideSample(sample, options, [], before, again);
    const typed = typedReadings(unfolded?.kinds ?? [], free, sample.plan.format).map((reading, i) =>
      before[i] === null ? reading : null,
    );
    const decisions = typed.some((reading) => reading !== null)
      ? decideSample(sample, options, typed, before, again)
      : free;
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
      ...membersOf(unfolded),
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
        ...membersOf(unfolded),
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
