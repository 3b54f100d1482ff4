import { explainAgainst, type ReferenceRows } from '../../ml/explain/model-reference.ts';
import { takeRows } from '../../ml/explain/rows.ts';
import type { FeatureMatrix, Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

/** What contributions are measured from, and whether pairs are wanted. */
export type ReferenceInput = {
  /** The model's background sample and how many of its first rows count; null: the training rows' shares in the trees. */
  readonly background: { readonly frame: Frame; readonly rows: number } | null;
  /** Pairs of input columns whose interactions are wanted, row by row. */
  readonly pairs: readonly (readonly [number, number])[];
};

const keptMatrices = 4;
const matrices = new Map<string, FeatureMatrix>();

/** The background as features: the same object for the same model and number of rows, so that preparations are found. */
function backgroundMatrix(
  key: string,
  spec: ModelSpec,
  background: ReferenceInput['background'],
): FeatureMatrix | null {
  if (background === null) return null;
  const rows = Math.min(background.rows, background.frame.rowCount);
  const name = `${key}|${rows}`;
  const known = matrices.get(name);
  if (known !== undefined) return known;
  const head = takeRows(
    background.frame,
    Int32Array.from({ length: rows }, (_, i) => i),
  );
  const made = applyRecipe(spec.recipe, head);
  matrices.set(name, made);
  for (const oldest of matrices.keys()) if (matrices.size > keptMatrices) matrices.delete(oldest);
  return made;
}

/** Contributions to every output against the reference, in the margin. */
export function explainAgainstReference(
  key: string,
  spec: ModelSpec,
  matrix: FeatureMatrix,
  outputs: readonly number[],
  reference: Pick<ReferenceInput, 'background'> & { readonly pairs: boolean },
): readonly ReferenceRows[] {
  const background = backgroundMatrix(key, spec, reference.background);
  return explainAgainst(spec, matrix, outputs, { background, pairs: reference.pairs });
}

export type PairSummaryInput = {
  readonly model: PortableModel;
  readonly background: Frame;
  readonly output: number;
  /** Interventional over the background's rows instead of the training shares. */
  readonly interventional: boolean;
  readonly most: number;
};

export type PairSummaryOutput = {
  readonly rows: number;
  readonly pairs: readonly {
    readonly a: number;
    readonly b: number;
    readonly meanAbs: number;
    readonly mean: number;
  }[];
};

const mostRows = 1_000;

/** The pairs of columns whose interaction moves the margin most, over the background rows. */
export function pairSummary(input: PairSummaryInput, _environment: TaskEnvironment): PairSummaryOutput {
  const spec = unpackModel(input.model);
  const rows = Math.min(mostRows, input.background.rowCount);
  const background = { frame: input.background, rows };
  const matrix = backgroundMatrix(input.model.key, spec, background);
  if (matrix === null) return { rows: 0, pairs: [] };
  const reference = { background: input.interventional ? background : null, pairs: true };
  const [found] = explainAgainstReference(input.model.key, spec, matrix, [input.output], reference);
  const width = found.inputs.length;
  const pairs = Array.from(found.pairs, ([key, values]) => {
    let sum = 0;
    let size = 0;
    for (const value of values) {
      sum += value;
      size += Math.abs(value);
    }
    return { a: Math.floor(key / width), b: key % width, meanAbs: size / rows, mean: sum / rows };
  });
  pairs.sort((x, y) => y.meanAbs - x.meanAbs || x.a - y.a || x.b - y.b);
  return { rows, pairs: pairs.filter(({ meanAbs }) => meanAbs > 0).slice(0, input.most) };
}
