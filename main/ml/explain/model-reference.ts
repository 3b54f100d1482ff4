/**
 * Exact contributions of a whole model against a chosen reference, with interaction values where wanted, in the margin and by
 * raw column: trees by reference-shap.ts, additive models as the trees they equal, linear members against the mean over the
 * same rows. Features of one column are added up; pairs of them belong to the column itself.
 */
import { unsupported } from '../../base/errors.ts';
import { additiveTrees } from '../additive/to-trees.ts';
import type { FeatureMatrix } from '../frame.ts';
import { linearContributions } from '../linear/contributions.ts';
import type { Member, ModelSpec } from '../model-spec.ts';
import { type ExplainedRows, inputsOfFeatures } from '../predict.ts';
import { explainByReference, type ShapReference } from './reference-shap.ts';

export type ReferenceRows = ExplainedRows & {
  /**
   * By pair of columns (smaller index · inputs + larger): the full interaction in each row, both triangles of the matrix
   * together. With diagonal = contribution − Σ halves, rows of the matrix sum to the contributions.
   */
  readonly pairs: ReadonlyMap<number, Float64Array>;
};

/** One entry an output wanted. Throws unsupported for members without trees. */
export function explainAgainst(
  spec: ModelSpec,
  matrix: FeatureMatrix,
  outputs: readonly number[],
  reference: ShapReference,
): readonly ReferenceRows[] {
  const inputs = spec.recipe.inputs.map(({ name }) => name);
  const width = inputs.length;
  const { rowCount } = matrix;
  const inputsOf = inputsOfFeatures(spec.recipe);
  const found = outputs.map((output) => ({
    output,
    base: 0,
    values: new Float64Array(rowCount * width),
    pairs: new Map<number, Float64Array>(),
  }));
  for (const member of spec.members) {
    const { weight } = member;
    if (member.kind === 'constant') {
      for (const entry of found) entry.base += weight * member.margin[entry.output];
    } else if (member.kind === 'linear') {
      const rows = linearContributions(member.linear, matrix);
      const shift = linearMeans(member.linear, reference.background);
      for (const entry of found) {
        entry.base += weight * rows.base[entry.output];
        for (let f = 0; f < rows.featureCount; f++) {
          const mean = shift === null ? 0 : shift[entry.output * rows.featureCount + f];
          entry.base += weight * mean;
          for (let row = 0; row < rowCount; row++) {
            const own = rows.values[(row * rows.outputCount + entry.output) * rows.featureCount + f];
            const share = weight / inputsOf[f].length;
            for (const input of inputsOf[f]) entry.values[row * width + input] += share * (own - mean);
          }
        }
      }
    } else {
      const base = explainByReference(
        treesOf(member),
        matrix,
        outputs,
        reference,
        (output, a, b, start, count, part, at) => {
          const entry = found.find((each) => each.output === output);
          if (entry === undefined) return;
          if (b < 0) {
            const share = weight / inputsOf[a].length;
            for (const first of inputsOf[a]) {
              for (let i = 0; i < count; i++) entry.values[(start + i) * width + first] += share * part[at + i];
            }
            return;
          }
          const share = weight / (inputsOf[a].length * inputsOf[b].length);
          for (const first of inputsOf[a]) {
            for (const second of inputsOf[b]) {
              if (first === second) continue;
              const key = Math.min(first, second) * width + Math.max(first, second);
              const column = entry.pairs.get(key) ?? new Float64Array(rowCount);
              entry.pairs.set(key, column);
              for (let i = 0; i < count; i++) column[start + i] += 2 * share * part[at + i];
            }
          }
        },
      );
      for (const entry of found) entry.base += weight * base[entry.output];
    }
  }
  return found.map(({ base, values, pairs }) => ({ base, values, inputs, pairs }));
}

function treesOf(member: Exclude<Member, { readonly kind: 'constant' | 'linear' }>) {
  if (member.kind === 'trees') return member.trees;
  if (member.kind === 'additive') return additiveTrees(member.additive);
  throw unsupported('no-trees', 'This model has a part that is not made of trees: it has no such exact values.', {
    hint: 'Explain rows with KernelSHAP or LIME.',
  });
}

/** Mean contributions [output][feature] over a background: what a linear member's contributions are measured from. */
function linearMeans(linear: Parameters<typeof linearContributions>[0], background: FeatureMatrix | null) {
  if (background === null) return null;
  const rows = linearContributions(linear, background);
  const size = rows.outputCount * rows.featureCount;
  const mean = new Float64Array(size);
  for (let i = 0; i < rows.values.length; i++) mean[i % size] += rows.values[i] / rows.rowCount;
  return mean;
}
