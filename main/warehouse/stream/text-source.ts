import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bug } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import type { DialectOptions } from '../../contract/datasets.ts';
import type { Frame } from '../../ml/frame.ts';
import { CanonicalWriter, canonicalDelimiter, readCanonical } from '../csv/canonical.ts';
import { literal, type Session } from '../duck.ts';
import { guarded } from '../failures.ts';
import { findStat, writeFully } from '../files.ts';
import { type FrameColumn, microseconds, orNan, readFrameSql } from '../frame-sql.ts';
import { byteOptions, openRows } from '../import/plan.ts';
import { decideSample, sampleText, type TextSample } from '../import/sample-text.ts';
import { openText } from '../import/source-text.ts';
import { type ColumnDecision, describeDecision } from '../readings/decide.ts';
import { EvidenceCounter } from '../readings/evidence.ts';
import { reads, readsAsMissing } from '../readings/fit.ts';
import { signatureOf } from '../readings/signature.ts';
import { typedExpression } from '../readings/sql.ts';
import { discardSealed } from '../sealed-file.ts';
import type { LastSample } from './last-sample.ts';
import { isPlain, plainBlocks } from './plain-source.ts';
import { decimalsOf, readingFor } from './reading-for.ts';
import { CsvRows, cellText, recordText } from './rows.ts';
import { type Position, scanRows, startPosition } from './scan.ts';
import type { BlockRequest, FrameBlock, ScoreSource } from './score-source.ts';
import { openParquetSource } from './table-source.ts';
import { cellReason, isResume, type Resume, type Target } from './text-block.ts';
import { locateKept, locateWanted } from './wanted.ts';

/**
 * CSV and JSON lines in blocks. The head of the file decides the dialect and, among the readings that give the type a
 * model wants, the one that reads most; every cell of every row is then checked against it, and a row with a cell that
 * does not read is rejected with its line. Blocks are cut in TypeScript, converted by DuckDB from a small file in the
 * job's folder, so that memory depends on the block alone.
 */
/** The typed column of one block: its own evidence says what the conversion has to handle. */
function blockColumn(
  target: Target,
  counter: EvidenceCounter,
): { readonly column: FrameColumn; readonly values: number } {
  const decision = describeDecision(counter.evidence(), target.reading, 'asked', -1);
  const value = typedExpression(`c${target.position}`, decision);
  const { name, type } = target.wanted;
  const sql = type === 'string' ? value : type === 'double' ? orNan(value) : microseconds(value);
  return { column: { name, type, sql }, values: decision.values };
}

/** Opens a text source, or the text of a container, which is taken out into `spillDir`; null when it is Parquet. */
export async function openTextSource(
  session: Session,
  sourcePath: string,
  options: DialectOptions,
  spillDir: string,
  lastSample: LastSample,
): Promise<ScoreSource | null> {
  const scratchDir = await mkdtemp(join(spillDir, 'source-'));
  const discard = async (): Promise<void> => discardSealed(scratchDir);
  try {
    const { path, unfolded } = await openText(sourcePath, options, scratchDir, null);
    const sample =
      unfolded === null ? await lastSample(path, options) : await sampleText(path, options, false, unfolded, true);
    const source = sample === null ? null : await openSample(session, path, sample, options);
    if (source === null && unfolded !== null) {
      const packed = await openParquetSource(path, spillDir);
      return { ...packed, close: () => packed.close().finally(discard) };
    }
    if (unfolded === null) await discard();
    return source === null ? null : { ...source, close: discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function openSample(
  session: Session,
  path: string,
  sample: TextSample,
  options: DialectOptions,
): Promise<ScoreSource> {
  const decisions = decideSample(sample, options);
  const bytes = (await findStat(path))?.bytes ?? 0;
  const columns = decisions.map((decision, i) => ({
    name: sample.names[i],
    type: decision.type,
    examples: decision.evidence.slice(0, 8).map(({ example }) => example),
  }));
  return {
    columns,
    rowCount: null,
    blocks: (request) => textBlocks(session, path, bytes, sample, decisions, columns, request),
    close: async () => {},
  };
}

/** Reads a staged block; its text is parsed once, into a table, however many columns need their distinct values. */
async function stagedFrame(
  session: Session,
  relation: string,
  columns: readonly FrameColumn[],
  rowCount: number,
): Promise<Frame> {
  if (rowCount === 0 || columns.length === 0) return readFrameSql(session, [], columns, rowCount, false);
  const select = columns.map(({ sql }, i) => `${sql} AS v${i}`).join(', ');
  await session.run(`CREATE OR REPLACE TEMP TABLE staged_block AS SELECT ${select} FROM ${relation}`);
  try {
    const typed = columns.map((column, i) => ({ ...column, sql: `v${i}` }));
    return await readFrameSql(session, ['staged_block'], typed, rowCount, true);
  } finally {
    await session.run('DROP TABLE IF EXISTS staged_block');
  }
}

async function* textBlocks(
  session: Session,
  path: string,
  bytes: number,
  sample: TextSample,
  decisions: readonly ColumnDecision[],
  columns: ScoreSource['columns'],
  request: BlockRequest,
): AsyncGenerator<FrameBlock> {
  const { plan } = sample;
  const positions = locateWanted(request.wanted, columns, request.map ?? {});
  const decimals = decimalsOf(decisions);
  const targets = request.wanted.map(
    (wanted, i): Target => ({
      wanted,
      position: positions[i],
      reading: readingFor(wanted, decisions[positions[i]], decimals),
    }),
  );
  const keep = locateKept(request.keep ?? [], columns);
  const rawBytes = bytes * (plan.format.compression === 'gzip' ? 5 : 1);
  let from: Resume = isResume(request.resume) ? request.resume : { ...startPosition, records: 0, data: 0 };
  if (isPlain(sample, targets)) {
    const { chunkRows, stop } = request;
    const plain = plainBlocks({ path, sample, targets, keep, from, rawBytes, chunkRows, stop });
    try {
      for (;;) {
        const { value, done } = await plain.next();
        if (done === true) {
          if (!value) return;
          break;
        }
        if (isResume(value.resume)) from = value.resume;
        yield value;
      }
    } finally {
      // A reader that leaves early must not keep the file open
      await plain.return(false);
    }
  }
  const rows = openRows(plan, from.records, false, from.offset);
  const width = rows.cellCount;
  const delimiter = plan.format.kind === 'csv' ? canonicalDelimiter(plan.format.csv) : ',';
  const writer = new CanonicalWriter(delimiter, 1 << 20);
  const staging = join(request.scratchDir, 'block.csv');

  let data = from.data;
  let records = 0;
  let rowCount = 0;
  let longest = 0;
  let counters = targets.map(() => new EvidenceCounter());
  let rejected: { line: number; reason: string; text: string }[] = [];
  let recordOf = new Int32Array(request.chunkRows);
  let lineOf = new Int32Array(request.chunkRows);
  let kept: string[][] = keep.map(() => []);
  const signatures = new Int32Array(targets.length);

  const visit = (line: number, block: Uint8Array): boolean => {
    if (rows.outcome === 'blank' || rows.outcome === 'skipped') return false;
    let reason = rows.outcome === 'rejected' ? rows.reason : '';
    if (reason === '') {
      for (let k = 0; k < targets.length; k++) {
        const { position, reading } = targets[k];
        const signature = signatureOf(rows.cellBytes, rows.starts[position], rows.ends[position]);
        signatures[k] = signature;
        if (reads(signature, reading, -1) || readsAsMissing(signature, reading)) continue;
        reason = cellReason(targets[k], cellText(rows, position));
        break;
      }
    }
    if (reason === '') {
      for (let k = 0; k < targets.length; k++) {
        const { position } = targets[k];
        const start = rows.starts[position];
        counters[k].addSigned(signatures[k], rows.cellBytes, start, rows.ends[position], data + records + 1);
      }
      for (const [k, position] of keep.entries()) kept[k].push(cellText(rows, position));
      longest = Math.max(longest, rows.end - rows.start);
      rows.write(writer);
      recordOf[rowCount] = records;
      lineOf[rowCount] = line;
      rowCount++;
    } else {
      rejected.push({ line, reason, text: recordText(rows, block) });
    }
    records++;
    return records >= request.chunkRows;
  };

  const finishBlock = async (position: Position, last: boolean): Promise<FrameBlock> => {
    const made = targets.map((target, k) => blockColumn(target, counters[k]));
    const relation = readCanonical(literal(staging), width, literal(delimiter), longest * 2);
    const frame = await stagedFrame(
      session,
      relation,
      made.map(({ column }) => column),
      rowCount,
    );
    for (const [k, column] of frame.columns.entries()) {
      let values = 0;
      if (column.type === 'string') for (const code of column.codes) values += code >= 0 ? 1 : 0;
      else for (const value of column.values) values += Number.isNaN(value) ? 0 : 1;
      if (values !== made[k].values)
        throw bug(`column "${column.name}": ${made[k].values} values fit, ${values} were converted`);
    }
    const state: Resume = {
      offset: position.offset,
      line: position.line,
      records: rows instanceof CsvRows ? rows.recordsSeen : 0,
      data: data + records,
    };
    const block: FrameBlock = {
      frame,
      kept,
      firstRecord: data,
      records,
      recordOf: recordOf.slice(0, rowCount),
      lineOf: lineOf.slice(0, rowCount),
      rejected,
      resume: { ...state },
      fraction: last ? 1 : Math.min(0.999, position.offset / Math.max(1, rawBytes)),
    };
    data += records;
    records = 0;
    rowCount = 0;
    longest = 0;
    counters = targets.map(() => new EvidenceCounter());
    rejected = [];
    recordOf = new Int32Array(request.chunkRows);
    lineOf = new Int32Array(request.chunkRows);
    kept = keep.map(() => []);
    return block;
  };

  let file = await open(staging, 'w');
  writer.begin(width);
  const flush = (): Promise<void> =>
    guarded('writing intermediate rows', async () => {
      if (writer.length === 0) return;
      await writeFully(file, writer.bytes());
      writer.clear();
    });
  try {
    for await (const step of scanRows(path, byteOptions(plan), { offset: from.offset, line: from.line }, rows, visit)) {
      throwIfStopped(request.stop);
      await flush();
      if (!(step.paused || step.last)) continue;
      if (records === 0) continue;
      await file.close();
      yield await finishBlock(step.position, step.last);
      file = await open(staging, 'w');
      writer.begin(width);
    }
  } finally {
    await file.close().catch(() => {});
    await rm(staging, { force: true });
  }
}
