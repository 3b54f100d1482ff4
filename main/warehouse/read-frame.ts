import type { Frame } from '../ml/frame.ts';
import type { Session } from './duck.ts';
import { type FrameColumn, microseconds, orNan, readFrameSql } from './frame-sql.ts';
import { columnIndex, partRelations } from './relations.ts';
import type { Version } from './types.ts';

export type ReadFrameOptions = {
  /** Names in the order wanted; all when absent. */
  readonly columns?: readonly string[];
  /** 0-based rows [from, to); all when absent. */
  readonly rows?: { readonly from: number; readonly to: number };
  /** Put the values on shared memory. */
  readonly shared?: boolean;
};

/** How a version's column becomes a frame column: numbers double, dates timestamp, text and yes/no words string. */
export function frameColumn(version: Version, index: number): FrameColumn {
  const { name, type, words } = version.columns[index];
  const value = `c${index}`;
  switch (type) {
    case 'integer':
    case 'number':
      return { name, type: 'double', sql: orNan(value) };
    case 'date':
    case 'datetime':
      return { name, type: 'timestamp', sql: microseconds(value) };
    case 'boolean':
      return {
        name,
        type: 'string',
        sql: `CAST(CASE WHEN ${value} THEN 1 WHEN NOT ${value} THEN 0 ELSE -1 END AS INTEGER)`,
        levels: words ?? ['false', 'true'],
      };
    case 'text':
      return { name, type: 'string', sql: value };
  }
}

/** Columns of a version as typed arrays, rows in order. Memory: 8 bytes a number or date, 4 a text, plus the distinct texts. */
export async function readFrame(
  session: Session,
  workspaceDir: string,
  version: Version,
  options: ReadFrameOptions = {},
): Promise<Frame> {
  const names = options.columns ?? version.columns.map(({ name }) => name);
  const from = Math.max(0, options.rows?.from ?? 0);
  const to = Math.max(from, Math.min(version.rows, options.rows?.to ?? version.rows));
  const columns = names.map((name) => frameColumn(version, columnIndex(version, name)));
  return readFrameSql(
    session,
    partRelations(workspaceDir, version, from, to),
    columns,
    to - from,
    options.shared ?? false,
  );
}
