import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bug, dataProblem } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import type { ColumnReading } from '../../contract/datasets.ts';
import { ident, literal, type Session } from '../duck.ts';
import { guarded } from '../failures.ts';
import { findStat, placeByHash, writeDurably } from '../files.ts';
import type { Unfolded } from '../formats/types.ts';
import { readingOfType } from '../readings/reading-of-type.ts';
import type { ColumnType, RunHooks, VersionPart } from '../types.ts';
import type { LandedFile } from './copy-raw.ts';
import { noRowsNote, storeEmptyPart } from './empty-part.ts';
import type { ChunkSize } from './examine.ts';
import { distinctNames } from './plan.ts';
import { changeAlarms, changeNotes, type PreviousReceipt, refuseChanges } from './previous.ts';
import { parquetOptions } from './store-parts.ts';
import { describeFormat, type ImportOutcome, sealVersion } from './version.ts';

/**
 * Parquet keeps its own types, mapped to ours: whole numbers, decimals and floats, booleans, dates, timestamps (to
 * microseconds UTC), text. Nested columns become JSON text; columns of raw bytes are refused. NaN and empty text are
 * missing, as everywhere.
 */
export type ParquetColumn = {
  readonly sourceName: string;
  readonly sourceType: string;
  readonly type: ColumnType;
  readonly expression: string;
  readonly note: string | null;
};

/** How a column of a Parquet (or DuckDB) type is stored. Errors: data-problem for raw bytes. */
export function mapParquetColumn(name: string, sourceType: string): ParquetColumn {
  const column = ident(name);
  const make = (type: ColumnType, expression: string, note: string | null = null): ParquetColumn => ({
    sourceName: name,
    sourceType,
    type,
    expression,
    note,
  });
  const base = sourceType.toUpperCase();
  if (/^(STRUCT|MAP|UNION|LIST|VARIANT)|\[\d*\]$/.test(base)) {
    return make(
      'text',
      `CAST(to_json(${column}) AS VARCHAR)`,
      `Column "${name}" is nested (${sourceType.slice(0, 60)}); it is kept as JSON text.`,
    );
  }
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER)$/.test(base))
    return make('integer', `CAST(${column} AS BIGINT)`);
  if (/^(UBIGINT|HUGEINT|UHUGEINT)$/.test(base)) {
    return make(
      'number',
      `CAST(${column} AS DOUBLE)`,
      `Column "${name}" holds integers beyond 64 bits with sign; it is kept as numbers with 15 exact digits.`,
    );
  }
  if (/^(FLOAT|DOUBLE|REAL)$/.test(base))
    return make('number', `CASE WHEN isnan(${column}) THEN NULL ELSE CAST(${column} AS DOUBLE) END`);
  if (/^DECIMAL\(\d+,0\)$/.test(base.replaceAll(' ', ''))) return make('integer', `TRY_CAST(${column} AS BIGINT)`);
  if (base.startsWith('DECIMAL')) return make('number', `CAST(${column} AS DOUBLE)`);
  if (base === 'BOOLEAN') return make('boolean', column);
  if (base === 'DATE') return make('date', column);
  if (base === 'TIMESTAMP WITH TIME ZONE') return make('datetime', `${column} AT TIME ZONE 'UTC'`);
  if (base.startsWith('TIMESTAMP')) {
    const note = base === 'TIMESTAMP_NS' ? `Column "${name}" holds nanoseconds; it is kept to the microsecond.` : null;
    return make('datetime', `CAST(${column} AS TIMESTAMP)`, note);
  }
  if (base === 'BLOB' || base === 'BIT') {
    throw dataProblem('binary-column', `Column "${name}" holds raw bytes (${sourceType}), which is no table data.`, {
      hint: 'Write the file again without the column.',
      details: { column: name },
    });
  }
  return make('text', `nullif(CAST(${column} AS VARCHAR), '')`);
}

/** Columns of a Parquet file, mapped. Errors: data-problem when DuckDB cannot read it. */
export async function parquetColumns(session: Session, path: string): Promise<readonly ParquetColumn[]> {
  let rows: unknown[][];
  try {
    rows = await session.rows(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${literal(path)}))`,
    );
  } catch (error) {
    throw dataProblem('damaged-parquet', 'The Parquet file is damaged: its footer cannot be read.', {
      hint: 'Fetch or write the file again.',
      cause: error,
    });
  }
  return rows.map(([name, type]) => mapParquetColumn(String(name), String(type)));
}

/** The receipt's lines for Parquet columns; `missing` by column where counted. */
export function parquetReadings(
  columns: readonly ParquetColumn[],
  missing: readonly number[] | null,
): { readonly readings: readonly ColumnReading[]; readonly notes: readonly string[] } {
  const naming = distinctNames(columns.map(({ sourceName }) => sourceName));
  const readings = columns.map(
    ({ sourceName, sourceType, type }, i): ColumnReading => ({
      name: naming.names[i],
      sourceName,
      type,
      reading: `Parquet ${sourceType.slice(0, 60)}`,
      readingCode: readingOfType[type],
      alternative: null,
      alternativeCode: null,
      changedValues: 0,
      hinderedBy: 0,
      missing: missing?.[i] ?? 0,
      missingWords: [],
      examples: [],
      evidence: 'The type stands in the file.',
    }),
  );
  return { readings, notes: [...naming.notes, ...columns.flatMap(({ note }) => (note === null ? [] : [note]))] };
}

type Stored = { readonly parts: readonly VersionPart[]; readonly counts: readonly number[]; readonly rows: number };

/** Imports a landed Parquet file, or the one in a landed archive, in ranges of rows; resumes behind the last stored part. */
export async function importParquet(
  session: Session,
  workspaceDir: string,
  request: {
    readonly landed: LandedFile;
    readonly sourceName: string;
    readonly previous: PreviousReceipt | null;
    readonly stopOnChanges: boolean;
    /** The file itself, where an archive was landed. */
    readonly unfolded: Unfolded | null;
  },
  size: ChunkSize,
  hooks: RunHooks,
): Promise<ImportOutcome> {
  const { landed, sourceName, previous, unfolded } = request;
  const file = unfolded?.path ?? join(workspaceDir, landed.file);
  const path = literal(file);
  const format = { kind: 'parquet', ...(unfolded === null ? {} : { inside: unfolded.container }) } as const;
  const columns = await parquetColumns(session, file);
  const dialect = describeFormat(format);
  if (request.stopOnChanges) {
    const { readings } = parquetReadings(columns, null);
    refuseChanges(changeAlarms({ dialect, columns: [...readings] }, previous), { options: {}, columns: [] });
  }
  const statePath = join(hooks.scratchDir, 'stored.json');
  let stored: Stored =
    (await findStat(statePath)) === null
      ? { parts: [], counts: columns.map(() => 0), rows: 0 }
      : (JSON.parse(await readFile(statePath, 'utf8')) as Stored);
  const [[total]] = await session.rows(`SELECT count(*) FROM read_parquet(${path})`);
  const rowsTotal = Number(total);
  if (rowsTotal === 0) {
    const types = columns.map(({ type }) => type);
    stored = { ...stored, parts: [await storeEmptyPart(session, workspaceDir, types, hooks.scratchDir)] };
  }

  const select = columns.map(({ expression }, i) => `${expression} AS c${i}`).join(', ');
  await guarded('storing the rows', async () => {
    for (let from = stored.rows; from < rowsTotal; from += size.rows) {
      throwIfStopped(hooks.stop);
      const to = Math.min(rowsTotal, from + size.rows);
      const temporary = join(hooks.scratchDir, 'part.parquet');
      try {
        await session.run(
          `COPY (SELECT ${select} FROM read_parquet(${path}, file_row_number = true) WHERE file_row_number >= ${from} AND file_row_number < ${to}) TO ${literal(temporary)} (${parquetOptions})`,
        );
      } catch (error) {
        if (
          error instanceof Error &&
          /corrupt|invalid|thrift|snappy|zstd|decompress|page|truncat/i.test(error.message)
        ) {
          throw dataProblem('damaged-parquet', `The Parquet file is damaged between rows ${from + 1} and ${to}.`, {
            hint: 'Fetch or write the file again.',
            details: { row: from + 1 },
            cause: error,
          });
        }
        throw error;
      }
      const counting = columns.map((_, i) => `count(c${i})`).join(', ');
      const [counts] = await session.rows(`SELECT count(*), ${counting} FROM read_parquet(${literal(temporary)})`);
      if (Number(counts[0]) !== to - from) throw bug(`rows ${from} to ${to} gave ${String(counts[0])} rows`);
      const placed = await placeByHash(temporary, join(workspaceDir, 'data'), '.parquet');
      stored = {
        parts: [
          ...stored.parts,
          { sha256: placed.sha256, file: `data/${placed.name}`, rows: to - from, bytes: placed.bytes },
        ],
        counts: stored.counts.map((count, i) => count + Number(counts[i + 1])),
        rows: to,
      };
      await writeDurably(statePath, JSON.stringify(stored));
      hooks.countWork(to - from);
      hooks.writeCheckpoint({ stage: 'store', parts: stored.parts.length });
      hooks.report({ stage: 'store', fraction: 0.1 + (0.88 * to) / rowsTotal, rowsDone: to, rowsTotal });
    }
  });

  const missing = stored.counts.map((count) => rowsTotal - count);
  const { readings, notes } = parquetReadings(columns, missing);
  const version = await sealVersion(workspaceDir, {
    columns: readings.map(({ name, sourceName: original, type }, i) => ({
      name,
      sourceName: original,
      type,
      reading: readingOfType[type],
      missing: missing[i],
    })),
    parts: stored.parts,
    source: {
      name: sourceName,
      sha256: landed.sha256,
      bytes: landed.bytes,
      file: landed.file,
      format,
    },
    rejected: { rows: 0, file: null },
  });
  const now = { dialect, columns: [...readings] };
  const alarms = changeAlarms(now, previous);
  return {
    version,
    receipt: {
      sourceName,
      sourceBytes: landed.bytes,
      sourceSha256: landed.sha256,
      dialect,
      rowsIn: rowsTotal,
      rowsKept: rowsTotal,
      rowsRejected: 0,
      rejectsFile: null,
      rejects: [],
      columns: [...readings],
      notes: [
        ...(rowsTotal === 0 ? [noRowsNote] : []),
        ...(unfolded?.notes ?? []),
        ...notes,
        ...changeNotes(now, previous),
      ],
      ...(alarms.length === 0 ? {} : { alarms: [...alarms] }),
    },
  };
}
