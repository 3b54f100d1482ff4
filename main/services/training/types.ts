import type { Clock } from '../../base/clock.ts';
import type { JsonValue } from '../../base/json.ts';
import type { Logger } from '../../base/logger.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { TrainOptions } from '../../contract/models.ts';
import type { Frame } from '../../ml/frame.ts';
import type { InputSpec } from '../../ml/model-spec.ts';

/** A data set version's columns on shared memory, with what is recorded about where they come from. */
export type DatasetFrame = {
  readonly frame: Frame;
  /** One spec a column, in order. */
  readonly specs: readonly InputSpec[];
  readonly dataset: {
    readonly id: string;
    readonly versionId: string;
    readonly name: string;
    readonly number: number;
    readonly hash: string;
    readonly rows: number;
    readonly columns: number;
    readonly sourceSha256: string | null;
  };
};

/** Reads the named columns (null: all) of a version (undefined: the current one). */
export type ReadDataset = (
  datasetId: string,
  version: number | undefined,
  columns: readonly string[] | null,
) => Promise<DatasetFrame>;

/** Counts without reading: for estimates. */
export type DescribeDataset = (
  datasetId: string,
  version: number | undefined,
) => {
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: InputSpec['logicalType'];
    /** Different values as a kept profile counted them; null or absent where there is none. */
    readonly distinct?: number | null;
  }[];
  readonly name: string;
  /** Number of the version described. */
  readonly number: number;
};

export type TrainingDeps = {
  readonly pool: ComputePool;
  readonly readDataset: ReadDataset;
  readonly describeDataset: DescribeDataset;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** The job's stored input: the options as the contract parsed them. */
export type TrainJobInput = TrainOptions & { readonly [key: string]: JsonValue | undefined };
