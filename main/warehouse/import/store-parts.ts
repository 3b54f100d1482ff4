import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bug } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import { CanonicalWriter, canonicalDelimiter, readCanonical } from '../csv/canonical.ts';
import { literal, type Session } from '../duck.ts';
import { guarded } from '../failures.ts';
import { findStat, placeByHash, writeDurably, writeFully } from '../files.ts';
import type { ColumnDecision } from '../readings/decide.ts';
import { reads, readsAsMissing } from '../readings/fit.ts';
import { signatureOf } from '../readings/signature.ts';
import { typedExpression } from '../readings/sql.ts';
import type { Rows } from '../stream/rows.ts';
import { scanRows } from '../stream/scan.ts';
import type { RunHooks, VersionPart } from '../types.ts';
import type { Examined, LineEnd } from './examine.ts';
import { PartLanes } from './part-lanes.ts';
import { byteOptions, openRows, type TextPlan } from './plan.ts';

/** Parquet settings of every stored part; one writer order, so equal rows give equal bytes. */
export const parquetOptions = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480, PARQUET_VERSION v2`;

type Stored = { readonly parts: readonly VersionPart[]; readonly counts: readonly number[] };

/** Rows and values by column of a stored part, from the counts that stand in it. */
async function countStored(session: Session, path: string, width: number): Promise<readonly number[]> {
  const found = await session.rows(
    `SELECT path_in_schema, CAST(sum(num_values) AS BIGINT), CAST(sum(stats_null_count) AS BIGINT), count(*) - count(stats_null_count) FROM parquet_metadata(${literal(path)}) GROUP BY path_in_schema`,
  );
  const counts = new Array<number>(width + 1).fill(0);
  let complete = found.length === width;
  for (const [column, values, missing, unknown] of found) {
    // A column without any value may tell no count
    if (Number(unknown) > 0 || Number(values) === 0) complete = false;
    counts[0] = Number(values);
    counts[Number(String(column).slice(1)) + 1] = Number(values) - Number(missing);
  }
  if (complete) return counts;
  const counting = Array.from({ length: width }, (_, i) => `count(c${i})`).join(', ');
  const [row] = await session.rows(`SELECT count(*), ${counting} FROM read_parquet(${literal(path)})`);
  return row.map(Number);
}

/** Empties a cell that its column's reading, asked for by the user, cannot read: the conversion sees readable values only. */
function blankUnreadable(rows: Rows, column: number, { reading, pair }: ColumnDecision): void {
  const signature = signatureOf(rows.cellBytes, rows.starts[column], rows.ends[column]);
  if (!reads(signature, reading, pair) && !readsAsMissing(signature, reading)) rows.blank(column);
}

/**
 * The second pass: the rows of each chunk are written as plain text into the job's folder, DuckDB turns them into one
 * typed Parquet part named by its hash, and the values that came out are counted. Each of the sessions works on a chunk of
 * its own; each must run its statements on one thread, because row groups written by several depend on which was first.
 */
export async function storeParts(
  sessions: readonly Session[],
  workspaceDir: string,
  rawPath: string,
  plan: TextPlan,
  examined: Examined,
  decisions: readonly ColumnDecision[],
  hooks: RunHooks,
): Promise<readonly VersionPart[]> {
  const statePath = join(hooks.scratchDir, 'stored.json');
  const saved = await findStat(statePath);
  let stored: Stored =
    saved === null
      ? { parts: [], counts: decisions.map(() => 0) }
      : (JSON.parse(await readFile(statePath, 'utf8')) as Stored);
  const { chunks } = examined;
  const width = examined.names.length;
  const delimiter = plan.format.kind === 'csv' ? canonicalDelimiter(plan.format.csv) : ',';
  const select = decisions.map((decision, i) => `${typedExpression(`c${i}`, decision)} AS c${i}`).join(', ');

  const guardedColumns = decisions.flatMap((decision, i) => (decision.unreadable > 0 ? [i] : []));

  type Text = { readonly longestRecord: number; readonly lineEnd: LineEnd };
  const texts = new Map<number, Text>();
  const partPath = (index: number): string => join(hooks.scratchDir, `part-${index}.parquet`);

  const convert = async (index: number, session: Session): Promise<readonly number[]> => {
    const { longestRecord, lineEnd } = texts.get(index) ?? { longestRecord: 0, lineEnd: '\n' };
    const textPath = pathOf(index);
    const source = readCanonical(literal(textPath), width, literal(delimiter), longestRecord, lineEnd);
    await session.run(`COPY (SELECT ${select} FROM ${source}) TO ${literal(partPath(index))} (${parquetOptions})`);
    const counts = await countStored(session, partPath(index), width);
    const rows = counts[0];
    if (rows !== chunks[index].rows) {
      throw bug(`chunk ${index} holds ${chunks[index].rows} rows, ${rows} were stored`);
    }
    texts.delete(index);
    return counts;
  };

  /** Makes a part durable under its hash; others are converted meanwhile. */
  const place = async (index: number, counts: readonly number[]): Promise<void> => {
    const rows = chunks[index].rows;
    const placed = await placeByHash(partPath(index), join(workspaceDir, 'data'), '.parquet');
    stored = {
      parts: [...stored.parts, { sha256: placed.sha256, file: `data/${placed.name}`, rows, bytes: placed.bytes }],
      counts: stored.counts.map((count, i) => count + counts[i + 1]),
    };
    await writeDurably(statePath, JSON.stringify(stored));
    hooks.countWork(rows);
    hooks.writeCheckpoint({ stage: 'store', parts: stored.parts.length });
    const done = stored.parts.reduce((sum, part) => sum + part.rows, 0);
    hooks.report({
      stage: 'store',
      fraction: 0.5 + (0.48 * done) / Math.max(1, examined.rows),
      rowsDone: done,
      rowsTotal: examined.rows,
    });
  };

  const lanes = new PartLanes(sessions, { convert, place });
  const pathOf = (chunk: number): string => join(hooks.scratchDir, `chunk-${lanes.lane(chunk)}.csv`);
  const start = (index: number, longestRecord: number, lineEnd: LineEnd): Promise<void> => {
    texts.set(index, { longestRecord, lineEnd });
    return lanes.start(index);
  };

  /** Chunks whose text DuckDB reads as the splitter does: the bytes are taken as they stand. */
  const copyChunks = async (first: number): Promise<void> => {
    const raw = await open(rawPath, 'r');
    const room = Buffer.allocUnsafe(Math.max(...chunks.slice(first).map(({ bytes = 0 }) => bytes)));
    try {
      for (let index = first; index < chunks.length; index++) {
        throwIfStopped(hooks.stop);
        const { from, bytes = 0, longestRecord, lineEnd } = chunks[index];
        const text = room.subarray(0, bytes);
        const { bytesRead } = await raw.read(text, 0, bytes, plan.bomBytes + from.offset);
        if (bytesRead !== bytes) throw bug('the landed file is shorter than when it was examined');
        const writer = new CanonicalWriter(delimiter, 1 << 16);
        const end = lineEnd ?? '\n';
        writer.begin(width, end);
        await lanes.free(index);
        const file = await open(pathOf(index), 'w');
        try {
          await writeFully(file, writer.bytes());
          await writeFully(file, text);
        } finally {
          await file.close();
        }
        await start(index, longestRecord, end);
      }
      await lanes.finish();
    } finally {
      await lanes.settle();
      await raw.close();
    }
  };

  /** Every row cut again and written in one form. */
  const rewriteChunks = async (first: number): Promise<void> => {
    const rows = openRows(
      { ...plan, names: examined.names },
      chunks[first].recordsBefore,
      false,
      chunks[first].from.offset,
    );
    const writer = new CanonicalWriter(delimiter, 1 << 20);
    let index = first;
    let written = 0;
    let file = await open(pathOf(index), 'w');
    writer.begin(width);
    const flush = async (): Promise<void> => {
      if (writer.length === 0) return;
      await writeFully(file, writer.bytes());
      writer.clear();
    };
    try {
      const visit = (): boolean => {
        if (rows.outcome !== 'row' || index >= chunks.length) return false;
        for (const k of guardedColumns) blankUnreadable(rows, k, decisions[k]);
        rows.write(writer);
        written++;
        return written === chunks[index].rows;
      };
      for await (const step of scanRows(rawPath, byteOptions(plan), chunks[first].from, rows, visit)) {
        throwIfStopped(hooks.stop);
        await flush();
        if (!step.paused) continue;
        await file.close();
        await start(index, chunks[index].longestRecord * 2, '\n');
        written = 0;
        index++;
        if (index === chunks.length) break;
        await lanes.free(index);
        file = await open(pathOf(index), 'w');
        writer.begin(width);
      }
      await lanes.finish();
    } finally {
      await lanes.settle();
      await file.close().catch(() => {});
    }
  };

  return guarded('storing the rows', async () => {
    const first = stored.parts.length;
    if (first < chunks.length) {
      const alike =
        guardedColumns.length === 0 && plan.format.compression === 'none' && plan.format.encoding === 'utf-8';
      if (alike && chunks.every(({ lineEnd }) => lineEnd !== null && lineEnd !== undefined)) {
        await copyChunks(first);
      } else await rewriteChunks(first);
    }
    for (let lane = 0; lane < sessions.length; lane++) await rm(pathOf(lane), { force: true });
    if (stored.parts.length !== chunks.length)
      throw bug(`${stored.parts.length} of ${chunks.length} chunks were stored`);
    for (const [i, decision] of decisions.entries()) {
      if (stored.counts[i] !== decision.values) {
        throw bug(
          `column "${examined.names[i]}": ${decision.values} values fit the reading ${decision.reading}, ${stored.counts[i]} were stored`,
        );
      }
    }
    return stored.parts;
  });
}
