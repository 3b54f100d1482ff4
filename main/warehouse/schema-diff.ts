import type { ColumnType } from '../contract/common.ts';
import type { ColumnDiff } from '../contract/predictions.ts';

/** What a model expects of an input column; InputSpec fits. */
export type ExpectedColumn = {
  readonly name: string;
  readonly logicalType: ColumnType;
  readonly levels?: readonly string[];
};
export type ActualColumn = { readonly name: string; readonly type: ColumnType; readonly examples?: readonly string[] };

export type SchemaDiff = {
  readonly ok: boolean;
  readonly columns: readonly ColumnDiff[];
  /** Column in the file → column of the model, for every missing column with a likely counterpart. */
  readonly suggestedMap: Readonly<Record<string, string>>;
};

const simplified = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** 1 − edit distance / longer length, over simplified names; word order and separators do not matter much. */
function nameSimilarity(a: string, b: string): number {
  const x = simplified(a);
  const y = simplified(b);
  if (x === y) return 1;
  if (x.length === 0 || y.length === 0) return 0;
  let previous = Array.from({ length: y.length + 1 }, (_, j) => j);
  for (let i = 1; i <= x.length; i++) {
    const current = [i];
    for (let j = 1; j <= y.length; j++) {
      const change = previous[j - 1] + (x[i - 1] === y[j - 1] ? 0 : 1);
      current.push(Math.min(change, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  const edit = 1 - previous[y.length] / Math.max(x.length, y.length);
  const words = (name: string): string[] =>
    name
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '')
      .sort();
  const sorted = words(a).join('') === words(b).join('') ? 0.95 : 0;
  const contained = x.length >= 4 && y.length >= 4 && (x.includes(y) || y.includes(x)) ? 0.7 : 0;
  return Math.max(edit, sorted, contained);
}

const numeric = (type: ColumnType): boolean => type === 'integer' || type === 'number';
const dated = (type: ColumnType): boolean => type === 'date' || type === 'datetime';

/** Whether values of `found` can be fed to a column of `expected`. Text takes anything that stands as text. */
export const fitsType = (expected: ColumnType, found: ColumnType): boolean =>
  expected === found ||
  (numeric(expected) && numeric(found)) ||
  (dated(expected) && dated(found)) ||
  ((expected === 'text' || expected === 'boolean') && (found === 'boolean' || found === 'text' || found === 'integer'));

function valueOverlap(expected: ExpectedColumn, actual: ActualColumn): number {
  if (
    expected.levels === undefined ||
    expected.levels.length === 0 ||
    actual.examples === undefined ||
    actual.examples.length === 0
  )
    return 0;
  const levels = new Set(expected.levels);
  return actual.examples.filter((example) => levels.has(example)).length / actual.examples.length;
}

/**
 * Compares what a model expects with a file's columns. `map` (file → model) has been settled by the user and counts as a
 * rename. Nothing is ever matched silently: likely renames are suggestions, one file column for one model column, best
 * first. `ok` when every expected column is there with a fitting type.
 */
export function schemaDiff(
  expected: readonly ExpectedColumn[],
  actual: readonly ActualColumn[],
  map: Readonly<Record<string, string>> = {},
): SchemaDiff {
  const sourceOf = new Map<string, string>();
  for (const [from, to] of Object.entries(map)) if (actual.some(({ name }) => name === from)) sourceOf.set(to, from);
  const found = new Map(actual.map((column) => [column.name, column]));
  const taken = new Set<string>();
  for (const { name } of expected) {
    const source = sourceOf.get(name) ?? (found.has(name) ? name : undefined);
    if (source !== undefined) taken.add(source);
  }
  const missing = expected.filter(({ name }) => !sourceOf.has(name) && !found.has(name));
  const free = actual.filter(({ name }) => !taken.has(name));
  const pairs = missing
    .flatMap((wanted) =>
      free.map((column) => {
        const names = nameSimilarity(wanted.name, column.name);
        const values = valueOverlap(wanted, column);
        const types = fitsType(wanted.logicalType, column.type) ? 1 : 0;
        return {
          wanted,
          column,
          names,
          values,
          score: types * (0.75 * names + 0.25 * values + (values > 0.9 ? 0.2 : 0)),
        };
      }),
    )
    .filter(({ score, names, values }) => score >= 0.45 && (names >= 0.6 || values > 0.9))
    .sort((a, b) => b.score - a.score);
  const suggestion = new Map<string, { readonly name: string; readonly reason: string }>();
  const used = new Set<string>();
  for (const { wanted, column, names, values } of pairs) {
    if (suggestion.has(wanted.name) || used.has(column.name)) continue;
    used.add(column.name);
    suggestion.set(wanted.name, {
      name: column.name,
      reason:
        names >= 0.6
          ? 'the names are alike and the types fit'
          : `its values are those of "${wanted.name}"${values === 1 ? '' : ', mostly'}`,
    });
  }

  const columns: ColumnDiff[] = expected.map(({ name, logicalType }) => {
    const source = sourceOf.get(name) ?? name;
    const column = found.get(source);
    if (column === undefined) {
      const near = suggestion.get(name);
      const reason =
        near === undefined
          ? 'The file has no such column.'
          : `The file has no such column; "${near.name}" may be it: ${near.reason}.`;
      return {
        column: name,
        state: 'missing',
        expected: logicalType,
        found: null,
        suggestion: near?.name ?? null,
        reason,
      };
    }
    if (!fitsType(logicalType, column.type)) {
      const reason = `The model learned ${logicalType}; the file's column reads as ${column.type}.`;
      return { column: name, state: 'retyped', expected: logicalType, found: column.type, suggestion: null, reason };
    }
    const mapped = source !== name;
    return {
      column: name,
      state: mapped ? 'mapped' : 'ok',
      expected: logicalType,
      found: column.type,
      suggestion: null,
      reason: mapped ? `Taken from the file's "${source}".` : 'Name and type fit.',
    };
  });
  for (const { name, type } of free) {
    columns.push({
      column: name,
      state: 'extra',
      expected: null,
      found: type,
      suggestion: null,
      reason: 'The model does not use it.',
    });
  }
  const suggestedMap: Record<string, string> = {};
  for (const [name, near] of suggestion) suggestedMap[near.name] = name;
  return { ok: columns.every(({ state }) => state !== 'missing' && state !== 'retyped'), columns, suggestedMap };
}
