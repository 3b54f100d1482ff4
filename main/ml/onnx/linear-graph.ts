/**
 * Linear margins in double precision: numeric terms as one matrix product over clipped, imputed, standardised columns and
 * one over missing indicators; category terms as rows gathered from weight tables (row 0 is missing, row code + 1 a level).
 */
import { bug } from '../../base/errors.ts';
import type { FittedRecipe, LinearModel, LinearTerm } from '../model-spec.ts';
import { addDerived } from './derived-graph.ts';
import { attribute, cast, doubleTensor, type GraphBuilder, int64Tensor, type Value } from './graph-builder.ts';
import { elementType } from './messages.ts';
import type { RecipeValues } from './recipe-graph.ts';

type NumericTerm = Extract<LinearTerm, { kind: 'numeric' }>;
type CategoryTerm = Extract<LinearTerm, { kind: 'category' }>;

/** Margins [N, outputCount] of a linear member with at least one term. */
export function addLinear(graph: GraphBuilder, recipe: FittedRecipe, values: RecipeValues, linear: LinearModel): Value {
  const numeric = linear.terms.filter((term): term is NumericTerm => term.kind === 'numeric');
  const category = linear.terms.filter((term): term is CategoryTerm => term.kind === 'category');
  let margin = graph.constant(doubleTensor(linear.intercept, [1, linear.outputCount]));
  if (numeric.length > 0 && values.features !== null) {
    const columns = addDerived(graph, values.features, linear.derived ?? []);
    margin = graph.node('Add', [addNumericTerms(graph, columns, numeric, linear.outputCount), margin]);
  }
  for (const term of category) {
    const levels = recipe.features[term.feature];
    if (levels?.kind !== 'category' || levels.levels.length + 1 !== term.levelWeights.length) {
      throw bug(`a linear category term does not fit feature ${term.feature}`);
    }
    margin = graph.node('Add', [
      margin,
      addCategoryTerm(graph, values.columns[term.feature], term, linear.outputCount),
    ]);
  }
  return margin;
}

function addNumericTerms(
  graph: GraphBuilder,
  features: Value,
  terms: readonly NumericTerm[],
  outputCount: number,
): Value {
  const row = (pick: (term: NumericTerm) => number): Value =>
    graph.constant(doubleTensor(terms.map(pick), [1, terms.length]));
  const table = (pick: (term: NumericTerm) => readonly number[]): Value =>
    graph.constant(
      doubleTensor(
        terms.flatMap((term) => [...pick(term)]),
        [terms.length, outputCount],
      ),
    );
  const raw = graph.node(
    'Gather',
    [
      features,
      graph.constant(
        int64Tensor(
          terms.map((term) => term.feature),
          [terms.length],
        ),
      ),
    ],
    {
      attributes: [attribute.int('axis', 1)],
    },
  );
  const missing = graph.node('IsNaN', [raw]);
  // Comparisons with NaN are false, so a missing value passes both clips and is imputed after them.
  const above = graph.node('Where', [graph.node('Less', [raw, row((term) => term.low)]), row((term) => term.low), raw]);
  const clipped = graph.node('Where', [
    graph.node('Greater', [above, row((term) => term.high)]),
    row((term) => term.high),
    above,
  ]);
  const imputed = graph.node('Where', [missing, row((term) => term.impute), clipped]);
  const centred = graph.node('Sub', [imputed, row((term) => term.mean)]);
  const scaled = graph.node('Div', [centred, row((term) => term.scale)]);
  const contribution = graph.node('MatMul', [scaled, table((term) => term.weights)]);
  if (terms.every((term) => term.missingWeights.every((weight) => weight === 0))) return contribution;
  const indicator = cast(graph, missing, elementType.double);
  return graph.node('Add', [contribution, graph.node('MatMul', [indicator, table((term) => term.missingWeights)])]);
}

function addCategoryTerm(graph: GraphBuilder, column: Value, term: CategoryTerm, outputCount: number): Value {
  const rows = [term.missingWeights, ...term.levelWeights];
  const table = graph.constant(
    doubleTensor(
      rows.flatMap((weights) => [...weights]),
      [rows.length, outputCount],
    ),
  );
  const shifted = graph.node('Where', [graph.node('IsNaN', [column]), graph.constant(zeroFloat), column]);
  const index = graph.node('Squeeze', [cast(graph, shifted, elementType.int64), graph.constant(int64Tensor([1], [1]))]);
  return graph.node('Gather', [table, index], { attributes: [attribute.int('axis', 0)] });
}

const zeroFloat = { dims: [], dataType: elementType.float, rawData: new Uint8Array(4) };
