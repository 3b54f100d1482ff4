import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unsupported } from '../base/errors.ts';
import { type StopSignal, throwIfStopped } from '../base/stop.ts';
import type { Session } from './duck.ts';
import type { Exported } from './export.ts';
import { hashFile } from './files.ts';
import type { PickOptions } from './formats/types.ts';
import { unfold } from './formats/unfold.ts';
import { byteOptions, openRows } from './import/plan.ts';
import { cellText } from './stream/rows.ts';
import { scanRows, startPosition } from './stream/scan.ts';
import type { Container, Version } from './types.ts';
import { type ExportFormat, openWriter } from './writer.ts';

const blockRows = 10_000;

/** What was taken out of a container, to be taken out again. */
const pickAgain = ({ kind, part, range, archive, member, append }: Container): PickOptions => ({
  member: member === undefined ? undefined : (archive ?? part),
  append,
  sheet: kind === 'xlsx' ? part : undefined,
  range: kind === 'xlsx' ? (range ?? undefined) : undefined,
  records: kind === 'json' ? part || '$' : undefined,
  relation: kind === 'sqlite' || kind === 'duckdb' ? part : undefined,
});

/**
 * Writes the kept rows of a version with every cell's text as it stood in the source, header included, read again from the
 * landed source. Errors: unsupported for versions that were not imported from text.
 */
export async function exportAsRead(
  session: Session,
  workspaceDir: string,
  version: Version,
  destination: string,
  output: ExportFormat,
  scratchDir: string,
  stop: StopSignal,
): Promise<Exported> {
  if (output === 'xlsx') {
    throw unsupported('as-read-xlsx', 'Texts as they were read are not written as a workbook.', {
      hint: 'Export them as CSV, or the typed values as a workbook.',
    });
  }
  const { file, format } = version.source;
  if (file === null || format.kind === 'parquet' || format.kind === 'derived') {
    throw unsupported(
      'as-read-needs-text',
      'This version has no texts to write as they were read: it came from Parquet or was made from another version.',
      {
        hint: 'Export the typed values instead.',
      },
    );
  }
  await mkdir(scratchDir, { recursive: true });
  // Only CSV can have two columns of one name, or none
  const columns = version.columns.map(({ name, sourceName }) => ({
    name: output === 'csv' ? sourceName : name,
    type: 'text' as const,
  }));
  const writer = await openWriter(session, destination, output, columns, scratchDir, null, true);
  let texts: string[][] = columns.map(() => []);
  const flush = async (): Promise<void> => {
    const rowCount = texts[0].length;
    if (rowCount === 0) return;
    const values = texts;
    texts = columns.map(() => []);
    await writer.append({ rowCount, values });
  };
  try {
    const names = format.kind === 'jsonl' ? version.columns.map(({ sourceName }) => sourceName) : [];
    const rows = openRows(
      { format, names, checkUtf8: format.inside === undefined || format.inside.kind === 'zip' },
      0,
      false,
    );
    const visit = (): boolean => {
      if (rows.outcome !== 'row') return false;
      for (let i = 0; i < columns.length; i++) texts[i].push(cellText(rows, i));
      return texts[0].length >= blockRows;
    };
    const landed = join(workspaceDir, file);
    const inner =
      format.inside === undefined
        ? null
        : await unfold({
            path: landed,
            pick: pickAgain(format.inside),
            scratchDir,
            sealed: false,
            rowLimit: null,
            stop,
          });
    const bomBytes = format.bom ? (format.encoding === 'utf-8' ? 3 : 2) : 0;
    const source = byteOptions({ format, bomBytes });
    for await (const step of scanRows(inner?.path ?? landed, source, startPosition, rows, visit)) {
      throwIfStopped(stop);
      if (step.paused || step.last) await flush();
    }
    const { rows: count, bytes } = await writer.finish();
    return { rows: count, bytes, sha256: await hashFile(destination), formulas: 0 };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
