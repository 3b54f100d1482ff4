/**
 * Making a derived data set again from what its sources are now: the query or feature set it came from is run anew, and the
 * cleaning that was done since is repeated. That is how values which left a data set are followed when it is masked.
 */
import { conflict } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import { type CleaningStep, cleaningStep } from '../../contract/cleaning.ts';
import { type FeatureDefinition, type FeatureTable, featureDefinition } from '../../contract/feature-sets.ts';
import type { JobContext } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import {
  type DatasetVersionRow,
  findDatasetVersion,
  getDataset,
  getVersionOf,
} from '../../store/repositories/datasets.ts';
import {
  findMaterialisationOf,
  insertMaterialisation,
  type MaterialisationRow,
} from '../../store/repositories/features.ts';
import { describeStep } from '../../warehouse/cleaning/describe.ts';
import type { FindTable as FindSource } from '../../warehouse/features/feature-set.ts';
import type { FindTable } from '../../warehouse/query/run-query.ts';
import type { Version } from '../../warehouse/types.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { keptSteps } from './recipe.ts';
import { recordVersion } from './record-version.ts';

/** How a version came about: a query or a feature set, and the cleaning since. */
type Derivation = {
  readonly origin:
    | { readonly kind: 'query'; readonly sql: string }
    | { readonly kind: 'features'; readonly made: MaterialisationRow };
  /** The version that the query or feature set made; its steps say so. */
  readonly first: DatasetVersionRow;
  /** Cleaning since, with the steps as recorded. */
  readonly cleaning: readonly CleaningStep[];
};

/** How a version came about; null where that cannot be done again: a file, a masking, or a query that names an old version. */
export function derivationOf(db: Db, version: DatasetVersionRow): Derivation | null {
  const cleaning: CleaningStep[] = [];
  let row: DatasetVersionRow | null = version;
  while (row !== null) {
    const steps: readonly { readonly kind: string; readonly sql?: unknown; readonly step?: unknown }[] = keptSteps(row);
    const [origin, ...since] = steps;
    const read = (from: typeof steps): CleaningStep[] =>
      from.flatMap(({ step }) => cleaningStep.safeParse(step).data ?? []);
    if (origin?.kind === 'query' && typeof origin.sql === 'string') {
      if (/@\d/.test(origin.sql)) return null;
      return { origin: { kind: 'query', sql: origin.sql }, first: row, cleaning: [...read(since), ...cleaning] };
    }
    if (origin?.kind === 'features') {
      const made = findMaterialisationOf(db, row.id);
      return made === null
        ? null
        : { origin: { kind: 'features', made }, first: row, cleaning: [...read(since), ...cleaning] };
    }
    const done = read(steps);
    if (done.length === 0 || done.length < steps.length) return null;
    cleaning.unshift(...done);
    row = row.parentVersionId === null ? null : findDatasetVersion(db, row.parentVersionId);
  }
  return null;
}

export type RemakeDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly findTable: FindTable;
  readonly findSource: FindSource;
  /** The definition with every table at the version it has now, and those versions. */
  readonly pin: (definition: FeatureDefinition) => {
    readonly definition: FeatureDefinition;
    readonly sources: readonly { readonly alias: string; readonly datasetId: string; readonly version: number }[];
  };
};

/** The definition reading these data sets as they are now, the others as they were. */
function unpinned(definition: FeatureDefinition, now: ReadonlySet<string>): FeatureDefinition {
  const free = <T extends FeatureTable>(table: T): T => {
    return now.has(table.datasetId) ? { ...table, version: undefined } : table;
  };
  const { base, sources, features } = definition;
  return {
    base: free(base),
    sources: Object.fromEntries(Object.entries(sources).map(([alias, table]) => [alias, free(table)])),
    features,
  };
}

/**
 * Writes the data set's current version again; nothing is recorded yet. `now` are the data sets to be read as they are
 * now. Throws conflict `not-made-again` with the reason where the sources no longer fit, e.g. for a column left out.
 */
export async function remake(
  { db, warehouse, findTable, findSource }: RemakeDeps,
  datasetId: string,
  name: string,
  now: ReadonlySet<string>,
  context: JobContext,
): Promise<{
  readonly version: Version;
  readonly derivation: Derivation;
  readonly definition: FeatureDefinition | null;
}> {
  const derivation = derivationOf(db, getVersionOf(db, datasetId));
  const wrong = (cause: unknown): Error =>
    conflict('not-made-again', `"${name}" cannot be made again: ${cause instanceof Error ? cause.message : ''}`, {
      hint: 'Nothing was erased. Delete it with the data, or keep it.',
      details: { dataset: name },
      cause,
    });
  if (derivation === null) throw wrong(new Error('what it was made by is not known.'));
  const { origin, cleaning } = derivation;
  try {
    const definition =
      origin.kind === 'features' ? unpinned(featureDefinition.parse(origin.made.definition), now) : null;
    let version =
      origin.kind === 'query'
        ? await warehouse.deriveFromQuery({ sql: origin.sql, find: findTable, sourceName: 'SQL query' }, context)
        : await warehouse.features.materialise(
            { definition: unpinned(featureDefinition.parse(origin.made.definition), now), find: findSource, name },
            context,
          );
    if (cleaning.length > 0)
      version = await warehouse.clean({ version, steps: cleaning, sourceName: version.source.name }, context);
    return { version, derivation, definition };
  } catch (error) {
    if (context.stop.stopped()) throw error;
    throw wrong(error);
  }
}

/** Records what was made again as the data set's current version; gives the version's id. Call it inside a transaction. */
export function recordRemade(
  { db, pin }: Pick<RemakeDeps, 'db' | 'pin'>,
  workspaceDir: string,
  datasetId: string,
  { version, derivation, definition }: Awaited<ReturnType<typeof remake>>,
): string {
  const { name } = getDataset(db, datasetId);
  const { first, cleaning, origin } = derivation;
  const steps = [
    ...keptSteps(first).slice(0, 1),
    { kind: 'again', text: 'Made again from its sources after they were masked.' },
    ...cleaning.map((step) => ({ kind: step.kind, text: describeStep(step), step })),
  ];
  const { row } = recordVersion(db, workspaceDir, { name, version, steps: steps.map(asJson) });
  // Only the very version that a feature set made can be proved against it
  if (origin.kind === 'features' && definition !== null && cleaning.length === 0) {
    const pinned = pin(definition);
    const { featureSetId, version: number } = origin.made;
    insertMaterialisation(db, {
      featureSetId,
      version: number,
      definition: asJson(pinned.definition),
      datasetId,
      datasetVersionId: row.id,
      datasetVersion: row.number,
      rowCount: version.rows,
      sources: asJson(pinned.sources),
      freshUntil: origin.made.freshUntil,
      proof: null,
    });
  }
  return row.id;
}
