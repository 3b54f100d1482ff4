/**
 * Versions made from other versions by one SELECT: cleaning steps, query results, joins. The rows are written once, in
 * the order of the SELECT, and the catalogue names the versions they came from; the sources stay as they are.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataProblem } from '../base/errors.ts';
import { throwIfStopped } from '../base/stop.ts';
import { literal, type Session, steady } from './duck.ts';
import { guarded } from './failures.ts';
import { placeByHash } from './files.ts';
import { parquetOptions } from './import/store-parts.ts';
import { sealVersion } from './import/version.ts';
import type { RunHooks, Version, VersionColumn, VersionPart } from './types.ts';

/** Columns of the new version in order; missing values are counted from what was written. */
export type DerivedColumn = Omit<VersionColumn, 'missing'>;

export type DeriveRequest = {
  /** A SELECT whose columns are named c0, c1 … in the types that VersionColumn names, rows in the order to keep. */
  readonly select: string;
  readonly columns: readonly DerivedColumn[];
  /** What the version is said to come from, e.g. "Telecom churn, version 2". */
  readonly sourceName: string;
  /** The version hashes it was made from. */
  readonly from: readonly string[];
  /** Bytes of what defines it (a query, a recipe), hashed into its source. */
  readonly definition: { readonly sha256: string; readonly bytes: number };
};

/** Rows of a part at most; large results are cut, so that pages and scans read ranges. */
const partRows = 5_000_000;

/** Writes the version: equal rows give equal bytes, whatever the number of threads. Errors: data-problem without rows, resource when memory or disk is full, cancelled. */
export async function deriveVersion(
  session: Session,
  workspaceDir: string,
  request: DeriveRequest,
  hooks: RunHooks,
): Promise<Version> {
  const whole = join(hooks.scratchDir, 'derived.parquet');
  const counting = request.columns.map((_, i) => `count(c${i})`).join(', ');
  return guarded('writing the rows', async () => {
    hooks.report({ stage: 'write', fraction: 0.05 });
    await session.run(
      `COPY (${steady(request.select, request.columns.length)}) TO ${literal(whole)} (${parquetOptions})`,
    );
    throwIfStopped(hooks.stop);
    const [[total, ...counts]] = await session.rows(
      `SELECT count(*), ${counting} FROM read_parquet(${literal(whole)})`,
    );
    const rows = Number(total);
    if (rows === 0) {
      throw dataProblem('no-rows', 'No rows are left: a data set needs at least one.', {
        hint: 'Loosen the conditions.',
      });
    }
    hooks.report({ stage: 'write', fraction: 0.8, rowsDone: rows, rowsTotal: rows });
    const parts: VersionPart[] = [];
    for (let from = 0; from < rows; from += partRows) {
      const to = Math.min(rows, from + partRows);
      let file = whole;
      if (rows > partRows) {
        file = join(hooks.scratchDir, 'derived-part.parquet');
        await session.run(
          `COPY (${steady(`SELECT * EXCLUDE (file_row_number) FROM read_parquet(${literal(whole)}, file_row_number = true) WHERE file_row_number >= ${from} AND file_row_number < ${to}`, request.columns.length)}) TO ${literal(file)} (${parquetOptions})`,
        );
        throwIfStopped(hooks.stop);
      }
      const placed = await placeByHash(file, join(workspaceDir, 'data'), '.parquet');
      parts.push({ sha256: placed.sha256, file: `data/${placed.name}`, rows: to - from, bytes: placed.bytes });
    }
    await rm(whole, { force: true });
    hooks.countWork(rows);
    return sealVersion(workspaceDir, {
      columns: request.columns.map((column, i) => ({ ...column, missing: rows - Number(counts[i]) })),
      parts,
      source: {
        name: request.sourceName,
        ...request.definition,
        file: null,
        format: { kind: 'derived', from: request.from },
      },
      rejected: { rows: 0, file: null },
    });
  });
}
