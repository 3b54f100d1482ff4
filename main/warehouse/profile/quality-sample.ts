import type { Frame, RawColumn } from '../../ml/frame.ts';
import type { Session } from '../duck.ts';
import { readFrameSql } from '../frame-sql.ts';
import { frameColumn } from '../read-frame.ts';
import { numberedRelation } from '../relations.ts';
import type { Version } from '../types.ts';
import { readCodedTexts } from './coded-texts.ts';

/** Evenly spaced rows of a version in order, on shared memory. */
export type QualitySample = {
  readonly frame: Frame;
  /** Distance between the rows; 1 when all are there. */
  readonly step: number;
  /** Columns of yes/no values. */
  readonly plain: readonly string[];
};

const mostRows = 200_000;
const mostCells = 20_000_000;
/** Columns and cells that are taken out together: a statement on a very wide version takes long before it reads anything. */
const columnsAtOnce = 1000;
const cellsAtOnce = 2_000_000;
const table = 'quality_part';

/** Reads as many rows as the detectors look at. */
export async function readQualitySample(
  session: Session,
  workspaceDir: string,
  version: Version,
): Promise<QualitySample> {
  const rows = Math.min(mostRows, Math.max(10_000, Math.floor(mostCells / Math.max(1, version.columns.length))));
  const step = Math.max(1, Math.ceil(version.rows / rows));
  const rowCount = Math.ceil(version.rows / step);
  const atOnce = Math.max(1, Math.min(columnsAtOnce, Math.floor(cellsAtOnce / Math.max(1, rowCount))));
  const columns: RawColumn[] = [];
  for (let first = 0; first < version.columns.length; first += atOnce) {
    const indexes = version.columns.slice(first, first + atOnce).map((_, k) => first + k);
    await session.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${indexes.map((i) => `c${i}`).join(', ')} ` +
        `FROM ${numberedRelation(workspaceDir, version, indexes)} WHERE "row" % ${step} = 0 ORDER BY "row"`,
    );
    const isText = (i: number): boolean => version.columns[i].type === 'text';
    const texts = await readCodedTexts(session, table, version, indexes.filter(isText), rowCount);
    const others = indexes.filter((i) => !isText(i));
    const wanted = others.map((i) => frameColumn(version, i));
    const read = (await readFrameSql(session, [table], wanted, rowCount, true)).columns;
    for (const i of indexes) columns.push(texts.get(i) ?? read[others.indexOf(i)]);
  }
  await session.run(`DROP TABLE IF EXISTS ${table}`);
  const plain = version.columns.filter(({ type }) => type === 'boolean').map(({ name }) => name);
  return { frame: { rowCount, columns }, step, plain };
}
