import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bug } from '../base/errors.ts';
import { harmlessText } from '../base/formula-text.ts';
import {
  csvText,
  type OutputBlock,
  type OutputColumn,
  type OutputText,
  type RowForm,
  rowsText,
} from '../base/row-text.ts';
import { neverStop, type StopSignal } from '../base/stop.ts';
import { ident, literal, type Session, steady } from './duck.ts';
import { guarded } from './failures.ts';
import { deliver, findStat, syncFile, writeFully } from './files.ts';
import { workbookRows, workbookWriter } from './workbook-writer.ts';

/**
 * Writes result rows block by block to CSV, JSON lines, Parquet or a workbook. What was appended before a `sync` is on disk when that
 * settles; the state from then, saved by the caller, lets a resumed run cut the file back to that point and go on, so that
 * the end is byte-identical. The file appears under its name only when it is complete. Texts in CSV are made harmless for
 * spreadsheets unless they are to be kept as they are.
 */
export type OutputFormat = 'csv' | 'jsonl' | 'parquet';
/** Formats that can be written and not gone on with in the middle, too. */
export type ExportFormat = OutputFormat | 'xlsx';
export type WriterState = {
  readonly bytes: number;
  readonly rows: number;
  readonly parts: number;
  /** Texts that got an apostrophe in front, so that no spreadsheet runs them. */
  readonly formulas?: number;
};

export type TableWriter = {
  /** How rows that are handed over as text must be written. */
  readonly form: RowForm;
  readonly state: () => WriterState;
  readonly append: (block: OutputBlock | OutputText) => Promise<WriterState>;
  /** Settles once everything appended before the call is on disk; rows may be appended meanwhile. */
  readonly sync: () => Promise<void>;
  /** Completes the file under its name. */
  readonly finish: () => Promise<{ readonly rows: number; readonly bytes: number }>;
  /** Lets go of the file; what was appended stays for a run that goes on from the state. */
  readonly suspend: () => Promise<void>;
  /** Gives up and removes what was written. */
  readonly discard: () => Promise<void>;
};

/** Rows turned into text at a time, so that a large block never holds up the thread for long. */
const sliceRows = 2048;

/** Writes a block at `position`, slice by slice where its text is not made yet. */
async function writeBlock(
  file: FileHandle,
  position: number,
  form: RowForm,
  block: OutputBlock | OutputText,
): Promise<{ readonly bytes: number; readonly formulas: number }> {
  if ('bytes' in block) {
    await writeFully(file, block.bytes, position);
    return { bytes: block.bytes.length, formulas: block.formulas };
  }
  let written = 0;
  let changed = 0;
  for (let from = 0; from < block.rowCount; from += sliceRows) {
    const { text, formulas } = rowsText(form, block, from, Math.min(from + sliceRows, block.rowCount));
    const bytes = Buffer.from(text, 'utf8');
    await writeFully(file, bytes, position + written);
    written += bytes.length;
    changed += formulas;
  }
  return { bytes: written, formulas: changed };
}

/** Where a text output grows until it is complete. */
const partialPath = (destination: string): string => join(dirname(destination), `.${basename(destination)}.partial`);

/** Where the parts of a Parquet output lie until they are merged. */
const partPath = (scratchDir: string, index: number): string => join(scratchDir, `output-${index}.parquet`);

/**
 * Whether a writer with this state had delivered its file before it was killed: what it was made from is gone and the file
 * stands under its name. Ask only after `finish` was begun.
 */
export async function isDelivered(
  destination: string,
  format: ExportFormat,
  scratchDir: string,
  state: WriterState,
): Promise<boolean> {
  // A workbook is written from rows that stay: again, it gives the same bytes
  if (format === 'xlsx') return false;
  if ((await findStat(destination)) === null) return false;
  if (format !== 'parquet') return (await findStat(partialPath(destination))) === null;
  for (let i = 0; i < state.parts; i++) if ((await findStat(partPath(scratchDir, i))) === null) return true;
  return false;
}

/** Opens a writer; with `state` it goes on behind the rows recorded there. `scratchDir` holds intermediate files and survives a kill. */
export async function openWriter(
  session: Session,
  destination: string,
  format: ExportFormat,
  columns: readonly OutputColumn[],
  scratchDir: string,
  state: WriterState | null,
  keepFormulas = false,
  stop: StopSignal = neverStop,
): Promise<TableWriter> {
  return guarded('opening the output file', async () => {
    await mkdir(dirname(destination), { recursive: true });
    if (format === 'xlsx') {
      const rows = parquetWriter(session, workbookRows(scratchDir), columns, scratchDir, state);
      return workbookWriter(session, destination, columns, scratchDir, rows, stop);
    }
    return format === 'parquet'
      ? parquetWriter(session, destination, columns, scratchDir, state)
      : textWriter(destination, { format, columns, harmless: format === 'csv' && !keepFormulas }, state);
  });
}

async function textWriter(destination: string, form: RowForm, from: WriterState | null): Promise<TableWriter> {
  const { format, columns, harmless } = form;
  const partial = partialPath(destination);
  let state: WriterState = from ?? { bytes: 0, rows: 0, parts: 0 };
  const length = (await findStat(partial))?.bytes ?? 0;
  if (length < state.bytes) throw bug('the partial output is shorter than recorded');
  const file = await open(partial, length === 0 ? 'w' : 'r+');
  await file.truncate(state.bytes);
  if (state.bytes === 0 && format === 'csv') {
    const header = Buffer.from(
      `${columns.map(({ name }) => csvText(harmless ? harmlessText(name) : name)).join(',')}\n`,
      'utf8',
    );
    await writeFully(file, header, 0);
    await file.sync();
    state = { ...state, bytes: header.length };
  }
  return {
    form,
    state: () => state,
    append: (block) =>
      guarded('writing the output file', async () => {
        const { bytes, formulas } = await writeBlock(file, state.bytes, form, block);
        state = {
          bytes: state.bytes + bytes,
          rows: state.rows + block.rowCount,
          parts: 0,
          formulas: (state.formulas ?? 0) + formulas,
        };
        return state;
      }),
    sync: () => guarded('writing the output file', () => file.sync()),
    finish: () =>
      guarded('writing the output file', async () => {
        await file.close();
        await deliver(partial, destination);
        return { rows: state.rows, bytes: state.bytes };
      }),
    suspend: () => file.close(),
    discard: async () => {
      await file.close().catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

function parquetWriter(
  session: Session,
  destination: string,
  columns: readonly OutputColumn[],
  scratchDir: string,
  from: WriterState | null,
): TableWriter {
  let state: WriterState = from ?? { bytes: 0, rows: 0, parts: 0 };
  let synced = state.parts;
  const plain = columns.map(({ type }, i) => ({ name: `c${i}`, type }));
  const form: RowForm = { format: 'jsonl', columns: plain, harmless: false };
  const part = (index: number): string => partPath(scratchDir, index);
  const select = columns
    .map(({ name, type }, i) => `${type === 'number' ? `CAST(c${i} AS DOUBLE)` : `c${i}`} AS ${ident(name)}`)
    .join(', ');
  return {
    form,
    state: () => state,
    append: (block) =>
      guarded('writing the output file', async () => {
        const staging = join(scratchDir, 'output.jsonl');
        const file = await open(staging, 'w');
        try {
          await writeBlock(file, 0, form, block);
        } finally {
          await file.close();
        }
        const typed = plain.map(({ name }) => `${name}: 'VARCHAR'`).join(', ');
        await session.run(
          `COPY (${steady(`SELECT ${select} FROM read_json(${literal(staging)}, format = 'newline_delimited', columns = {${typed}})`, columns.length)}) TO ${literal(part(state.parts))} (FORMAT parquet, COMPRESSION zstd)`,
        );
        await rm(staging, { force: true });
        state = { bytes: 0, rows: state.rows + block.rowCount, parts: state.parts + 1 };
        return state;
      }),
    sync: () =>
      guarded('writing the output file', async () => {
        for (const last = state.parts; synced < last; synced++) await syncFile(part(synced));
      }),
    finish: () =>
      guarded('writing the output file', async () => {
        const whole = join(scratchDir, 'output.parquet');
        const parts = Array.from({ length: state.parts }, (_, i) => literal(part(i)));
        const source =
          parts.length === 0
            ? `(SELECT ${columns.map(({ type }, i) => `CAST(NULL AS ${type === 'number' ? 'DOUBLE' : 'VARCHAR'}) AS c${i}`).join(', ')} WHERE false)`
            : `read_parquet([${parts.join(', ')}])`;
        await session.run(
          `COPY (${steady(`SELECT ${parts.length === 0 ? select : '*'} FROM ${source}`, columns.length)}) TO ${literal(whole)} (FORMAT parquet, COMPRESSION zstd)`,
        );
        const bytes = (await findStat(whole))?.bytes ?? 0;
        await deliver(whole, destination);
        for (let i = 0; i < state.parts; i++) await rm(part(i), { force: true });
        return { rows: state.rows, bytes };
      }),
    suspend: async () => {},
    discard: async () => {
      for (let i = 0; i < state.parts; i++) await rm(part(i), { force: true });
    },
  };
}
