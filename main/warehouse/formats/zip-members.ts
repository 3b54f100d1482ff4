import { join } from 'node:path';
import { dataProblem } from '../../base/errors.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { openTextSink } from '../source-file.ts';
import type { MemberChoice } from './types.ts';
import { choosePart } from './xlsx.ts';
import { entryBlocks, type ZipEntries } from './zip-entries.ts';

/** The files in an archive as a person chooses among them, like the sheets of a workbook. */

/** Stands for all files, one below the other. */
export const allMembers = '*';

const isOwnFile = (name: string): boolean => !/(^|\/)(__MACOSX\/|\.|Thumbs\.db$)/i.test(name);
const tableEnding = /\.(csv|tsv|tab|txt|dat|log|json|jsonl|ndjson|parquet|pq|xlsx|xls|sqlite3?|db|duckdb)(\.gz)?$/i;
const aboutOthers = /(^|\/)(readme|licen[cs]e|changelog|notes?|manifest)[^/]*$/i;

/** All files that may be chosen; those that are hardly tables are hidden. Throws data-problem when there is none. */
export function listMembers(zip: ZipEntries): readonly MemberChoice[] {
  const names = zip.names.filter(isOwnFile);
  if (names.length === 0) throw dataProblem('zip-tables', 'The archive holds no file.', { hint: 'Check the archive.' });
  const tables = names.filter((name) => tableEnding.test(name) && !aboutOthers.test(name));
  return names.map((name) => ({
    name,
    bytes: zip.bytes(name),
    hidden: tables.length > 0 && !tables.includes(name),
  }));
}

/** The member asked for by name, or by number from 1; the first that is a table when none is. Throws invalid-input `unknown-member`. */
export const chooseMember = (members: readonly MemberChoice[], asked: string | undefined): MemberChoice =>
  members[
    choosePart(
      members.map(({ name, hidden }) => ({ name, hidden, rows: null })),
      asked,
      'member',
    )
  ];

/** Unpacks one file of an archive into a folder and gives its path. Errors: data-problem when it is damaged or a bomb. */
export async function unpackMember(
  zip: ZipEntries,
  name: string,
  request: { readonly scratchDir: string; readonly sealed: boolean; readonly stop: StopSignal },
): Promise<string> {
  const target = join(request.scratchDir, 'unpacked');
  const file = await openTextSink(target, request.sealed);
  try {
    for await (const block of entryBlocks(zip, name)) {
      throwIfStopped(request.stop);
      await file.write(block);
    }
  } finally {
    await file.close();
  }
  return target;
}
