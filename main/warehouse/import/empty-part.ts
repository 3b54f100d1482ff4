import { join } from 'node:path';
import { literal, type Session } from '../duck.ts';
import { guarded } from '../failures.ts';
import { placeByHash } from '../files.ts';
import type { ColumnType, VersionPart } from '../types.ts';
import { parquetOptions } from './store-parts.ts';

const sqlTypes: Readonly<Record<ColumnType, string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'TIMESTAMP',
  text: 'VARCHAR',
};

/** The note of a receipt whose data set has columns and no rows. */
export const noRowsNote = 'The file has column names and no rows: the data set has 0 rows.';

/** Stores the one part of a table without rows: columns with their types, so that every reader finds them. */
export async function storeEmptyPart(
  session: Session,
  workspaceDir: string,
  types: readonly ColumnType[],
  scratchDir: string,
): Promise<VersionPart> {
  const temporary = join(scratchDir, 'part.parquet');
  const select = types.map((type, i) => `CAST(NULL AS ${sqlTypes[type]}) AS c${i}`).join(', ');
  return guarded('storing the columns', async () => {
    await session.run(`COPY (SELECT ${select} WHERE false) TO ${literal(temporary)} (${parquetOptions})`);
    const placed = await placeByHash(temporary, join(workspaceDir, 'data'), '.parquet');
    return { sha256: placed.sha256, file: `data/${placed.name}`, rows: 0, bytes: placed.bytes };
  });
}
