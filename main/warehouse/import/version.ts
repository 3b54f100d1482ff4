import { join } from 'node:path';
import { canonicalJson } from '../../base/json.ts';
import type { Receipt } from '../../contract/datasets.ts';
import { hashText, writeDurably } from '../files.ts';
import type { SourceFormat, Version, VersionColumn, VersionPart } from '../types.ts';

/** A receipt before the time of import is known. */
export type ReceiptFacts = Omit<Receipt, 'importedAt' | 'seconds'>;
export type ImportOutcome = { readonly version: Version; readonly receipt: ReceiptFacts };

/** Hash of a version: its columns and the hashes of its parts. */
export function versionHash(columns: readonly VersionColumn[], parts: readonly VersionPart[]): string {
  return hashText(
    canonicalJson({
      columns: columns.map(({ name, type, reading, words }) => ({ name, type, reading, words })),
      parts: parts.map(({ sha256, rows }) => ({ sha256, rows })),
    }),
  );
}

/** The receipt's description of a format. */
export function describeFormat(format: SourceFormat): Receipt['dialect'] {
  if (format.kind === 'parquet') {
    return {
      format: 'parquet',
      compression: 'none',
      encoding: null,
      bom: false,
      delimiter: null,
      quote: null,
      escape: null,
      header: null,
      lineEnd: null,
    };
  }
  const csv = format.kind === 'csv' ? format.csv : null;
  return {
    format: format.kind,
    compression: format.compression,
    encoding: format.encoding,
    bom: format.bom,
    delimiter: csv?.delimiter ?? null,
    quote: csv?.quote ?? null,
    escape: csv === null ? null : csv.escape,
    header: csv?.header ?? null,
    lineEnd: format.lineEnd,
  };
}

/** Writes a version's catalogue and returns the version. */
export async function sealVersion(
  workspaceDir: string,
  version: Omit<Version, 'hash' | 'catalogue' | 'bytes' | 'rows'>,
): Promise<Version> {
  const sealed: Version = {
    catalogue: 1,
    hash: versionHash(version.columns, version.parts),
    rows: version.parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: version.parts.reduce((sum, part) => sum + part.bytes, 0),
    ...version,
  };
  await writeDurably(join(workspaceDir, 'data', `${sealed.hash}.version.json`), canonicalJson(sealed));
  return sealed;
}
