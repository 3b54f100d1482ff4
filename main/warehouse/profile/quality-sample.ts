import type { Frame } from '../../ml/frame.ts';
import type { Session } from '../duck.ts';
import { readFrameSql } from '../frame-sql.ts';
import { frameColumn } from '../read-frame.ts';
import { numberedRelation } from '../relations.ts';
import type { Version } from '../types.ts';

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

/** Reads as many rows as the detectors look at. */
export async function readQualitySample(
  session: Session,
  workspaceDir: string,
  version: Version,
): Promise<QualitySample> {
  const rows = Math.min(mostRows, Math.max(10_000, Math.floor(mostCells / Math.max(1, version.columns.length))));
  const step = Math.max(1, Math.ceil(version.rows / rows));
  const relation = `(SELECT * FROM ${numberedRelation(workspaceDir, version)} WHERE "row" % ${step} = 0 ORDER BY "row")`;
  const columns = version.columns.map((_, i) => frameColumn(version, i));
  const frame = await readFrameSql(session, [relation], columns, Math.ceil(version.rows / step), true);
  return { frame, step, plain: version.columns.filter(({ type }) => type === 'boolean').map(({ name }) => name) };
}
