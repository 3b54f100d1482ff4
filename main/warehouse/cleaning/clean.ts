/**
 * Cleaning a version: steps joined to one SELECT, tried out (what each would change, with examples) and written as a
 * derived version. Nothing is changed in place.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../base/json.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { CleaningStep, StepEffect } from '../../contract/cleaning.ts';
import { type DerivedColumn, deriveVersion } from '../derive.ts';
import type { Session } from '../duck.ts';
import { cellOf, cellSql } from '../page.ts';
import { numberedRelation } from '../relations.ts';
import type { RunHooks, Version } from '../types.ts';
import { compileStep } from './compile.ts';
import { type CompiledStep, previous } from './compiled-step.ts';
import { describeStep } from './describe.ts';

/** Rows named as examples of a step. */
const exampleCount = 8;

type Chain = {
  /** WITH clause that names every table t0, t1 …; the last is the result. */
  readonly with: string;
  readonly steps: readonly {
    readonly step: CleaningStep;
    readonly compiled: CompiledStep;
    readonly before: readonly DerivedColumn[];
  }[];
  readonly columns: readonly DerivedColumn[];
};

/** The steps as named tables, each over the one before. */
function chain(workspaceDir: string, version: Version, steps: readonly CleaningStep[]): Chain {
  const first = version.columns.map((_, i) => `c${i}`).join(', ');
  const tables = [`t0 AS (SELECT ${first}, "row" FROM ${numberedRelation(workspaceDir, version)})`];
  let columns: readonly DerivedColumn[] = version.columns.map(({ missing: _missing, ...column }) => column);
  const done = steps.map((step, k) => {
    const before = columns;
    const compiled = compileStep(columns, step);
    const list = compiled.expressions.map((sql, i) => `${sql.replaceAll(previous, `t${k}`)} AS c${i}`);
    // Clauses speak of the table before, whose columns the new ones would hide
    const source = compiled.clause === '' ? `t${k}` : `(SELECT * FROM t${k}${compiled.clause})`;
    tables.push(`t${k + 1} AS (SELECT ${list.join(', ')}, "row" FROM ${source})`);
    columns = compiled.columns;
    return { step, compiled, before };
  });
  return { with: `WITH ${tables.join(', ')}`, steps: done, columns };
}

/** A column of a table with its value as it travels. */
const valuesOf = (column: DerivedColumn, index: number, table: string): string =>
  `(SELECT "row", c${index} AS raw, ${cellSql({ ...column, missing: 0 }, index)} AS shown FROM ${table})`;

/** What each step would change, in order. Errors: not-found, invalid-input, cancelled. */
export async function previewClean(
  session: Session,
  workspaceDir: string,
  version: Version,
  steps: readonly CleaningStep[],
  stop: StopSignal,
): Promise<{ readonly rows: number; readonly columns: number; readonly effects: readonly StepEffect[] }> {
  const plan = chain(workspaceDir, version, steps);
  const effects: StepEffect[] = [];
  let rows = version.rows;
  for (const [k, { step, compiled, before }] of plan.steps.entries()) {
    throwIfStopped(stop);
    const effect = {
      text: describeStep(step),
      cellsChanged: 0,
      cellsEmptied: 0,
      rowsRemoved: 0,
      columnsChanged: compiled.columnsChanged,
    };
    const examples: StepEffect['examples'] = [];
    if (compiled.clause !== '') {
      const [[left]] = await session.rows(`${plan.with} SELECT count(*) FROM t${k + 1}`);
      effect.rowsRemoved = rows - Number(left);
      rows = Number(left);
      if (effect.rowsRemoved > 0) {
        const gone = await session.rows(
          `${plan.with} SELECT t${k}."row" FROM t${k} WHERE t${k}."row" NOT IN (SELECT "row" FROM t${k + 1}) ORDER BY 1 LIMIT ${exampleCount}`,
        );
        for (const [row] of gone) examples.push({ row: Number(row), column: null, before: null, after: null });
      }
    }
    for (const place of compiled.touched) {
      const [from, to] = [before[place.before], compiled.columns[place.after]];
      const retyped = from.type !== to.type;
      const emptied = 'a.raw IS NOT NULL AND b.raw IS NULL';
      const differs = retyped ? '(a.raw IS NULL) <> (b.raw IS NULL)' : 'a.raw IS DISTINCT FROM b.raw';
      const pairs = `FROM ${valuesOf(from, place.before, `t${k}`)} a JOIN ${valuesOf(to, place.after, `t${k + 1}`)} b ON a."row" = b."row"`;
      const [[count, gone]] = await session.rows(
        `${plan.with} SELECT count(*) FILTER (${differs}), count(*) FILTER (${emptied}) ${pairs}`,
      );
      effect.cellsChanged += Number(count);
      effect.cellsEmptied += Number(gone);
      const show = async (where: string, most: number): Promise<void> => {
        if (most <= 0) return;
        const found = await session.rows(
          `${plan.with} SELECT a."row", a.shown, b.shown ${pairs} WHERE ${where} ORDER BY 1 LIMIT ${most}`,
        );
        for (const [row, was, is] of found) {
          examples.push({ row: Number(row), column: to.name, before: cellOf(was), after: cellOf(is) });
        }
      };
      const left = exampleCount - examples.length;
      if (Number(count) > 0) await show(differs, retyped ? Math.min(left, exampleCount / 2) : left);
      // What another type is read from, so that a wrong way of reading is seen before it is applied
      if (retyped) await show('a.raw IS NOT NULL AND b.raw IS NOT NULL', exampleCount - examples.length);
    }
    effects.push({ ...effect, examples });
  }
  return { rows, columns: plan.columns.length, effects };
}

/** Writes the cleaned version. Errors: as the preview, data-problem without rows, resource. */
export function cleanVersion(
  session: Session,
  workspaceDir: string,
  request: { readonly version: Version; readonly steps: readonly CleaningStep[]; readonly sourceName: string },
  hooks: RunHooks,
): Promise<Version> {
  const plan = chain(workspaceDir, request.version, request.steps);
  const text = canonicalJson({ from: request.version.hash, steps: request.steps });
  return deriveVersion(
    session,
    workspaceDir,
    {
      select: `${plan.with} SELECT ${plan.columns.map((_, i) => `c${i}`).join(', ')} FROM t${plan.steps.length} ORDER BY "row"`,
      columns: plan.columns,
      sourceName: request.sourceName,
      from: [request.version.hash],
      definition: { sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) },
    },
    hooks,
  );
}
