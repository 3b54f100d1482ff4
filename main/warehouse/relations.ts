import { join } from 'node:path';
import { notFound } from '../base/errors.ts';
import { literal } from './duck.ts';
import type { Version, VersionColumn } from './types.ts';

/** A version's parts as SQL relations, whole or by row range, in order. Column `c<i>` is the version's i-th. */
export function partRelations(workspaceDir: string, version: Version, from = 0, to = version.rows): readonly string[] {
  const relations: string[] = [];
  let first = 0;
  for (const part of version.parts) {
    const low = Math.max(0, from - first);
    const high = Math.min(part.rows, to - first);
    if (low < high) {
      const path = literal(join(workspaceDir, part.file));
      if (low === 0 && high === part.rows) relations.push(`read_parquet(${path})`);
      else {
        relations.push(
          `(SELECT * EXCLUDE (file_row_number) FROM read_parquet(${path}, file_row_number = true) ` +
            `WHERE file_row_number >= ${low} AND file_row_number < ${high})`,
        );
      }
    }
    first += part.rows;
  }
  return relations;
}

/** All rows of a version as one relation; row order is not promised. */
export const wholeRelation = (workspaceDir: string, version: Version): string =>
  `read_parquet([${version.parts.map(({ file }) => literal(join(workspaceDir, file))).join(', ')}])`;

/** 0-based number of each part's first row. */
export function partStarts(version: Version): readonly number[] {
  let first = 0;
  return version.parts.map(({ rows }) => {
    const start = first;
    first += rows;
    return start;
  });
}

/**
 * All rows of a version with their 0-based row number as `row`; row order is not promised. Naming the columns that are
 * needed (by position) spares a statement on a very wide version from looking at every one.
 */
export function numberedRelation(workspaceDir: string, version: Version, columns?: readonly number[]): string {
  const starts = `[${partStarts(version).join(', ')}]`;
  const files = version.parts.map(({ file }) => literal(join(workspaceDir, file))).join(', ');
  const list = columns === undefined ? '*, ' : columns.map((index) => `c${index}, `).join('');
  return `(SELECT ${list}file_row_number + ${starts}[CAST(file_index AS BIGINT) + 1] AS "row" FROM read_parquet([${files}]))`;
}

/** Position of a column by name. Errors: not-found. */
export function columnIndex(version: Pick<Version, 'columns'>, name: string): number {
  const index = version.columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  throw notFound('column-not-found', `There is no column "${name}".`, {
    hint: 'Check the spelling.',
    details: { column: name },
  });
}

/** SQL for a column's value as text: dates as ISO, booleans in the words of the source. */
export function textSql(column: Pick<VersionColumn, 'type' | 'words'>, index: number): string {
  const name = `c${index}`;
  switch (column.type) {
    case 'text':
      return name;
    case 'boolean': {
      const [no, yes] = column.words ?? ['false', 'true'];
      return `CASE WHEN ${name} THEN ${literal(yes)} WHEN NOT ${name} THEN ${literal(no)} END`;
    }
    case 'datetime':
      return `replace(CAST(${name} AS VARCHAR), ' ', 'T')`;
    default:
      return `CAST(${name} AS VARCHAR)`;
  }
}
