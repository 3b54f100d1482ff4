/**
 * The proof before a training run: a data set made by a feature set is proved against its definition, and columns the user
 * says are known late must not be among the inputs. A difference ends the run.
 */
import { dataProblem, invalidInput } from '../../base/errors.ts';
import { type FeatureDefinition, featureDefinition } from '../../contract/feature-sets.ts';
import type { TrainOptions } from '../../contract/models.ts';
import type { Db } from '../../store/db.ts';
import { findMaterialisationOf } from '../../store/repositories/features.ts';
import type { ProofOutcome } from '../../warehouse/features/prove.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Catalogue } from '../datasets/catalogue.ts';
import { findTableIn } from './tables.ts';

export type ProveDeps = { readonly db: Db; readonly warehouse: Warehouse; readonly catalogue: Catalogue };

/** How much a proof looks at. */
export const proofSize = { moments: 12, rows: 200 } as const;

/** Null when there is nothing to prove. Throws data-problem `time-machine` naming column and row. */
export async function proveTraining(
  deps: ProveDeps,
  options: TrainOptions,
  signal?: AbortSignal,
): Promise<ProofOutcome | null> {
  const { db, warehouse, catalogue } = deps;
  const { row, version } = catalogue.get(options.datasetId, options.version);
  const made = findMaterialisationOf(db, row.id);
  const lags = options.lags ?? {};
  if (made === null && Object.keys(lags).length === 0) return null;
  const names = version.columns.map(({ name }) => name);
  const unknown = Object.keys(lags).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw invalidInput('no-such-column', `There is no column "${unknown}" (--lag).`, { details: { column: unknown } });
  }
  const definition =
    made === null ? plainDefinition(options, version.columns, row.number) : featureDefinition.parse(made.definition);
  const proof = await warehouse.features.prove(
    {
      definition: { ...definition, base: { ...definition.base, lags: { ...definition.base.lags, ...lags } } },
      find: findTableIn(db, catalogue),
      stored: version,
      columns: names.filter((name) => name !== options.target && !options.drop.includes(name)),
      seed: options.seed,
      ...proofSize,
    },
    signal,
  );
  const differences = proof.differences.filter(({ column }) => !options.drop.includes(column));
  if (differences.length === 0) return proof;
  const [first] = differences;
  const columns = [...new Set(differences.map(({ column }) => column))];
  const others =
    columns.length === 1
      ? ''
      : ` The same holds for ${columns
          .slice(1)
          .map((name) => `“${name}”`)
          .join(', ')}.`;
  throw dataProblem('time-machine', `The time-machine proof failed: ${first.message}${others}`, {
    hint:
      first.reason === 'same-row'
        ? `Leave the column out (--drop ${first.column}), or use its earlier values: a lag or window in a feature set.`
        : 'Compute the feature from what was known at each row’s time, and materialise the feature set again.',
    details: { column: first.column, row: first.row, reason: first.reason, columns },
  });
}

/** A data set on its own: no features, only columns that may be known late. */
function plainDefinition(
  options: TrainOptions,
  columns: readonly { readonly name: string; readonly type: string }[],
  version: number,
): FeatureDefinition {
  const isDate = ({ type }: { readonly type: string }): boolean => type === 'date' || type === 'datetime';
  const time = columns.find((column) => (options.time === undefined ? isDate(column) : column.name === options.time));
  if (time === undefined || !isDate(time)) {
    throw invalidInput('lag-needs-time', 'A lag counts from the time of each row, and no column holds it.', {
      hint: 'Name a column with dates: --time.',
    });
  }
  return { base: { datasetId: options.datasetId, version, time: time.name, key: [] }, sources: {}, features: [] };
}
