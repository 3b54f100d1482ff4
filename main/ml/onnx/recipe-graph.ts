/**
 * The fitted recipe as a graph: raw inputs [N, 1] to a feature matrix [N, F] of doubles whose values are all
 * float32-representable, so that comparisons and sums that follow run in double precision on exactly the numbers the
 * kernels see. Category features are written as code + 1 (1 … levels + 1): membership splits of ONNX Runtime test up to 64
 * such values with one bit mask.
 */
import { bug, invalidInput } from '../../base/errors.ts';
import type { InputType } from '../frame.ts';
import type { DatePart, FeatureSpec, FittedRecipe } from '../model-spec.ts';
import { stepOutputType } from '../recipe/fitted-step.ts';
import { createDateParts } from './date-graph.ts';
import { attribute, cast, concatColumns, type GraphBuilder, type Value } from './graph-builder.ts';
import { type ElementType, elementType } from './messages.ts';
import { addStep } from './step-graph.ts';

/** Element type of the graph input for each physical type. */
export const inputElementType: Readonly<Record<InputType, ElementType>> = {
  double: elementType.double,
  timestamp: elementType.int64,
  string: elementType.string,
};

/** What later parts of the graph read: the matrix, and any raw input for its row count. */
export type RecipeValues = {
  readonly features: Value | null;
  readonly anyInput: Value;
  readonly columns: readonly Value[];
};

/** Adds inputs and features. Throws `onnx-no-inputs` for a recipe without inputs. */
export function addRecipe(graph: GraphBuilder, recipe: FittedRecipe): RecipeValues {
  const inputs = new Map(
    recipe.inputs.map((input) => [input.name, graph.input(input.name, inputElementType[input.type])]),
  );
  const types = new Map(recipe.inputs.map((input) => [input.name, input.type]));
  const anyInput = inputs.values().next().value;
  if (anyInput === undefined) {
    throw invalidInput('onnx-no-inputs', 'A model without input columns cannot be exported.', {
      hint: 'Keep at least one column besides the target.',
    });
  }
  for (const step of recipe.steps ?? []) {
    const made = addStep(graph, step, (name) => {
      const [value, type] = [inputs.get(name), types.get(name)];
      if (value === undefined || type === undefined)
        throw bug(`step “${step.output}” reads “${name}”, which is not there`);
      return { value, type };
    });
    inputs.set(step.output, made);
    types.set(step.output, stepOutputType(step));
  }
  const dates = new Map<string, (part: DatePart) => Value>();
  const column = (feature: FeatureSpec): Value => {
    const input = inputs.get(feature.source);
    const expected = expectedType[feature.kind];
    if (input === undefined || types.get(feature.source) !== expected) {
      throw bug(`feature “${feature.name}” needs a ${expected} input “${feature.source}”`);
    }
    switch (feature.kind) {
      case 'numeric':
        return cast(graph, input, elementType.float);
      case 'category':
        return addCategory(graph, input, feature.levels);
      case 'date-part': {
        const parts = dates.get(feature.source) ?? createDateParts(graph, input);
        dates.set(feature.source, parts);
        return parts(feature.part);
      }
    }
  };
  const columns = recipe.features.map(column);
  const features = columns.length === 0 ? null : cast(graph, concatColumns(graph, columns), elementType.double);
  return { features, anyInput, columns };
}

const expectedType: Readonly<Record<FeatureSpec['kind'], InputType>> = {
  numeric: 'double',
  category: 'string',
  'date-part': 'timestamp',
};

function addCategory(graph: GraphBuilder, input: Value, levels: readonly string[]): Value {
  if (levels.includes('')) throw bug('the empty string is the missing value and cannot be a level');
  return graph.node('LabelEncoder', [input], {
    domain: 'ai.onnx.ml',
    attributes: [
      attribute.strings('keys_strings', ['', ...levels]),
      attribute.floats('values_floats', [Number.NaN, ...levels.map((_, code) => code + 1)]),
      attribute.float('default_float', levels.length + 1),
    ],
  });
}
