/** A feature set being edited: plain fields that a form can hold, and the definition they make. */
import type { FeatureDefinition, FeatureSpec, FeatureTable } from '../../../main/contract/feature-sets.ts';

/** A column that is known only some time after its row; "*" is every column without a lag of its own. */
export type LagDraft = { readonly column: string; readonly seconds: number };

export type TableDraft = {
  readonly datasetId: string;
  readonly version: number | undefined;
  readonly time: string | null;
  readonly known: string | null;
  /** Nothing is known before the version was imported. */
  readonly sinceImport: boolean;
  readonly key: readonly string[];
  readonly lags: readonly LagDraft[];
};

export type SourceDraft = { readonly alias: string; readonly table: TableDraft };

export type SetDraft = {
  readonly name: string;
  readonly description: string;
  readonly base: TableDraft;
  readonly sources: readonly SourceDraft[];
  readonly features: readonly FeatureSpec[];
};

export const emptyTable: TableDraft = {
  datasetId: '',
  version: undefined,
  time: null,
  known: null,
  sinceImport: false,
  key: [],
  lags: [],
};

export const emptyDraft: SetDraft = { name: '', description: '', base: emptyTable, sources: [], features: [] };

const tableDraft = (table: FeatureTable): TableDraft => ({
  datasetId: table.datasetId,
  version: table.version,
  time: table.time,
  known: table.known ?? null,
  sinceImport: table.knownAt === 'import',
  key: table.key,
  lags: Object.entries(table.lags ?? {}).map(([column, seconds]) => ({ column, seconds })),
});

export const draftOf = (name: string, description: string, definition: FeatureDefinition): SetDraft => ({
  name,
  description,
  base: tableDraft(definition.base),
  sources: Object.entries(definition.sources).map(([alias, table]) => ({ alias, table: tableDraft(table) })),
  features: definition.features,
});

function tableOf({ datasetId, version, time, known, sinceImport, key, lags }: TableDraft): FeatureTable {
  const named = lags.filter(({ column }) => column !== '');
  return {
    datasetId,
    ...(version === undefined ? {} : { version }),
    time,
    key: [...key],
    ...(known === null || time === null ? {} : { known }),
    ...(sinceImport && time !== null ? { knownAt: 'import' as const } : {}),
    ...(named.length === 0 || time === null
      ? {}
      : { lags: Object.fromEntries(named.map(({ column, seconds }) => [column, seconds])) }),
  };
}

export const definitionOf = (draft: SetDraft): FeatureDefinition => ({
  base: { ...tableOf(draft.base), time: draft.base.time ?? '' },
  sources: Object.fromEntries(draft.sources.map(({ alias, table }) => [alias, tableOf(table)])),
  features: [...draft.features],
});

export type AliasProblem = 'aliasShape' | 'aliasTaken';

/** What is wrong with the name of a source, or null. */
export function aliasProblem(alias: string, others: readonly string[]): AliasProblem | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(alias)) return 'aliasShape';
  return alias === 'base' || others.includes(alias) ? 'aliasTaken' : null;
}

const isFeatureReady = (feature: FeatureSpec, aliases: readonly string[]): boolean => {
  if (feature.name.trim() === '') return false;
  if (feature.kind === 'query') return feature.sql.trim() !== '';
  if (!aliases.includes(feature.source)) return false;
  if (feature.kind === 'window') return feature.aggregate === 'count' || (feature.column ?? '') !== '';
  return feature.column !== '';
};

/** Whether everything is filled in that a definition needs, the set's own name aside. */
export function isComplete({ base, sources, features }: SetDraft): boolean {
  const aliases = ['base', ...sources.map(({ alias }) => alias)];
  const names = features.map(({ name }) => name);
  return (
    base.datasetId !== '' &&
    base.time !== null &&
    features.length > 0 &&
    new Set(names).size === names.length &&
    features.every((feature) => isFeatureReady(feature, aliases)) &&
    sources.every(
      ({ alias, table }, i) =>
        aliasProblem(
          alias,
          sources.filter((_, at) => at !== i).map((source) => source.alias),
        ) === null &&
        table.datasetId !== '' &&
        table.key.length === base.key.length &&
        table.key.every((column) => column !== ''),
    )
  );
}

/** The draft with other key columns of the rows: each source keeps the columns that match those that stay. */
export function withKey(draft: SetDraft, key: readonly string[]): SetDraft {
  const matched = (table: TableDraft): TableDraft => ({
    ...table,
    key: key.map((column) => table.key[draft.base.key.indexOf(column)] ?? ''),
  });
  return {
    ...draft,
    base: { ...draft.base, key },
    sources: draft.sources.map(({ alias, table }) => ({ alias, table: matched(table) })),
  };
}

/** The draft with a source called otherwise, also by the features that read it. */
export function withAlias(draft: SetDraft, index: number, alias: string): SetDraft {
  const before = draft.sources[index]?.alias;
  return {
    ...draft,
    sources: draft.sources.map((source, i) => (i === index ? { ...source, alias } : source)),
    features: draft.features.map((feature) =>
      feature.kind !== 'query' && feature.source === before ? { ...feature, source: alias } : feature,
    ),
  };
}

/** A name that nothing else has yet. */
export function freeName(wanted: string, taken: readonly string[], between = ' '): string {
  if (!taken.includes(wanted)) return wanted;
  for (let i = 2; ; i++) if (!taken.includes(`${wanted}${between}${i}`)) return `${wanted}${between}${i}`;
}

/** A short name for a source, made of its data set's. */
export function aliasFrom(name: string, taken: readonly string[]): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const bare = plain.replace(/^[_0-9]+|_+$/g, '').slice(0, 40);
  return freeName(bare === '' ? 'table' : bare, ['base', ...taken], '_');
}
