import { dataProblem } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import type { ColumnType } from '../../contract/common.ts';
import { type Duck, literal, type Session } from '../duck.ts';
import { type FrameColumn, readFrameSql } from '../frame-sql.ts';
import { parquetColumns } from '../import/parquet.ts';
import { distinctNames } from '../import/plan.ts';
import { openForeign } from '../import/sniff.ts';
import { partRelations, textSql } from '../relations.ts';
import { plainFile } from '../source-file.ts';
import type { Version } from '../types.ts';
import type { BlockRequest, FrameBlock, ScoreSource } from './score-source.ts';
import { locateKept, locateWanted, typedFrameColumn } from './wanted.ts';

/** Data sets and Parquet files in blocks: typed already, so no row is rejected and any row can be gone on from. */
type TypedColumn = { readonly name: string; readonly type: ColumnType; readonly value: string; readonly text: string };

type Table = {
  readonly session: Session;
  readonly columns: readonly TypedColumn[];
  readonly rowCount: number;
  readonly relations: (from: number, to: number) => readonly string[];
  readonly close: () => Promise<void>;
};

function sourceOf(table: Table): ScoreSource {
  return {
    columns: table.columns.map(({ name, type }) => ({ name, type })),
    rowCount: table.rowCount,
    blocks: (request) => tableBlocks(table, request),
    close: table.close,
  };
}

async function* tableBlocks(table: Table, request: BlockRequest): AsyncGenerator<FrameBlock> {
  const { columns, rowCount, session } = table;
  const positions = locateWanted(request.wanted, columns, request.map ?? {});
  const made = request.wanted.map((wanted, i): FrameColumn => {
    const { value, type, text } = columns[positions[i]];
    return typedFrameColumn(wanted, value, type, text);
  });
  const keep = locateKept(request.keep ?? [], columns);
  const resume: unknown = request.resume;
  const start = typeof resume === 'object' && resume !== null && 'row' in resume ? Number(resume.row) : 0;
  for (let from = start; from < rowCount; from += request.chunkRows) {
    throwIfStopped(request.stop);
    const to = Math.min(rowCount, from + request.chunkRows);
    const relations = table.relations(from, to);
    const frame = await readFrameSql(session, relations, made, to - from, true);
    const kept: (string | null)[][] = keep.map(() => []);
    if (keep.length > 0) {
      const texts = keep.map((position) => columns[position].text).join(', ');
      for (const relation of relations) {
        for (const row of await session.rows(`SELECT ${texts} FROM ${relation}`)) {
          for (const [k, value] of row.entries()) kept[k].push(value === null ? null : String(value));
        }
      }
    }
    yield {
      frame,
      kept,
      firstRecord: from,
      records: to - from,
      recordOf: Int32Array.from({ length: to - from }, (_, i) => i),
      lineOf: null,
      rejected: [],
      resume: { row: to },
      fraction: to / rowCount,
    };
  }
}

/** A stored version as a source. */
export function openVersionSource(session: Session, workspaceDir: string, version: Version): ScoreSource {
  return sourceOf({
    session,
    columns: version.columns.map((column, i) => ({
      name: column.name,
      type: column.type,
      value: `c${i}`,
      text: textSql(column, i),
    })),
    rowCount: version.rows,
    relations: (from, to) => partRelations(workspaceDir, version, from, to),
    close: async () => {},
  });
}

/** A Parquet file anywhere on the machine as a source, read by an instance that may touch this file only. */
export async function openParquetSource(sourcePath: string, spillDir: string): Promise<ScoreSource> {
  const { path, close } = await plainFile(sourcePath);
  const duck: Duck = await openForeign(path, spillDir);
  try {
    const session = await duck.session();
    const mapped = await parquetColumns(session, path);
    const { names } = distinctNames(mapped.map(({ sourceName }) => sourceName));
    const [[total]] = await session.rows(`SELECT count(*) FROM read_parquet(${literal(path)})`);
    if (Number(total) === 0)
      throw dataProblem('no-rows', 'The Parquet file has columns and no rows.', {
        hint: 'Check the export that wrote it.',
      });
    return sourceOf({
      session,
      columns: mapped.map(({ type, expression }, i) => ({
        name: names[i],
        type,
        value: `(${expression})`,
        text:
          type === 'datetime' ? `replace(CAST(${expression} AS VARCHAR), ' ', 'T')` : `CAST(${expression} AS VARCHAR)`,
      })),
      rowCount: Number(total),
      relations: (from, to) => [
        `(SELECT * EXCLUDE (file_row_number) FROM read_parquet(${literal(path)}, file_row_number = true) WHERE file_row_number >= ${from} AND file_row_number < ${to})`,
      ],
      close: () => duck.close().finally(close),
    });
  } catch (error) {
    await duck.close();
    await close();
    throw error;
  }
}
