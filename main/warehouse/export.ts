import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unsupported } from '../base/errors.ts';
import { type StopSignal, throwIfStopped } from '../base/stop.ts';
import { CanonicalWriter } from './csv/canonical.ts';
import { ident, literal, type Session } from './duck.ts';
import { guarded } from './failures.ts';
import { deliver, findStat, hashFile, writeFully } from './files.ts';
import { byteOptions, openRows } from './import/plan.ts';
import { wholeRelation } from './relations.ts';
import { scanRows, startPosition } from './stream/scan.ts';
import type { Version } from './types.ts';
import type { OutputFormat } from './writer.ts';

export type Exported = { readonly rows: number; readonly bytes: number; readonly sha256: string };

function exportColumns(version: Version, format: OutputFormat): string {
  return version.columns
    .map(({ name, type, words }, i) => {
      let value = `c${i}`;
      if (format !== 'parquet' && type === 'boolean' && words !== undefined) {
        value = `CASE WHEN c${i} THEN ${literal(words[1])} WHEN NOT c${i} THEN ${literal(words[0])} END`;
      } else if (format !== 'parquet' && type === 'datetime') value = `replace(CAST(c${i} AS VARCHAR), ' ', 'T')`;
      else if (format === 'jsonl' && type === 'number') value = `CASE WHEN isinf(c${i}) THEN NULL ELSE c${i} END`;
      return `${value} AS ${ident(name)}`;
    })
    .join(', ');
}

const copyOptions: Readonly<Record<OutputFormat, string>> = {
  csv: 'FORMAT csv, HEADER true',
  jsonl: 'FORMAT json',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
};

/** Writes the typed values of a version to a file: missing is empty, dates are ISO. The file appears when it is complete. */
export async function exportVersion(
  session: Session,
  workspaceDir: string,
  version: Version,
  destination: string,
  format: OutputFormat,
  scratchDir: string,
): Promise<Exported> {
  return guarded('exporting the data set', async () => {
    await mkdir(scratchDir, { recursive: true });
    await mkdir(dirname(destination), { recursive: true });
    const temporary = join(scratchDir, `export.${format}`);
    try {
      await session.run(
        `COPY (SELECT ${exportColumns(version, format)} FROM ${wholeRelation(workspaceDir, version)}) TO ${literal(temporary)} (${copyOptions[format]})`,
      );
      return await handOver(temporary, destination, version.rows);
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

async function handOver(temporary: string, destination: string, rows: number): Promise<Exported> {
  const sha256 = await hashFile(temporary);
  const bytes = (await findStat(temporary))?.bytes ?? 0;
  await deliver(temporary, destination);
  return { rows, bytes, sha256 };
}

/**
 * Writes the kept rows of a version as comma-separated text with every cell as it stood in the source, header included.
 * Read again from the landed source. Errors: unsupported for versions that were not imported from CSV.
 */
export async function exportAsRead(
  workspaceDir: string,
  version: Version,
  destination: string,
  scratchDir: string,
  stop: StopSignal,
): Promise<Exported> {
  const { file, format } = version.source;
  if (file === null || format.kind !== 'csv') {
    throw unsupported('as-read-needs-csv', 'Only a data set imported from CSV can be written as it was read.', {
      hint: 'Export the typed values instead.',
    });
  }
  return guarded('exporting the data set', async () => {
    await mkdir(scratchDir, { recursive: true });
    await mkdir(dirname(destination), { recursive: true });
    const temporary = join(scratchDir, 'as-read.csv');
    const rows = openRows({ format, names: [], checkUtf8: true }, 0, false);
    const writer = new CanonicalWriter(format.csv.delimiter, 1 << 20);
    const target = await open(temporary, 'w');
    let count = 0;
    let skipped = 0;
    const headerRecord = format.csv.header ? format.csv.preambleRecords + 1 : 0;
    try {
      const visit = (): boolean => {
        if (rows.outcome === 'skipped') {
          skipped++;
          if (skipped === headerRecord) rows.write(writer);
        } else if (rows.outcome === 'row') {
          count++;
          rows.write(writer);
        }
        return false;
      };
      const bomBytes = format.bom ? (format.encoding === 'utf-8' ? 3 : 2) : 0;
      for await (const _ of scanRows(
        join(workspaceDir, file),
        byteOptions({ format, bomBytes }),
        startPosition,
        rows,
        visit,
      )) {
        throwIfStopped(stop);
        if (writer.length === 0) continue;
        await writeFully(target, writer.bytes());
        writer.clear();
      }
    } finally {
      await target.close();
    }
    try {
      return await handOver(temporary, destination, count);
    } finally {
      await rm(temporary, { force: true });
    }
  });
}
