import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfStopped } from '../../base/stop.ts';
import { canonicalDelimiter } from '../csv/canonical.ts';
import { guarded } from '../failures.ts';
import { findStat, writeFully } from '../files.ts';
import { JsonRows } from '../json/json-rows.ts';
import { type ColumnEvidence, EvidenceCounter, mergeEvidence } from '../readings/evidence.ts';
import { CsvRows, recordText } from '../stream/rows.ts';
import { type Position, scanRows, startPosition } from '../stream/scan.ts';
import type { RunHooks } from '../types.ts';
import { OrdinaryRows } from './ordinary-rows.ts';
import { byteOptions, openRows, type TextPlan } from './plan.ts';

/**
 * The first pass over a text source: every record is cut and counted, every cell's signature counted, rejected rows are
 * written aside. The rows are parted into chunks, which the second pass stores one by one. After each chunk the state is
 * saved; a resumed run goes on behind the last saved chunk.
 */
export type Chunk = {
  readonly from: Position;
  readonly recordsBefore: number;
  readonly rows: number;
  readonly longestRecord: number;
  /** Length of the chunk's text. */
  readonly bytes?: number;
  /** The line end of all rows where the text holds nothing but rows that every reader cuts alike, null otherwise. */
  readonly lineEnd?: LineEnd | null;
};

export type LineEnd = '\n' | '\r\n';

export type Reject = { readonly line: number; readonly reason: string; readonly text: string };

export type Examined = {
  readonly done: boolean;
  readonly position: Position;
  readonly records: number;
  readonly rows: number;
  readonly rejected: number;
  readonly blankLines: number;
  readonly rejectsBytes: number;
  readonly firstRejects: readonly Reject[];
  /** Where the first of them begins in the UTF-8 text. */
  readonly firstRejectAt: number | null;
  readonly reasons: Readonly<Record<string, number>>;
  readonly names: readonly string[];
  readonly evidence: readonly ColumnEvidence[];
  readonly chunks: readonly Chunk[];
};

export type ChunkSize = { readonly rows: number; readonly bytes: number };

const keptRejects = 50;
const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const rejectsHeader = 'line,reason,text\n';

/** One line of a rejects file. */
export const rejectLine = ({ line, reason, text }: Reject): string => `${line},${csvCell(reason)},${csvCell(text)}\n`;

/** Whether the dialect is the one that rows are stored from, so that a chunk's text may be taken as it stands. */
const standardForm = ({ format, checkUtf8 }: TextPlan): boolean =>
  format.kind === 'csv' &&
  !checkUtf8 &&
  canonicalDelimiter(format.csv) === format.csv.delimiter &&
  format.csv.blanks !== true &&
  format.csv.fixed === undefined &&
  (format.csv.quote === '"' || format.csv.quote === null) &&
  format.csv.escape === 'doubled';

const emptyState = (plan: TextPlan): Examined => ({
  done: false,
  position: startPosition,
  records: 0,
  rows: 0,
  rejected: 0,
  blankLines: 0,
  rejectsBytes: 0,
  firstRejects: [],
  firstRejectAt: null,
  reasons: {},
  names: plan.names,
  evidence: plan.names.map(() => []),
  chunks: [],
});

/**
 * Saves the state under its name in one step, without waiting for the disk: what a crash of the machine takes with it is
 * found out when it is read, and examined again.
 */
async function keepState(path: string, state: Examined): Promise<void> {
  await writeFile(`${path}.tmp`, JSON.stringify(state));
  await rename(`${path}.tmp`, path);
}

/** The saved state, or null when there is none, or one that does not go with the rejects on disk. */
async function findState(path: string, rejectsPath: string): Promise<Examined | null> {
  if ((await findStat(path)) === null) return null;
  let state: Examined;
  try {
    state = JSON.parse(await readFile(path, 'utf8')) as Examined;
  } catch {
    return null;
  }
  return ((await findStat(rejectsPath))?.bytes ?? 0) >= state.rejectsBytes ? state : null;
}

export async function examine(
  rawPath: string,
  rawBytes: number,
  plan: TextPlan,
  size: ChunkSize,
  hooks: RunHooks,
): Promise<Examined> {
  const statePath = join(hooks.scratchDir, 'examined.json');
  let state = (await findState(statePath, join(hooks.scratchDir, 'rejects.csv'))) ?? emptyState(plan);
  if (state.done) return state;
  return guarded('examining the rows', async () => {
    const rejects = await open(join(hooks.scratchDir, 'rejects.csv'), 'a+');
    try {
      if (state.rejectsBytes === 0) {
        await rejects.truncate(0);
        await writeFully(rejects, Buffer.from(rejectsHeader));
        state = { ...state, rejectsBytes: rejectsHeader.length };
      } else await rejects.truncate(state.rejectsBytes);

      const rows = openRows({ ...plan, names: state.names }, state.records, true, state.position.offset);
      let counters = state.names.map(() => new EvidenceCounter());
      let chunkFrom = state.position;
      let chunkRecords = state.records;
      let chunkRows = 0;
      let chunkRejected = 0;
      let longest = 0;
      // Bit 1 for LF, 2 for CR LF, 4 for what must be written anew
      let lineEnds = standardForm(plan) ? 0 : 4;
      let blankLines = state.blankLines;
      let pending: Reject[] = [];
      let firstRejects = [...state.firstRejects];
      let { firstRejectAt } = state;
      const reasons = { ...state.reasons };
      let rejectsBytes = state.rejectsBytes;
      let offset = chunkFrom.offset;
      // Behind the titles and the header
      let rowsFrom = chunkFrom;

      const visit = (line: number, bytes: Uint8Array): boolean => {
        offset += rows.next - rows.start;
        if (rows.outcome === 'row') {
          chunkRows++;
          lineEnds |= rows.next - rows.end === 2 ? 2 : bytes[rows.end] === 10 || rows.next === rows.end ? 1 : 4;
          if (rows instanceof CsvRows && rows.odd) lineEnds |= 4;
          const row = state.rows + chunkRows;
          longest = Math.max(longest, rows.end - rows.start);
          const { starts, ends, cellBytes, cellCount } = rows;
          while (counters.length < cellCount) {
            const counter = new EvidenceCounter();
            counter.addBlank(chunkRows - 1, state.rows + 1);
            counters.push(counter);
          }
          for (let i = 0; i < cellCount; i++) counters[i].add(cellBytes, starts[i], ends[i], row);
        } else if (rows.outcome === 'rejected') {
          lineEnds |= 4;
          chunkRejected++;
          firstRejectAt ??= offset - (rows.next - rows.start);
          const reject = { line, reason: rows.reason, text: recordText(rows, bytes) };
          pending.push(reject);
          if (firstRejects.length < keptRejects) firstRejects.push({ ...reject, text: reject.text.slice(0, 300) });
          reasons[rows.reason] = (reasons[rows.reason] ?? 0) + 1;
        } else if (rows.outcome === 'blank') {
          blankLines++;
          lineEnds |= 4;
        } else if (chunkRows === 0 && (lineEnds & 4) === 0) rowsFrom = { offset, line: line + rows.lines };
        else lineEnds |= 4;
        return chunkRows >= size.rows || offset - chunkFrom.offset >= size.bytes;
      };

      const bulk = OrdinaryRows.find(plan, rows, {
        counters: () => counters,
        rowsBefore: () => state.rows + chunkRows,
        room: () => ({ rows: size.rows - chunkRows, bytes: size.bytes - (offset - chunkFrom.offset) }),
        count: (taken, bytes) => {
          chunkRows += taken.rows;
          offset += bytes;
          lineEnds |= taken.lineEnds;
          longest = Math.max(longest, taken.longest);
          return chunkRows >= size.rows || offset - chunkFrom.offset >= size.bytes;
        },
      });

      const flushRejects = async (): Promise<void> => {
        if (pending.length === 0) return;
        const text = Buffer.from(pending.map(rejectLine).join(''), 'utf8');
        pending = [];
        await writeFully(rejects, text);
        rejectsBytes += text.length;
      };

      const closeChunk = async (position: Position, done: boolean): Promise<void> => {
        await flushRejects();
        bulk?.settle();
        const names = rows instanceof JsonRows ? [...rows.names] : state.names;
        const evidence = counters.map((counter, i) => {
          const before = state.evidence[i];
          if (before !== undefined) return mergeEvidence(before, counter.evidence());
          // A column that appeared in this chunk is blank in all rows before it
          const absent = new EvidenceCounter();
          absent.addBlank(state.rows, 1);
          return mergeEvidence(absent.evidence(), counter.evidence());
        });
        const records = rows instanceof CsvRows ? rows.recordsSeen : 0;
        const lineEnd = lineEnds === 1 ? '\n' : lineEnds === 2 ? '\r\n' : null;
        // A chunk that is taken as it stands begins at its first row
        const chunk: Chunk = {
          from: lineEnd === null ? chunkFrom : rowsFrom,
          recordsBefore: lineEnd === null ? chunkRecords : Math.max(chunkRecords, records - chunkRows),
          rows: chunkRows,
          longestRecord: longest,
          bytes: position.offset - rowsFrom.offset,
          lineEnd,
        };
        state = {
          done,
          position,
          records,
          rows: state.rows + chunkRows,
          rejected: state.rejected + chunkRejected,
          blankLines,
          rejectsBytes,
          firstRejects,
          firstRejectAt,
          reasons: { ...reasons },
          names,
          evidence,
          chunks: chunkRows > 0 ? [...state.chunks, chunk] : state.chunks,
        };
        await keepState(statePath, state);
        hooks.countWork(chunkRows + chunkRejected);
        hooks.writeCheckpoint({ stage: 'examine', rows: state.rows, rejected: state.rejected });
        counters = names.map(() => new EvidenceCounter());
        chunkFrom = position;
        rowsFrom = position;
        lineEnds = standardForm(plan) ? 0 : 4;
        chunkRecords = records;
        chunkRows = 0;
        chunkRejected = 0;
        longest = 0;
        firstRejects = [...state.firstRejects];
      };

      for await (const step of scanRows(rawPath, byteOptions(plan), state.position, rows, visit, bulk)) {
        throwIfStopped(hooks.stop);
        if (step.paused || step.last) await closeChunk(step.position, step.last);
        else await flushRejects();
        hooks.report({
          stage: 'examine',
          fraction: 0.1 + 0.4 * Math.min(1, step.position.offset / Math.max(1, rawBytes)),
          rowsDone: state.rows + chunkRows,
          rowsTotal: null,
        });
      }
      return state;
    } finally {
      await rejects.close();
    }
  });
}
