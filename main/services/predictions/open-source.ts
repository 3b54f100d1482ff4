import { dataProblem, notFound } from '../../base/errors.ts';
import type { Source } from '../../contract/common.ts';
import { findStat } from '../../warehouse/files.ts';
import { hashSourceFile, sourceBlocks } from '../../warehouse/source-file.ts';
import type { ScoreSource } from '../../warehouse/stream/score-source.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { OutputFormat } from '../../warehouse/writer.ts';
import type { Catalogue } from '../datasets/catalogue.ts';
import { sourceFile } from '../datasets/service.ts';
import type { Uploads } from '../system/uploads.ts';

export type SourceDeps = {
  readonly warehouse: Pick<Warehouse, 'openSource' | 'sniff'>;
  readonly catalogue: Catalogue;
  readonly uploads: Uploads;
};

/** Rows to read: a file, an upload or a stored version, with what a job has to know about it. */
export type OpenedSource = {
  readonly rows: ScoreSource;
  /** File or data set, as messages call it. */
  readonly name: string;
  /** Path of a file; null for a data set. */
  readonly path: string | null;
  readonly bytes: number;
  /** Rows, counted where that costs nothing, else guessed from the length of the first lines. */
  readonly expectedRows: number;
  /** Changes when the content may have changed; cheap. */
  readonly fingerprint: string;
  /** SHA-256 of the file, or the version's content hash. */
  readonly contentHash: () => Promise<string>;
};

/** Opens a source; close its `rows`. Throws not-found, unsupported, or data-problem (`source-format` for another format than said). */
export async function openRowSource(
  deps: SourceDeps,
  source: Source,
  saidFormat?: OutputFormat,
): Promise<OpenedSource> {
  if ('datasetId' in source) {
    const { dataset, row, version } = deps.catalogue.get(source.datasetId, source.version);
    const rows = await deps.warehouse.openSource({ version });
    return {
      rows,
      name: `${dataset.name} (version ${row.number})`,
      path: null,
      bytes: row.byteSize,
      expectedRows: version.rows,
      fingerprint: version.hash,
      contentHash: async () => version.hash,
    };
  }
  const { path, name } = sourceFile(deps.uploads, source);
  if (saidFormat !== undefined) await checkFormat(deps, path, name, saidFormat);
  const { bytes, modifiedMs } = await fileFacts(path, name);
  const rows = await deps.warehouse.openSource({ path });
  return {
    rows,
    name,
    path,
    bytes,
    expectedRows: rows.rowCount ?? (await guessRows(path, bytes)),
    fingerprint: `${bytes}:${modifiedMs}`,
    contentHash: () => hashSourceFile(path),
  };
}

/** A data set without a version means its current one; a stored job must go on meaning the same. */
export function pinVersion(deps: Pick<SourceDeps, 'catalogue'>, source: Source): Source {
  if (!('datasetId' in source) || source.version !== undefined) return source;
  return { datasetId: source.datasetId, version: deps.catalogue.get(source.datasetId).row.number };
}

async function fileFacts(path: string, name: string): Promise<{ readonly bytes: number; readonly modifiedMs: number }> {
  const found = await findStat(path);
  if (found === null) throw notFound('file-not-found', `There is no file ${name}.`, { hint: 'Check the path.' });
  return found;
}

async function checkFormat(deps: SourceDeps, path: string, name: string, said: OutputFormat): Promise<void> {
  const { format } = (await deps.warehouse.sniff(path)).dialect;
  if (format === said) return;
  const words = {
    csv: 'CSV',
    jsonl: 'JSON lines',
    parquet: 'Parquet',
    derived: 'made in this workspace',
    xlsx: 'an Excel workbook',
    json: 'a JSON document',
    sqlite: 'an SQLite database',
    duckdb: 'a DuckDB database',
  } as const;
  throw dataProblem('source-format', `${name} is ${words[format]}, not ${words[said]}.`, {
    hint: 'Leave the format out: it is recognised from the content.',
    details: { file: name },
  });
}

const sampledBytes = 1 << 18;

/** Rows by the mean length of the first lines; compressed text is taken to be five times its size. */
async function guessRows(path: string, bytes: number): Promise<number> {
  let lines = 0;
  let seen = 0;
  for await (const chunk of sourceBlocks(path, { end: sampledBytes })) {
    if (seen === 0 && chunk[0] === 0x1f && chunk[1] === 0x8b) return Math.ceil((bytes * 5) / 100);
    seen += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return Math.max(1, Math.ceil((bytes * Math.max(1, lines)) / Math.max(1, seen)));
}
