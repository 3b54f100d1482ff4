/**
 * What a model expects against what a source has, column by column. Nothing is mapped by itself: a missing column with a
 * likely counterpart is an error that shows the mapping to give.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataProblem, invalidInput } from '../../base/errors.ts';
import { neverStop } from '../../base/stop.ts';
import type { ColumnDiff } from '../../contract/predictions.ts';
import { type ExpectedColumn, schemaDiff } from '../../warehouse/schema-diff.ts';
import type { WantedColumn } from '../../warehouse/stream/score-source.ts';
import type { LoadedModel } from '../models/loader.ts';
import type { OpenedSource } from './open-source.ts';

export type ColumnMap = Readonly<Record<string, string>>;

export type SchemaCheck = {
  readonly ok: boolean;
  readonly columns: readonly ColumnDiff[];
  readonly suggestedMap: ColumnMap;
  readonly message: string;
};

/** The columns a model reads, as sources are asked for them. */
export const wantedColumns = (loaded: LoadedModel): readonly WantedColumn[] =>
  loaded.content.spec.recipe.inputs.map(({ name, type, logicalType }) => ({ name, type, logicalType }));

/** Records read to find out whether a column that reads otherwise can be read as the model wants it. */
const probedRows = 2_000;
/** Share of them that may fail before the column counts as another one. */
const toleratedShare = 0.5;

/**
 * Compares a source with a model. In text files a number or date column with some unreadable cells is no other column:
 * the head of the file is read as wanted, and where most of it reads, the rest are rejected row by row. Throws
 * invalid-input for a mapping that names columns neither side has. `tempDir` must lie in the workspace folder.
 */
export async function checkSchema(
  loaded: LoadedModel,
  source: OpenedSource,
  map: ColumnMap,
  tempDir: string,
): Promise<SchemaCheck> {
  const wanted = wantedColumns(loaded);
  checkMap(wanted, source, map);
  const diff = schemaDiff(expectedColumns(loaded), source.rows.columns, map);
  const columns: ColumnDiff[] = [];
  for (const entry of diff.columns) {
    columns.push(entry.state === 'retyped' ? await readingOf(entry, wanted, source, map, tempDir) : entry);
  }
  const ok = columns.every(({ state }) => state !== 'missing' && state !== 'retyped');
  return { ok, columns, suggestedMap: diff.suggestedMap, message: messageOf(columns, source.name) };
}

/** Folder of a workspace for short-lived files; what a crash leaves there is cleared when the warehouse opens. */
export const tempFolder = (workspaceDir: string): string => join(workspaceDir, 'temp');

/** Throws data-problem `columns-differ` unless the check passed; the message lists the differences, the hint the mapping. */
export function requireColumns(check: SchemaCheck, source: OpenedSource, map: ColumnMap): void {
  if (check.ok) return;
  const wrong = check.columns.filter(({ state }) => state === 'missing' || state === 'retyped');
  const suggested = Object.keys(check.suggestedMap).length > 0;
  const whole = { ...map, ...check.suggestedMap };
  throw dataProblem('columns-differ', check.message, {
    hint: suggested
      ? `If these are the same columns under other names, give ${mapOption('--map', whole)}`
      : 'Add the missing columns, or map others to them with --map in-the-file=in-the-model.',
    details: { file: source.name, columns: wrong.map(({ column }) => column) },
  });
}

/** An option of pairs as it is typed in a shell: `--map 'old name=new,…'`. */
export function mapOption(option: string, map: ColumnMap): string {
  const pairs = Object.entries(map)
    .map(([from, to]) => `${from}=${to}`)
    .join(',');
  return `${option} ${/^[\w=,.-]+$/.test(pairs) ? pairs : `'${pairs.replaceAll("'", "'\\''")}'`}`;
}

function expectedColumns(loaded: LoadedModel): readonly ExpectedColumn[] {
  const { spec, reference } = loaded.content;
  const levels = new Map(reference.columns.map(({ name, levels }) => [name, levels]));
  return spec.recipe.inputs.map(({ name, logicalType }) => {
    const known = levels.get(name);
    return known == null ? { name, logicalType } : { name, logicalType, levels: known.map(({ value }) => value) };
  });
}

function checkMap(wanted: readonly WantedColumn[], source: OpenedSource, map: ColumnMap): void {
  for (const [from, to] of Object.entries(map)) {
    if (!source.rows.columns.some(({ name }) => name === from)) {
      throw invalidInput('map-unknown-column', `--map ${from}=${to}: ${source.name} has no column "${from}".`, {
        hint: 'Write in-the-file=in-the-model.',
        details: { column: from },
      });
    }
    if (!wanted.some(({ name }) => name === to)) {
      throw invalidInput('map-unknown-column', `--map ${from}=${to}: the model has no column "${to}".`, {
        hint: `Its columns are ${wanted.map(({ name }) => name).join(', ')}.`,
        details: { column: to },
      });
    }
  }
}

async function readingOf(
  entry: ColumnDiff,
  wanted: readonly WantedColumn[],
  source: OpenedSource,
  map: ColumnMap,
  tempDir: string,
): Promise<ColumnDiff> {
  const column = wanted.find(({ name }) => name === entry.column);
  const typed = source.rows.rowCount !== null;
  if (column === undefined || typed || column.type === 'string') return entry;
  if (entry.found !== 'text' && entry.found !== 'boolean') return entry;
  await mkdir(tempDir, { recursive: true });
  const scratchDir = await mkdtemp(join(tempDir, 'probe-'));
  try {
    const blocks = source.rows.blocks({ wanted: [column], map, chunkRows: probedRows, scratchDir, stop: neverStop });
    const { value: block } = await blocks.next();
    await blocks.return(undefined);
    if (block === undefined || block.frame.rowCount < block.records * (1 - toleratedShare)) return entry;
    const failed = block.records - block.frame.rowCount;
    const reason =
      failed === 0
        ? 'Reads as the model needs it.'
        : `${failed} of the first ${block.records} rows do not read as ${entry.expected}; such rows are rejected.`;
    return { ...entry, state: !mapped(entry.column, map) ? 'ok' : 'mapped', reason };
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}

const mapped = (column: string, map: ColumnMap): boolean => Object.values(map).includes(column);

function messageOf(columns: readonly ColumnDiff[], file: string): string {
  const missing = columns.filter(({ state }) => state === 'missing');
  const retyped = columns.filter(({ state }) => state === 'retyped');
  if (missing.length + retyped.length === 0) {
    const used = columns.filter(({ state }) => state === 'ok' || state === 'mapped').length;
    const extra = columns.length - used;
    return `${file} has all ${used} columns of the model${extra === 0 ? '' : `, and ${extra} more that it does not use`}.`;
  }
  const lines = [...missing, ...retyped].map(({ column, state, expected, found, suggestion }) =>
    state === 'missing'
      ? `  ${column} (${expected}): missing${suggestion === null ? '' : `; "${suggestion}" may be it`}`
      : `  ${column}: the model learned ${expected}, the file reads as ${found}`,
  );
  return `${file} does not fit the model:\n${lines.join('\n')}`;
}
