/** The job that writes a feature set as a data set and proves it, or proves what was written before. */
import { invalidInput, notFound } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import { type FeatureDefinition, type FeatureProof, featureDefinition } from '../../contract/feature-sets.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobContext, JobHandler } from '../../jobs/types.ts';
import { findDatasetVersion } from '../../store/repositories/datasets.ts';
import {
  getFeatureSet,
  insertMaterialisation,
  listMaterialisations,
  updateProof,
} from '../../store/repositories/features.ts';
import type { Version } from '../../warehouse/types.ts';
import { recordVersion } from '../datasets/record-version.ts';
import { definitionOf } from './describe.ts';
import { type ProveDeps, proofSize } from './prove-training.ts';
import { findTableIn, importWarnings, pinTables } from './tables.ts';

export type FeaturesJobInput = {
  readonly action: 'materialise' | 'prove';
  readonly featureSetId: string;
  readonly name: string | null;
};

export type FeaturesJobResult = {
  readonly datasetId: string;
  readonly version: number;
  readonly rows: number;
  readonly proof: { readonly ok: boolean; readonly rows: number; readonly differences: readonly string[] };
};

/** The data set's name; never that of a table the set reads, which would get features as its newest version. */
function nameOf(given: string | null, setName: string, sources: readonly { readonly name: string }[]): string {
  const isRead = (name: string): boolean => sources.some((source) => source.name === name);
  if (given !== null && isRead(given)) {
    throw invalidInput('feature-output', `"${given}" is a table that the feature set reads.`, {
      hint: 'Give the data set with the features another name.',
    });
  }
  return given ?? (isRead(setName) ? `${setName} features` : setName);
}

export function createFeaturesHandler(deps: ProveDeps & { readonly workspaceDir: string }): JobHandler {
  const { db, warehouse, catalogue, workspaceDir } = deps;
  const find = findTableIn(db, catalogue);

  const prove = async (definition: FeatureDefinition, stored: Version, context: JobContext): Promise<FeatureProof> => {
    context.report({ stage: 'prove', fraction: 0.9, message: 'Going back in time' });
    const proof = await warehouse.features.prove(
      { definition, find, stored, columns: [], seed: 7, ...proofSize },
      context.abort,
    );
    return {
      ok: proof.differences.length === 0,
      rows: proof.rows,
      moments: proof.moments,
      columns: [...proof.columns],
      differences: proof.differences.map((difference) => ({ ...difference })),
      checkedAt: db.clock.now(),
    };
  };
  const summary = ({ ok, rows, differences }: FeatureProof): FeaturesJobResult['proof'] => ({
    ok,
    rows,
    differences: differences.map(({ message }) => message),
  });

  return defineHandler<FeaturesJobInput, FeaturesJobResult>({
    kind: 'features',
    estimate: async ({ featureSetId }) => {
      const set = getFeatureSet(db, featureSetId);
      const { base, features } = definitionOf(db, set.id, set.version);
      const { version } = catalogue.get(base.datasetId, base.version);
      return {
        seconds: 2 + (version.rows * features.length) / 200_000,
        memoryBytes: 300 * 1024 * 1024,
        diskBytes: version.bytes * 2 + version.rows * features.length * 8,
        basis: `${version.rows} rows with ${features.length} features.`,
      };
    },
    run: async ({ action, featureSetId, name }, context) => {
      const set = getFeatureSet(db, featureSetId);
      if (action === 'prove') {
        const [made] = listMaterialisations(db, set.id);
        if (made === undefined) {
          throw notFound('not-materialised', `Nothing was made of "${set.name}" yet.`, {
            hint: 'Materialise it first.',
          });
        }
        const stored = catalogue.get(made.datasetId, made.datasetVersion).version;
        const proof = await prove(featureDefinition.parse(made.definition), stored, context);
        db.transaction(() => updateProof(db, made.id, asJson(proof)));
        return { datasetId: made.datasetId, version: made.datasetVersion, rows: made.rowCount, proof: summary(proof) };
      }
      const { definition, sources } = pinTables(catalogue, definitionOf(db, set.id, set.version));
      for (const warning of importWarnings(db, catalogue, definition)) context.log(warning);
      const version = await warehouse.features.materialise({ definition, find, name: set.name }, context);
      const proof = await prove(definition, version, context);
      const freshUntil = await warehouse.features.latest(definition, find);
      const tables = sources.map(({ alias, name: table, version: number }) => {
        const { knownAt } = alias === 'base' ? definition.base : definition.sources[alias];
        return `${alias}: ${table}, version ${number}${knownAt === undefined ? '' : ', known from its import on'}`;
      });
      const step = {
        kind: 'features',
        text: `Features of “${set.name}”, version ${set.version}, as of each row’s time (${tables.join('; ')}).`,
        featureSetId: set.id,
        featureSetVersion: set.version,
      };
      const own = nameOf(name, set.name, sources);
      const recorded = db.transaction(() => {
        const entered = recordVersion(db, workspaceDir, { name: own, version, steps: [step] });
        insertMaterialisation(db, {
          featureSetId: set.id,
          version: set.version,
          definition: asJson(definition),
          datasetId: entered.dataset.id,
          datasetVersionId: entered.row.id,
          datasetVersion: entered.row.number,
          rowCount: version.rows,
          sources: asJson(sources),
          freshUntil,
          proof: asJson(proof),
        });
        return entered;
      });
      // The data set's row says which version is current.
      const current = findDatasetVersion(db, recorded.row.id);
      return {
        datasetId: recorded.dataset.id,
        version: current?.number ?? recorded.row.number,
        rows: version.rows,
        proof: summary(proof),
      };
    },
  });
}
