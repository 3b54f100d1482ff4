import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { harmlessText } from '../base/formula-text.ts';
import { neverStop, type StopSignal } from '../base/stop.ts';
import { ident, literal, type Session, steady } from './duck.ts';
import { guarded } from './failures.ts';
import { deliver, findStat, hashFile } from './files.ts';
import { versionSheet, writeXlsx } from './formats/xlsx-write.ts';
import { harmlessSql, isFormulaSql } from './formulas.ts';
import { wholeRelation } from './relations.ts';
import type { Version } from './types.ts';
import type { ExportFormat, OutputFormat } from './writer.ts';

export type Exported = {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Texts that got an apostrophe in front, so that no spreadsheet runs them. */
  readonly formulas: number;
};

function exportColumns(version: Version, format: OutputFormat, keepFormulas: boolean): string {
  return version.columns
    .map(({ name, type, words }, i) => {
      let value = `c${i}`;
      if (format !== 'parquet' && type === 'boolean' && words !== undefined) {
        value = `CASE WHEN c${i} THEN ${literal(words[1])} WHEN NOT c${i} THEN ${literal(words[0])} END`;
      } else if (format !== 'parquet' && type === 'datetime') value = `replace(CAST(c${i} AS VARCHAR), ' ', 'T')`;
      else if (format === 'jsonl' && type === 'number') value = `CASE WHEN isinf(c${i}) THEN NULL ELSE c${i} END`;
      else if (format === 'csv' && type === 'text' && !keepFormulas) value = harmlessSql(value);
      return `${value} AS ${ident(format === 'csv' && !keepFormulas ? harmlessText(name) : name)}`;
    })
    .join(', ');
}

const copyOptions: Readonly<Record<OutputFormat, string>> = {
  csv: 'FORMAT csv, HEADER true',
  jsonl: 'FORMAT json',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
};

/**
 * Writes the typed values of a version to a file: missing is empty, dates are ISO. In CSV, texts that a spreadsheet would
 * run as formulas are made harmless unless `keepFormulas`. The file appears when it is complete.
 */
export async function exportVersion(
  session: Session,
  workspaceDir: string,
  version: Version,
  destination: string,
  format: ExportFormat,
  scratchDir: string,
  keepFormulas = false,
  stop: StopSignal = neverStop,
): Promise<Exported> {
  return guarded('exporting the data set', async () => {
    await mkdir(scratchDir, { recursive: true });
    await mkdir(dirname(destination), { recursive: true });
    const temporary = join(scratchDir, `export.${format}`);
    try {
      if (format === 'xlsx') {
        await writeXlsx(session, versionSheet(workspaceDir, version), temporary, stop);
        return { ...(await handOver(temporary, destination, version.rows)), formulas: 0 };
      }
      const select = `SELECT ${exportColumns(version, format, keepFormulas)} FROM ${wholeRelation(workspaceDir, version)}`;
      const rows = format === 'parquet' ? steady(select, version.columns.length) : select;
      await session.run(`COPY (${rows}) TO ${literal(temporary)} (${copyOptions[format]})`);
      const formulas = format === 'csv' && !keepFormulas ? await countFormulas(session, workspaceDir, version) : 0;
      return { ...(await handOver(temporary, destination, version.rows)), formulas };
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

async function countFormulas(session: Session, workspaceDir: string, version: Version): Promise<number> {
  const texts = version.columns.flatMap(({ type }, i) =>
    type === 'text' ? [`count_if(${isFormulaSql(`c${i}`)})`] : [],
  );
  if (texts.length === 0) return 0;
  const [[count]] = await session.rows(`SELECT ${texts.join(' + ')} FROM ${wholeRelation(workspaceDir, version)}`);
  return Number(count);
}

async function handOver(temporary: string, destination: string, rows: number): Promise<Omit<Exported, 'formulas'>> {
  const sha256 = await hashFile(temporary);
  const bytes = (await findStat(temporary))?.bytes ?? 0;
  await deliver(temporary, destination);
  return { rows, bytes, sha256 };
}
