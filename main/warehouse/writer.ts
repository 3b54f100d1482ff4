import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bug } from '../base/errors.ts';
import { ident, literal, type Session, steady } from './duck.ts';
import { guarded } from './failures.ts';
import { deliver, findStat, syncFile, writeFully } from './files.ts';
import { harmlessText, isFormula } from './formulas.ts';

/**
 * Writes result rows block by block to CSV, JSON lines or Parquet. What has been appended is on disk when `append`
 * settles; its state, saved by the caller, lets a resumed run cut the file back to that point and go on, so that the end
 * is byte-identical. The file appears under its name only when it is complete. Texts in CSV are made harmless for spreadsheets
 * unless they are to be kept as they are.
 */
export type OutputFormat = 'csv' | 'jsonl' | 'parquet';
export type OutputColumn = { readonly name: string; readonly type: 'text' | 'number' };
export type OutputValues = readonly (string | number | null)[] | Float64Array;
/** Values of one column each, in the order of the columns. */
export type OutputBlock = { readonly rowCount: number; readonly values: readonly OutputValues[] };
export type WriterState = {
  readonly bytes: number;
  readonly rows: number;
  readonly parts: number;
  /** Texts that got an apostrophe in front, so that no spreadsheet runs them. */
  readonly formulas?: number;
};

export type TableWriter = {
  readonly state: () => WriterState;
  readonly append: (block: OutputBlock) => Promise<WriterState>;
  /** Completes the file under its name. */
  readonly finish: () => Promise<{ readonly rows: number; readonly bytes: number }>;
  /** Lets go of the file; what was appended stays for a run that goes on from the state. */
  readonly suspend: () => Promise<void>;
  /** Gives up and removes what was written. */
  readonly discard: () => Promise<void>;
};

const csvText = (text: string): string =>
  /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;

/** A number as JSON and JavaScript write it; missing is empty. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  return csvText(value);
}

function jsonCell(value: string | number | null): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'null' : `"${value}"`;
  return JSON.stringify(value);
}

/** Text of the rows [from, to) of a block. */
function rowsText(
  format: 'csv' | 'jsonl',
  columns: readonly OutputColumn[],
  block: OutputBlock,
  from: number,
  to: number,
): string {
  const lines: string[] = [];
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  for (let row = from; row < to; row++) {
    const cells = block.values.map((values, i) =>
      format === 'csv' ? csvCell(values[row]) : keys[i] + jsonCell(values[row]),
    );
    lines.push(format === 'csv' ? cells.join(',') : `{${cells.join(',')}}`);
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Rows turned into text at a time, so that a large block never holds up the thread for long. */
const sliceRows = 2048;

/** Writes a block at `position`, slice by slice; returns the bytes written. */
async function writeBlock(
  file: FileHandle,
  position: number,
  format: 'csv' | 'jsonl',
  columns: readonly OutputColumn[],
  block: OutputBlock,
): Promise<number> {
  let written = 0;
  for (let from = 0; from < block.rowCount; from += sliceRows) {
    const text = rowsText(format, columns, block, from, Math.min(from + sliceRows, block.rowCount));
    const bytes = Buffer.from(text, 'utf8');
    await writeFully(file, bytes, position + written);
    written += bytes.length;
  }
  return written;
}

/** The block with its texts made harmless; columns without one are taken as they are. */
function harmlessBlock(
  columns: readonly OutputColumn[],
  block: OutputBlock,
): { readonly block: OutputBlock; readonly formulas: number } {
  let formulas = 0;
  const values = block.values.map((column, i): OutputValues => {
    if (columns[i].type === 'number' || column instanceof Float64Array) return column;
    const found = column.reduce<number>((n, cell) => n + (typeof cell === 'string' && isFormula(cell) ? 1 : 0), 0);
    formulas += found;
    return found === 0 ? column : column.map((cell) => (typeof cell === 'string' ? harmlessText(cell) : cell));
  });
  return { block: { ...block, values }, formulas };
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
  format: OutputFormat,
  scratchDir: string,
  state: WriterState,
): Promise<boolean> {
  if ((await findStat(destination)) === null) return false;
  if (format !== 'parquet') return (await findStat(partialPath(destination))) === null;
  for (let i = 0; i < state.parts; i++) if ((await findStat(partPath(scratchDir, i))) === null) return true;
  return false;
}

/** Opens a writer; with `state` it goes on behind the rows recorded there. `scratchDir` holds intermediate files and survives a kill. */
export async function openWriter(
  session: Session,
  destination: string,
  format: OutputFormat,
  columns: readonly OutputColumn[],
  scratchDir: string,
  state: WriterState | null,
  keepFormulas = false,
): Promise<TableWriter> {
  return guarded('opening the output file', async () => {
    await mkdir(dirname(destination), { recursive: true });
    return format === 'parquet'
      ? parquetWriter(session, destination, columns, scratchDir, state)
      : textWriter(destination, format, columns, state, format === 'csv' && !keepFormulas);
  });
}

async function textWriter(
  destination: string,
  format: 'csv' | 'jsonl',
  columns: readonly OutputColumn[],
  from: WriterState | null,
  harmless: boolean,
): Promise<TableWriter> {
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
    state: () => state,
    append: (block) =>
      guarded('writing the output file', async () => {
        const { block: safe, formulas } = harmless ? harmlessBlock(columns, block) : { block, formulas: 0 };
        const written = await writeBlock(file, state.bytes, format, columns, safe);
        await file.sync();
        state = {
          bytes: state.bytes + written,
          rows: state.rows + block.rowCount,
          parts: 0,
          formulas: (state.formulas ?? 0) + formulas,
        };
        return state;
      }),
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
  const part = (index: number): string => partPath(scratchDir, index);
  const select = columns
    .map(({ name, type }, i) => `${type === 'number' ? `CAST(c${i} AS DOUBLE)` : `c${i}`} AS ${ident(name)}`)
    .join(', ');
  return {
    state: () => state,
    append: (block) =>
      guarded('writing the output file', async () => {
        const staging = join(scratchDir, 'output.jsonl');
        const plain = columns.map(({ type }, i) => ({ name: `c${i}`, type }));
        const file = await open(staging, 'w');
        try {
          await writeBlock(file, 0, 'jsonl', plain, block);
        } finally {
          await file.close();
        }
        const typed = plain.map(({ name }) => `${name}: 'VARCHAR'`).join(', ');
        await session.run(
          `COPY (${steady(`SELECT ${select} FROM read_json(${literal(staging)}, format = 'newline_delimited', columns = {${typed}})`, columns.length)}) TO ${literal(part(state.parts))} (FORMAT parquet, COMPRESSION zstd)`,
        );
        await syncFile(part(state.parts));
        await rm(staging, { force: true });
        state = { bytes: 0, rows: state.rows + block.rowCount, parts: state.parts + 1 };
        return state;
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
