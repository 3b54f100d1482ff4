/**
 * Result rows as a workbook. A workbook cannot be cut back to where a job was killed, so the rows are kept as Parquet and
 * written into the workbook at the end; they stay until the job is over, because the ledger's segment is made from them.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputColumn } from '../base/row-text.ts';
import type { StopSignal } from '../base/stop.ts';
import { ident, literal, type Session } from './duck.ts';
import { guarded } from './failures.ts';
import { deliver, findStat } from './files.ts';
import { checkSheetLimits, type SheetTable, writeXlsx } from './formats/xlsx-write.ts';
import type { TableWriter } from './writer.ts';

/** Where the rows of a workbook lie as Parquet. */
export const workbookRows = (scratchDir: string): string => join(scratchDir, 'workbook-rows.parquet');

/** Writes by `rows`, a writer of Parquet to `workbookRows`. Rows that no sheet holds are refused where they come. */
export function workbookWriter(
  session: Session,
  destination: string,
  columns: readonly OutputColumn[],
  scratchDir: string,
  rows: TableWriter,
  stop: StopSignal,
): TableWriter {
  const kept = workbookRows(scratchDir);
  const whole = join(scratchDir, 'output.xlsx');
  const names = columns.map(({ name }, i) => `${ident(name)} AS c${i}`).join(', ');
  const table = (): SheetTable => ({
    rows: rows.state().rows,
    columns,
    relations: (from, to) => [
      `(SELECT ${names} FROM read_parquet(${literal(kept)}, file_row_number = true) WHERE file_row_number >= ${from} AND file_row_number < ${to})`,
    ],
  });
  return {
    ...rows,
    append: async (block) => {
      checkSheetLimits({ rows: rows.state().rows + block.rowCount, columns }, 'The output');
      return rows.append(block);
    },
    finish: () =>
      guarded('writing the output file', async () => {
        // After a kill behind this point the rows are there already
        if ((await findStat(kept)) === null) await rows.finish();
        await writeXlsx(session, table(), whole, stop);
        const bytes = (await findStat(whole))?.bytes ?? 0;
        await deliver(whole, destination);
        return { rows: rows.state().rows, bytes };
      }),
    discard: async () => {
      await rows.discard();
      for (const path of [kept, whole]) await rm(path, { force: true });
    },
  };
}
