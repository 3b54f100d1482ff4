import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputColumn } from '../base/row-text.ts';
import { Duck, ident, literal } from './duck.ts';
import { guarded } from './failures.ts';
import { placeByHash } from './files.ts';
import { exactSql } from './formulas.ts';
import { workbookRows } from './workbook-writer.ts';
import type { ExportFormat } from './writer.ts';

export type Segment = {
  /** Relative to the workspace folder. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
};

/** SQL over a finished output file, or the rows that a workbook was made from, with the types its writer gave to the columns. */
function relationOf(path: string, format: ExportFormat, columns: readonly OutputColumn[]): string {
  const typed = columns
    .map(({ name, type }) => `${literal(name)}: '${type === 'number' ? 'DOUBLE' : 'VARCHAR'}'`)
    .join(', ');
  if (format === 'parquet' || format === 'xlsx') return `read_parquet(${literal(path)})`;
  if (format === 'jsonl') {
    return `read_json(${literal(path)}, format = 'newline_delimited', columns = {${typed}}, maximum_object_size = 67108864)`;
  }
  return (
    `read_csv(${literal(path)}, columns = {${typed}}, header = true, auto_detect = false, delim = ',', quote = '"', ` +
    `escape = '"', new_line = '\\n', nullstr = '', strict_mode = true)`
  );
}

/**
 * Keeps the rows of an output file in the workspace as one Parquet file named by its hash, under `data/ledger/`. Equal
 * outputs give equal bytes: one thread writes them. It reads that file and nothing else. Errors: resource.
 */
export async function keepSegment(request: {
  readonly workspaceDir: string;
  readonly output: string;
  readonly format: ExportFormat;
  readonly columns: readonly OutputColumn[];
  readonly scratchDir: string;
  /** Texts that were made harmless in the output. */
  readonly formulas: number;
}): Promise<Segment> {
  const { workspaceDir, output, format, columns, scratchDir } = request;
  // The record holds the texts themselves, not what a spreadsheet is given
  const exact = request.formulas > 0;
  const names = columns.map(({ name, type }) =>
    exact && type === 'text' ? `${exactSql(ident(name))} AS ${ident(name)}` : ident(name),
  );
  const rows = format === 'xlsx' ? workbookRows(scratchDir) : output;
  const temporary = join(scratchDir, 'segment.parquet');
  return guarded('keeping the predictions for the ledger', async () => {
    await rm(temporary, { force: true });
    const duck = await Duck.open({
      file: null,
      spillDir: join(scratchDir, 'spill'),
      folders: [scratchDir],
      files: [rows],
      memoryLimitMb: 192,
      threads: 1,
    });
    try {
      await duck.withSession((session) =>
        session.run(
          `COPY (SELECT ${names.join(', ')} FROM ${relationOf(rows, format, columns)}) TO ${literal(temporary)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)`,
        ),
      );
    } finally {
      await duck.close();
    }
    const placed = await placeByHash(temporary, join(workspaceDir, 'data', 'ledger'), '.parquet');
    return { file: `data/ledger/${placed.name}`, sha256: placed.sha256, bytes: placed.bytes };
  });
}
