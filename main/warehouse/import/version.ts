import { join } from 'node:path';
import { dataProblem } from '../../base/errors.ts';
import { canonicalJson } from '../../base/json.ts';
import type { Receipt } from '../../contract/datasets.ts';
import { hashText, writeDurably } from '../files.ts';
import type { SourceFormat, Version } from '../types.ts';

/** A receipt before the time of import is known. */
export type ReceiptFacts = Omit<Receipt, 'importedAt' | 'seconds'>;
export type ImportOutcome = { readonly version: Version; readonly receipt: ReceiptFacts };

const partKinds = { zip: 'file', xlsx: 'sheet', json: 'records', sqlite: 'table', duckdb: 'table' } as const;

/** The receipt's description of a format. */
export function describeFormat(format: SourceFormat): Receipt['dialect'] {
  const member = format.kind === 'derived' ? undefined : format.inside?.member;
  return member === undefined ? describePart(format) : { ...describePart(format), member };
}

function describePart(format: SourceFormat): Receipt['dialect'] {
  if (format.kind === 'parquet' || format.kind === 'derived') {
    const archive = format.kind === 'parquet' ? format.inside : undefined;
    return {
      ...(archive === undefined ? {} : { part: { kind: 'file' as const, name: archive.part, range: null } }),
      format: format.kind,
      compression: archive === undefined ? 'none' : 'zip',
      encoding: null,
      bom: false,
      delimiter: null,
      quote: null,
      escape: null,
      header: null,
      lineEnd: null,
    };
  }
  const { inside } = format;
  const part =
    inside === undefined ? {} : { part: { kind: partKinds[inside.kind], name: inside.part, range: inside.range } };
  if (inside !== undefined && inside.kind !== 'zip') {
    return {
      format: inside.kind,
      compression: inside.archive === undefined ? 'none' : 'zip',
      encoding: null,
      bom: false,
      delimiter: null,
      quote: null,
      escape: null,
      header: format.kind === 'csv' ? format.csv.header : null,
      lineEnd: null,
      ...(format.kind === 'csv' ? { headerRows: format.csv.headerRecords ?? (format.csv.header ? 1 : 0) } : {}),
      ...part,
    };
  }
  const csv = format.kind === 'csv' ? format.csv : null;
  return {
    ...part,
    format: format.kind,
    compression: inside === undefined ? format.compression : 'zip',
    encoding: format.encoding,
    bom: format.bom,
    delimiter: csv?.delimiter ?? null,
    quote: csv?.quote ?? null,
    escape: csv === null ? null : csv.escape,
    header: csv?.header ?? null,
    lineEnd: format.lineEnd,
    ...(csv === null ? {} : { headerRows: csv.headerRecords ?? (csv.header ? 1 : 0) }),
    ...(csv?.comment === undefined ? {} : { comment: csv.comment }),
  };
}

/** Path of a version's catalogue relative to the workspace folder. */
export const catalogueFile = (hash: string): string => `data/${hash}.version.json`;

/**
 * Writes a version's catalogue and returns the version. The version's hash is the SHA-256 of the catalogue's bytes: it
 * covers columns, readings, parts, source and rejects, and a catalogue never changes once it is written.
 */
export async function sealVersion(
  workspaceDir: string,
  version: Omit<Version, 'hash' | 'catalogue' | 'bytes' | 'rows'>,
): Promise<Version> {
  const content = {
    catalogue: 1,
    rows: version.parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: version.parts.reduce((sum, part) => sum + part.bytes, 0),
    ...version,
  } as const;
  const text = canonicalJson(content);
  const hash = hashText(text);
  await writeDurably(join(workspaceDir, catalogueFile(hash)), text);
  return { hash, ...content };
}

/** The version in a catalogue's text. Errors: data-problem when the text is not what the hash stands for. */
export function parseVersion(hash: string, text: string): Version {
  if (hashText(text) !== hash) {
    throw dataProblem(
      'version-changed',
      'The catalogue of this data set version was changed: it does not match its hash.',
      {
        hint: 'Restore the workspace from a backup or import the file again.',
      },
    );
  }
  return { hash, ...(JSON.parse(text) as Omit<Version, 'hash'>) };
}
