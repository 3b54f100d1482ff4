/** What differs between two versions: columns, distributions, and rows matched by a key. */
import { invalidInput } from '../../base/errors.ts';
import type { VersionDiff } from '../../contract/cleaning.ts';
import { nameHintsId } from '../../ml/findings/columns.ts';
import type { Session } from '../duck.ts';
import { readFrameSql } from '../frame-sql.ts';
import { cellOf, cellSql } from '../page.ts';
import { frameColumn } from '../read-frame.ts';
import { columnIndex, numberedRelation, textSql, wholeRelation } from '../relations.ts';
import type { Version } from '../types.ts';
import { shiftOf } from './shift.ts';

const sampledRows = 50_000;
const keyCandidates = 12;
const exampleCount = 20;

type Pair = { readonly name: string; readonly a: number; readonly b: number };

/** Columns of both versions by name. */
const commonColumns = (from: Version, to: Version): readonly Pair[] =>
  from.columns.flatMap(({ name }, a) => {
    const b = to.columns.findIndex((column) => column.name === name);
    return b < 0 ? [] : [{ name, a, b }];
  });

/** Compares two versions. Errors: not-found for a key column, invalid-input when the key does not name rows, cancelled. */
export async function diffVersions(
  session: Session,
  workspaceDir: string,
  request: { readonly from: Version; readonly to: Version; readonly key?: readonly string[] | undefined },
): Promise<Omit<VersionDiff, 'from' | 'to'>> {
  const { from, to } = request;
  const common = commonColumns(from, to);
  const plain = ({ name, type }: Version['columns'][number]) => ({ name, type });
  const names = (version: Version): Set<string> => new Set(version.columns.map(({ name }) => name));
  const [before, after] = [names(from), names(to)];
  return {
    rows: { from: from.rows, to: to.rows },
    schema: {
      added: to.columns.filter(({ name }) => !before.has(name)).map(plain),
      removed: from.columns.filter(({ name }) => !after.has(name)).map(plain),
      retyped: common.flatMap(({ name, a, b }) =>
        from.columns[a].type === to.columns[b].type
          ? []
          : [{ name, from: from.columns[a].type, to: to.columns[b].type }],
      ),
    },
    distribution: await distributions(session, workspaceDir, from, to, common),
    sampledRows: Math.max(from.rows, to.rows) > sampledRows ? sampledRows : null,
    byKey: await rowsByKey(session, workspaceDir, from, to, common, request.key),
  };
}

async function sampleColumn(session: Session, workspaceDir: string, version: Version, index: number) {
  const step = Math.max(1, Math.ceil(version.rows / sampledRows));
  const relation = `(SELECT * FROM ${numberedRelation(workspaceDir, version)} WHERE "row" % ${step} = 0)`;
  const frame = await readFrameSql(
    session,
    [relation],
    [frameColumn(version, index)],
    Math.ceil(version.rows / step),
    false,
  );
  return frame.columns[0];
}

async function distributions(
  session: Session,
  workspaceDir: string,
  from: Version,
  to: Version,
  common: readonly Pair[],
): Promise<VersionDiff['distribution']> {
  const found: VersionDiff['distribution'] = [];
  for (const { name, a, b } of common) {
    const shift = shiftOf(
      await sampleColumn(session, workspaceDir, from, a),
      await sampleColumn(session, workspaceDir, to, b),
    );
    if (shift === null) continue;
    found.push({
      column: name,
      measure: shift.ks === null ? 'psi' : 'ks',
      psi: shift.psi,
      ks: shift.ks,
      words: shift.words,
    });
  }
  return found.sort((x, y) => (y.psi ?? 0) - (x.psi ?? 0));
}

/** Whether the columns name every row of the version once. */
async function isKey(
  session: Session,
  workspaceDir: string,
  version: Version,
  columns: readonly number[],
): Promise<boolean> {
  const list = columns.map((i) => `c${i}`);
  const [[rows, distinct, known]] = await session.rows(
    `SELECT count(*), count(DISTINCT (${list.length === 1 ? list[0] : `row(${list.join(', ')})`})), count(*) FILTER (WHERE ${list.map((name) => `${name} IS NOT NULL`).join(' AND ')}) FROM ${wholeRelation(workspaceDir, version)}`,
  );
  return rows === distinct && rows === known;
}

async function proposeKey(
  session: Session,
  workspaceDir: string,
  from: Version,
  to: Version,
  common: readonly Pair[],
): Promise<Pair[] | null> {
  const likely = common
    .filter(
      ({ a, b }) =>
        from.columns[a].type === to.columns[b].type &&
        ['integer', 'text', 'date', 'datetime'].includes(from.columns[a].type),
    )
    .sort((x, y) => Number(nameHintsId(y.name)) - Number(nameHintsId(x.name)))
    .slice(0, keyCandidates);
  for (const pair of likely) {
    if ((await isKey(session, workspaceDir, from, [pair.a])) && (await isKey(session, workspaceDir, to, [pair.b])))
      return [pair];
  }
  return null;
}

async function rowsByKey(
  session: Session,
  workspaceDir: string,
  from: Version,
  to: Version,
  common: readonly Pair[],
  wanted: readonly string[] | undefined,
): Promise<VersionDiff['byKey']> {
  const chosen = wanted !== undefined && wanted.length > 0;
  const key = chosen
    ? wanted.map((name) => ({ name, a: columnIndex(from, name), b: columnIndex(to, name) }))
    : await proposeKey(session, workspaceDir, from, to, common);
  if (key === null) return null;
  if (chosen) {
    const ok =
      (await isKey(
        session,
        workspaceDir,
        from,
        key.map(({ a }) => a),
      )) &&
      (await isKey(
        session,
        workspaceDir,
        to,
        key.map(({ b }) => b),
      ));
    if (!ok) {
      throw invalidInput(
        'diff-key',
        `${wanted.map((name) => `"${name}"`).join(', ')} do not name every row of both versions once.`,
        {
          hint: 'Choose columns without repeated or missing values, or leave the key out.',
        },
      );
    }
  }
  const isKeyed = new Set(key.map(({ name }) => name));
  const others = common.filter(({ name }) => !isKeyed.has(name));
  const pairs = [...key, ...others];
  const joined = `FROM ${side(workspaceDir, from, to, pairs, 'a')} x FULL JOIN ${side(workspaceDir, from, to, pairs, 'b')} y ON ${key.map((_, i) => `x.p${i} = y.p${i}`).join(' AND ')}`;
  const differs = others.map((_, i) => `x.p${key.length + i} IS DISTINCT FROM y.p${key.length + i}`);
  const added = 'x."row" IS NULL';
  const removed = 'y."row" IS NULL';
  const both = 'x."row" IS NOT NULL AND y."row" IS NOT NULL';
  const counts = differs.map((sql) => `count(*) FILTER (WHERE ${both} AND ${sql})`);
  const any = differs.length === 0 ? 'false' : `(${differs.join(' OR ')})`;
  const [[addedRows, removedRows, changedRows, ...perColumn]] = await session.rows(
    `SELECT ${[`count(*) FILTER (WHERE ${added})`, `count(*) FILTER (WHERE ${removed})`, `count(*) FILTER (WHERE ${both} AND ${any})`, ...counts].join(', ')} ${joined}`,
  );
  const changed = others.map(({ name }, i) => ({ column: name, changed: Number(perColumn[i]) }));
  const keyOf = (table: 'x' | 'y'): string => key.map((_, i) => `${table}.s${i}`).join(', ');
  const examples: NonNullable<VersionDiff['byKey']>['examples'] = [];
  for (const [kind, table, where] of [
    ['added', 'y', added],
    ['removed', 'x', removed],
  ] as const) {
    const rows = await session.rows(`SELECT ${keyOf(table)} ${joined} WHERE ${where} ORDER BY ${table}."row" LIMIT 5`);
    for (const row of rows) examples.push({ kind, key: row.map(cellOf), column: null, before: null, after: null });
  }
  for (const [i, { name }] of others.entries()) {
    if (changed[i].changed === 0 || examples.length >= exampleCount) continue;
    const value = `s${key.length + i}`;
    const rows = await session.rows(
      `SELECT ${keyOf('x')}, x.${value}, y.${value} ${joined} WHERE ${both} AND ${differs[i]} ORDER BY x."row" LIMIT 3`,
    );
    for (const row of rows) {
      const [was, is] = row.slice(key.length).map(cellOf);
      examples.push({
        kind: 'changed',
        key: row.slice(0, key.length).map(cellOf),
        column: name,
        before: was,
        after: is,
      });
    }
  }
  return {
    key: key.map(({ name }) => name),
    proposed: !chosen,
    added: Number(addedRows),
    removed: Number(removedRows),
    changedRows: Number(changedRows),
    changedCells: changed.reduce((sum, entry) => sum + entry.changed, 0),
    columns: changed.filter((entry) => entry.changed > 0).sort((x, y) => y.changed - x.changed),
    examples,
  };
}

/** One side of the join: each pair as p0, p1 … to compare (as text where the types differ) and as s0, s1 … to show. */
function side(workspaceDir: string, from: Version, to: Version, pairs: readonly Pair[], which: 'a' | 'b'): string {
  const version = which === 'a' ? from : to;
  const list = pairs.map((pair, k) => {
    const index = pair[which];
    const column = version.columns[index];
    const compared = alike(from.columns[pair.a].type, to.columns[pair.b].type) ? `c${index}` : textSql(column, index);
    return `${compared} AS p${k}, ${cellSql(column, index)} AS s${k}`;
  });
  return `(SELECT "row", ${list.join(', ')} FROM ${numberedRelation(workspaceDir, version)})`;
}

const isNumber = (type: string): boolean => type === 'integer' || type === 'number';
const alike = (x: string, y: string): boolean => x === y || (isNumber(x) && isNumber(y));
