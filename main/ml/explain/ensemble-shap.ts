/**
 * Contributions of a tree ensemble, by the WebAssembly kernel (fast-shap.ts) or, where it cannot be had, by the TypeScript
 * quadrature of tree-shap.ts, its oracle. `single` looks most leaves up in float32 tables: within 1e-6 of the exact value,
 * relative to the sizes it is summed from; `double` is float64 throughout: within 1e-12.
 */
import type { FeatureMatrix } from '../frame.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { type FastShap, prepareFastShap, runFastShap } from './fast-shap.ts';
import { createTreeExplainer, explainTrees, type TreeExplainer } from './tree-shap.ts';
import { expectedMargins } from './tree-shape.ts';

export type ShapPrecision = 'single' | 'double';

/** Receives values[at + i], the contributions of `feature` to `output` in rows start + i, i < count. */
export type TakeContributions = (
  output: number,
  feature: number,
  start: number,
  count: number,
  values: Float64Array,
  at: number,
) => void;

type Prepared = { readonly base: Float64Array; readonly fast: FastShap | null; readonly twin: TreeExplainer | null };

const prepared = { single: new WeakMap<TreeEnsemble, Prepared>(), double: new WeakMap<TreeEnsemble, Prepared>() };

/** Hands out the contributions to the given outputs, by feature; gives the margin [output] that they start from. */
export function explainEnsemble(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
  outputs: readonly number[],
  precision: ShapPrecision,
  take: TakeContributions,
): Float64Array {
  const { base, fast, twin } = preparedFor(ensemble, precision);
  if (fast !== null) {
    const { features } = fast.slots;
    const { blockRows } = fast.layout;
    runFastShap(fast, matrix, outputs, (start, count, output, totals) => {
      for (let s = 0; s < features.length; s++) take(output, features[s], start, count, totals, s * blockRows);
    });
  } else if (twin !== null) {
    const { values } = explainTrees(twin, matrix);
    const { rowCount, columns } = matrix;
    const column = new Float64Array(rowCount);
    for (const output of outputs) {
      for (let f = 0; f < columns.length; f++) {
        const from = output * columns.length + f;
        for (let i = 0; i < rowCount; i++) column[i] = values[i * ensemble.outputCount * columns.length + from];
        take(output, f, 0, rowCount, column, 0);
      }
    }
  }
  return base;
}

function preparedFor(ensemble: TreeEnsemble, precision: ShapPrecision): Prepared {
  const known = prepared[precision].get(ensemble);
  if (known !== undefined) return known;
  const fast = prepareFastShap(ensemble, precision === 'double');
  const twin = fast === null ? createTreeExplainer(ensemble) : null;
  const made = { base: expectedMargins(ensemble), fast, twin };
  prepared[precision].set(ensemble, made);
  return made;
}
