import type { Session } from './duck.ts';
import { conditionSql, type Question, questionSql } from './page.ts';
import { wholeRelation } from './relations.ts';
import type { Version } from './types.ts';

/** How versions are told apart by their cells. */
export type OrderLimits = {
  /** Up to so many an order takes no longer than its first rows. */
  readonly smallCells: number;
  /** Beyond so many the numbers of the rows come before their columns. */
  readonly largeCells: number;
};

/** For machines that put 50 million cells in order within seconds. */
export const usualLimits: OrderLimits = { smallCells: 4_000_000, largeCells: 100_000_000 };

const headCells = 200_000;
const headRows = { least: 1000, most: 10_000 };

/** How many rows stand in the table of first rows, and how many there are in all. */
export type Head = { readonly rows: number; readonly total: number };

/** What is in the table of an order, and how many rows. */
export type Ordered = { readonly total: number; readonly holds: 'rows' | 'numbers' };

/** Cells of a version. */
export const cellsOf = (version: Version): number => version.rows * version.columns.length;

/**
 * Makes a table of the first rows of an order, which takes a pass over all rows without sorting the rest. Null, and no
 * table, where all rows come as soon, and for searches, whose passes cost most.
 */
export async function makeHead(
  session: Session,
  workspaceDir: string,
  version: Version,
  question: Question,
  table: string,
  { smallCells }: OrderLimits,
): Promise<Head | null> {
  if (cellsOf(version) <= smallCells || question.search.trim() !== '') return null;
  const most = Math.floor(headCells / version.columns.length);
  const limit = Math.max(headRows.least, Math.min(headRows.most, most));
  const sql = questionSql(workspaceDir, version, question, '*');
  await session.run(`CREATE TABLE ${table} AS ${sql} LIMIT ${limit}`);
  const [[rows]] = await session.rows(`SELECT count(*) FROM ${table}`);
  if (Number(rows) < limit) return { rows: Number(rows), total: Number(rows) };
  const condition = conditionSql(version, question);
  if (condition === '') return { rows: limit, total: version.rows };
  const [[total]] = await session.rows(`SELECT count(*) FROM ${wholeRelation(workspaceDir, version)}${condition}`);
  return { rows: limit, total: Number(total) };
}

/** Makes a table of all rows of an order, or of their numbers where there are very many. */
export async function makeOrder(
  session: Session,
  workspaceDir: string,
  version: Version,
  question: Question,
  head: Head | null,
  table: string,
  { largeCells }: OrderLimits,
): Promise<Ordered> {
  const large = (head?.total ?? version.rows) * version.columns.length > largeCells;
  const sql = questionSql(workspaceDir, version, question, large ? '"row"' : '*');
  await session.run(`CREATE TABLE ${table} AS ${sql}`);
  const [[total]] = await session.rows(`SELECT count(*) FROM ${table}`);
  return { total: Number(total), holds: large ? 'numbers' : 'rows' };
}
