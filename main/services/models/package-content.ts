/** A model package in memory. */
import type { JsonValue } from '../../base/json.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { ReferenceStatistics } from '../../ml/stats/reference.ts';
import type { PackageManifest } from './package-schema.ts';
import type { ParityVectors } from './parity.ts';

/** What the user is told about a model: the part of model.json that is not the model itself. */
export type PackageAbout = Pick<
  PackageManifest,
  'name' | 'description' | 'target' | 'learner' | 'metric' | 'metrics' | 'baselineMetrics' | 'policy' | 'lineage'
>;

/** Everything a package holds. */
export type PackageContent = {
  readonly about: PackageAbout;
  readonly spec: ModelSpec;
  readonly onnx: Uint8Array;
  readonly parity: ParityVectors;
  readonly reference: ReferenceStatistics;
  /** Raw rows of the training data, as background of explanations. */
  readonly background: Frame;
  /** Anything else worth keeping with the model (leaderboard, findings, …); null when there is nothing. */
  readonly report: JsonValue | null;
};
