import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ident, literal, type Session } from './duck.ts';
import { guarded } from './failures.ts';
import { deliver, findStat, hashFile } from './files.ts';
import { wholeRelation } from './relations.ts';
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
