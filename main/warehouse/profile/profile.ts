import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { ColumnProfile, Profile } from '../../contract/datasets.ts';
import type { Session } from '../duck.ts';
import { readFrameSql } from '../frame-sql.ts';
import { frameColumn } from '../read-frame.ts';
import { numberedRelation, wholeRelation } from '../relations.ts';
import type { Version } from '../types.ts';
import { associations, mostLevels } from './association.ts';
import { describeColumn, type Sketch, sketchColumns } from './column-basics.ts';
import { countValues, histograms, lineFigures } from './stacked.ts';

/**
 * Statistics of every column, computed by DuckDB out of core. Small tables are exact throughout: columns are read in parts
 * small enough that exact quantiles and tables of values fit the memory granted. Large ones are read in one pass that counts
 * everything exactly but the distinct values, which a sketch counts; what needs an order or a table of values (quantiles,
 * histogram, frequent values) comes from evenly spaced rows, and the profile says from how many. Infinite values are
 * counted and left out of mean, deviation, quantiles and histogram.
 */
export type ProfileFacts = Omit<Profile, 'findings'>;

const exactRows = 2_000_000;
/** Tables of more cells are read in one pass, with quantiles and frequent values from a sample. */
const exactCells = 5_000_000;
/** Tables of more cells are not searched for rows that repeat. */
const duplicateCells = 30_000_000;
/** Nor are tables of more columns: one expression over all of them takes more memory than is granted. */
const duplicateColumns = 2000;
const sampleRows = 20_000;
/** Parts that are looked at more than once are made tables of their own, of as many cells and columns at most. */
const partCells = 1_000_000;
const partColumns = 1000;
/** Columns of one query of plain aggregates. */
const plainColumns = 250;
const associationColumns = 50;
const associationRows = 20_000;

async function duplicateRows(session: Session, relation: string, version: Version): Promise<number | null> {
  const { length } = version.columns;
  if (version.rows > exactRows || version.rows * length > duplicateCells || length > duplicateColumns) return null;
  const columns = version.columns.map((_, i) => `c${i}`).join(', ');
  const [[n]] = await session.rows(`SELECT count(*) - count(DISTINCT hash(${columns})) FROM ${relation}`);
  return Number(n);
}

/** The associations among the first fifty columns, over evenly spaced rows. */
async function sampleAssociations(
  session: Session,
  relation: string,
  version: Version,
  profiles: readonly ColumnProfile[],
  rowCount: number,
): Promise<Profile['associations']> {
  // Texts of many levels say nothing here and would only cost their dictionary
  const columns = profiles
    .slice(0, associationColumns)
    .flatMap(({ type, distinct }, i) =>
      type === 'text' && distinct > mostLevels * 2 ? [] : [frameColumn(version, i)],
    );
  const frame = await readFrameSql(session, [relation], columns, rowCount, false);
  return associations(frame, 0.1)
    .slice(0, 200)
    .map((item) => ({ ...item }));
}

/** The most frequent values; none where nearly every value is there once, since the first few say nothing then. */
const telling = (top: ColumnProfile['top'], distinct: number, rows: number): ColumnProfile['top'] =>
  distinct > 100_000 && distinct > 0.2 * rows ? [] : top;

const partTable = 'profile_part';

/** Calls `use` with tables that hold some columns each of evenly spaced rows, and the positions of the columns. */
async function inParts(
  session: Session,
  workspaceDir: string,
  version: Version,
  step: number,
  use: (part: string, indexes: readonly number[]) => Promise<void>,
): Promise<void> {
  const rowCount = Math.max(1, Math.ceil(version.rows / step));
  const atOnce = Math.max(1, Math.min(partColumns, Math.floor(partCells / rowCount)));
  for (let first = 0; first < version.columns.length; first += atOnce) {
    const indexes = version.columns.slice(first, first + atOnce).map((_, k) => first + k);
    await session.run(
      `CREATE OR REPLACE TEMP TABLE ${partTable} AS SELECT ${indexes.map((i) => `c${i}`).join(', ')} ` +
        `FROM ${numberedRelation(workspaceDir, version, indexes)} WHERE "row" % ${step} = 0`,
    );
    await use(partTable, indexes);
  }
  await session.run(`DROP TABLE IF EXISTS ${partTable}`);
}

type Found = {
  readonly columns: ColumnProfile[];
  readonly associations: Profile['associations'];
  readonly step: number;
};

/** All columns of a large table: one pass over all rows, and evenly spaced rows for what needs them in order. */
async function sketched(
  session: Session,
  workspaceDir: string,
  version: Version,
  stop: StopSignal,
  progress: (fraction: number) => void,
): Promise<Found> {
  const all = version.columns.map((_, i) => i);
  const sketches: Sketch[] = [];
  for (let first = 0; first < all.length; first += plainColumns) {
    const indexes = all.slice(first, first + plainColumns);
    sketches.push(...(await sketchColumns(session, wholeRelation(workspaceDir, version), version, indexes)));
    throwIfStopped(stop);
    progress((0.6 * sketches.length) / all.length);
  }
  const step = Math.ceil(version.rows / sampleRows);
  const rows = Math.ceil(version.rows / step);
  const columns: ColumnProfile[] = [];
  let found: Profile['associations'] = [];
  await inParts(session, workspaceDir, version, step, async (part, indexes) => {
    throwIfStopped(stop);
    const values = await countValues(session, part, version, indexes);
    const lines = await lineFigures(session, part, version, indexes);
    const ranges = new Map(
      indexes.flatMap((i) => {
        const { figures, known } = sketches[i];
        return figures === undefined ? [] : [[i, { ...figures, known }] as const];
      }),
    );
    const bins = await histograms(session, part, version, ranges);
    for (const i of indexes) {
      columns.push({
        ...describeColumn(version, i, sketches[i], sketches[i].figures),
        distinctApproximate: true,
        quantiles: lines.get(i)?.quantiles ?? [],
        histogram: bins.get(i) ?? [],
        top: telling(values.get(i)?.top ?? [], sketches[i].distinct, version.rows),
        sampledRows: rows,
      });
    }
    // The first part holds the columns that are compared
    if (indexes[0] === 0) found = await sampleAssociations(session, part, version, columns, rows);
    progress(0.6 + (0.3 * columns.length) / all.length);
  });
  return { columns, associations: found, step };
}

/** All columns of a small table, exactly. */
async function exact(
  session: Session,
  workspaceDir: string,
  version: Version,
  stop: StopSignal,
  progress: (fraction: number) => void,
): Promise<Found> {
  const columns: ColumnProfile[] = [];
  await inParts(session, workspaceDir, version, 1, async (part, indexes) => {
    throwIfStopped(stop);
    const values = await countValues(session, part, version, indexes);
    const lines = await lineFigures(session, part, version, indexes);
    const ranges = new Map([...lines].map(([i, { figures }]) => [i, { ...figures, known: values.get(i)?.known ?? 0 }]));
    const bins = await histograms(session, part, version, ranges);
    for (const i of indexes) {
      const { known, distinct, top } = values.get(i) ?? { known: 0, distinct: 0, top: [] };
      columns.push({
        ...describeColumn(version, i, { known, distinct }, lines.get(i)?.figures),
        distinctApproximate: false,
        quantiles: lines.get(i)?.quantiles ?? [],
        histogram: bins.get(i) ?? [],
        top: telling(top, distinct, version.rows),
      });
    }
    progress((0.85 * columns.length) / version.columns.length);
  });
  const step = Math.max(1, Math.ceil(version.rows / associationRows));
  const first = version.columns.slice(0, associationColumns).map((_, i) => i);
  const sample = `(SELECT * FROM ${numberedRelation(workspaceDir, version, first)} WHERE "row" % ${step} = 0)`;
  const rows = Math.ceil(version.rows / step);
  return { columns, associations: await sampleAssociations(session, sample, version, columns, rows), step };
}

/** Profiles a version. Errors: cancelled, resource. */
export async function profileVersion(
  session: Session,
  workspaceDir: string,
  version: Version,
  stop: StopSignal,
  progress: (fraction: number) => void,
): Promise<ProfileFacts> {
  const large = version.rows > exactRows || version.rows * version.columns.length > exactCells;
  const look = large ? sketched : exact;
  const { columns, associations: found, step } = await look(session, workspaceDir, version, stop, progress);
  throwIfStopped(stop);
  progress(0.95);
  const duplicates = await duplicateRows(session, wholeRelation(workspaceDir, version), version);
  progress(1);
  return {
    rows: version.rows,
    duplicateRows: duplicates,
    bytes: version.bytes,
    columns,
    associations: found,
    associationRows: step === 1 ? null : Math.ceil(version.rows / step),
  };
}
