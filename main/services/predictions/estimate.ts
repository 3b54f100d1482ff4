/** What running a model over a source will need, before it starts (see CAPABILITIES A9). */

import type { ComputePool } from '../../compute/pool.ts';
import type { Source } from '../../contract/common.ts';
import type { JobEstimate } from '../../jobs/types.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { ModelLoader } from '../models/loader.ts';
import { openRowSource, type SourceDeps } from './open-source.ts';

export type EstimateDeps = SourceDeps & {
  readonly loader: ModelLoader;
  readonly pool: ComputePool;
  readonly blockRows?: number;
};

export type EstimateRequest = {
  readonly modelId: string;
  readonly source: Source;
  /** Reasons a row, or all contributions. */
  readonly explain: number | 'all';
  readonly threads?: number | undefined;
};

/** Measured on the reference machine (2 cores); the machine profile corrects them. */
const rates = {
  startSeconds: 0.4,
  secondsPerCell: 2.2e-7,
  secondsPerNode: 2e-9,
  secondsPerReason: 2e-9,
  secondsPerExplainedRow: 5e-6,
  bytesBase: 370e6,
  bytesPerCell: 60,
} as const;

/** Time by rows × columns read, nodes passed and contributions computed; memory by the blocks that are held at once. */
export async function estimateRows(deps: EstimateDeps, request: EstimateRequest): Promise<JobEstimate> {
  const { spec } = (await deps.loader.load(request.modelId)).content;
  const source = await openRowSource(deps, request.source);
  await source.rows.close();
  const rows = source.expectedRows;
  const columns = Math.max(1, source.rows.columns.length);
  const steps = pathSteps(spec);
  const explained = request.explain === 0 ? 0 : explainSeconds(steps.paths);
  const block = Math.min(rows, deps.blockRows ?? blockRowsFor(spec, request.explain !== 0)) * columns;
  const cells = request.explain === 'all' ? spec.recipe.inputs.length + 2 : 2 + 2 * request.explain;
  return {
    seconds:
      rates.startSeconds +
      rows * columns * rates.secondsPerCell +
      (rows * (steps.total * rates.secondsPerNode + explained)) / Math.min(deps.pool.size, request.threads ?? 64),
    memoryBytes: rates.bytesBase + block * rates.bytesPerCell * (deps.pool.size + 1),
    diskBytes: 2 * rows * 18 * (cells + spec.classes.length),
    basis: `About ${rows.toLocaleString('en')} rows of ${columns} columns through ${steps.trees} trees, at a measured rate.`,
  };
}

const explainSeconds = (paths: number): number => rates.secondsPerExplainedRow + paths * rates.secondsPerReason;

const mostBlockRows = 16_384;
const fewestBlockRows = 256;
/** A block is worked on for about this long: short enough for a cancel within a second and for steady progress. */
const blockSeconds = 0.4;

/** Rows of a block for a model: a power of two, so that equal models always cut alike. */
export function blockRowsFor(spec: ModelSpec, explain: boolean): number {
  const steps = pathSteps(spec);
  const rowSeconds = 2e-6 + steps.total * rates.secondsPerNode + (explain ? explainSeconds(steps.paths) : 0);
  const rows = 2 ** Math.floor(Math.log2(blockSeconds / rowSeconds));
  return Math.max(fewestBlockRows, Math.min(mostBlockRows, rows));
}

/** Trees of so many leaves are explained by tables, at a fifth of the work of larger ones. */
const tableLeaves = 64;

/** Work of one row: nodes passed over all trees, and leaves times depths, which exact contributions cost. */
export function pathSteps(spec: ModelSpec): {
  readonly trees: number;
  readonly total: number;
  readonly paths: number;
} {
  let trees = 0;
  let total = 0;
  let paths = 0;
  for (const member of spec.members) {
    if (member.kind !== 'trees') continue;
    const count = member.trees.treeRoot.length;
    const leaves = (member.trees.feature.length / Math.max(1, count) + 1) / 2;
    const depth = Math.log2(Math.max(2, leaves)) + 1;
    trees += count;
    total += count * depth;
    paths += count * leaves * depth * (leaves <= tableLeaves ? 0.2 : 1);
  }
  return { trees, total, paths };
}
