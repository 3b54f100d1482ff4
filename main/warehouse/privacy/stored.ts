import type { PiiColumn } from '../../contract/privacy.ts';
import type { Session } from '../duck.ts';
import { numberedRelation, textSql } from '../relations.ts';
import type { Version } from '../types.ts';
import { PiiCounter } from './detect.ts';

const lookedAt = 4000;
/** Cells of one query: a statement on a very wide version takes long before it reads anything. */
const cellsAtOnce = 200_000;
const mostAtOnce = 250;

/** Columns of a stored version that personal data are found in. Numbers and booleans of few digits are left out. */
export async function findPersonalColumns(
  session: Session,
  workspaceDir: string,
  version: Version,
): Promise<readonly PiiColumn[]> {
  if (version.rows === 0) return [];
  const columns = version.columns.flatMap((column, index) =>
    column.type === 'number' || column.type === 'boolean' ? [] : [{ column, index }],
  );
  const step = Math.max(1, Math.floor(version.rows / lookedAt));
  const found: PiiColumn[] = [];
  const atOnce = Math.max(50, Math.min(mostAtOnce, Math.floor(cellsAtOnce / Math.min(version.rows, lookedAt))));
  for (let from = 0; from < columns.length; from += atOnce) {
    const some = columns.slice(from, from + atOnce);
    const indexes = some.map(({ index }) => index);
    const rows = await session.rows(
      `SELECT ${some.map(({ column, index }) => textSql(column, index)).join(', ')} ` +
        `FROM ${numberedRelation(workspaceDir, version, indexes)} WHERE "row" % ${step} = 0 ORDER BY "row" LIMIT ${lookedAt}`,
    );
    for (const [i, { column }] of some.entries()) {
      const counter = new PiiCounter();
      for (const row of rows) if (row[i] !== null) counter.add(String(row[i]));
      const personal = counter.finish(column.name);
      if (personal !== null) found.push(personal);
    }
  }
  return found;
}
