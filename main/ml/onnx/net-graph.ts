/**
 * A net in the exported graph: its definition on a tape of doubles, fed by the features of the recipe. Numbers are cut and
 * missing ones replaced as in training; codes go through a table from the recipe's codes to rows of levels.
 */
import { cutNumber } from '../nets/encode.ts';
import type { NetModel } from '../nets/net-model.ts';
import { answerDefinition, netParameters } from '../nets/tabular-net.ts';
import { createTape, type NetTensor } from '../nets/tape.ts';
import { sizeOfShape } from '../nets/training-graph.ts';
import {
  attribute,
  cast,
  concatColumns,
  doubleTensor,
  floatTensor,
  type GraphBuilder,
  int64Tensor,
  type Value,
} from './graph-builder.ts';
import { elementType } from './messages.ts';
import type { RecipeValues } from './recipe-graph.ts';

/** Margins [N, outputCount]. `features` is the matrix, `columns` single features of which categories hold code + 1. */
export function addNet(graph: GraphBuilder, features: Value, columns: RecipeValues['columns'], model: NetModel): Value {
  const tape = createTape(graph, 'double');
  const inputs: Record<string, NetTensor> = {};
  if (model.numbers.length > 0) Object.assign(inputs, addNumbers(graph, features, model));
  if (model.categories.length > 0) {
    const codes = model.categories.map(({ feature, rows, missingRow }) => {
      const column = columns[feature];
      const zero = graph.constant({ dims: [], dataType: elementType.float, rawData: new Uint8Array(4) });
      const state = cast(graph, graph.node('Where', [graph.node('IsNaN', [column]), zero, column]), elementType.int64);
      const table = graph.constant(int64Tensor([missingRow, ...rows], [rows.length + 1]));
      return graph.node('Gather', [table, state], { attributes: [attribute.int('axis', 0)] });
    });
    inputs.codes = tape.take(concatColumns(graph, codes), [-1, codes.length]);
  }
  let at = 0;
  const parameters = Object.fromEntries(
    netParameters(model).map(({ name, shape }) => {
      const size = sizeOfShape(shape);
      // Kept as float32, which they are, and widened by the runtime once
      const held = graph.constant(floatTensor(model.parameters.subarray(at, at + size), shape));
      at += size;
      return [name, tape.take(cast(graph, held, elementType.double), shape)];
    }),
  );
  const answer = answerDefinition(model).compute(tape, inputs, parameters);
  const scaled = graph.node('Mul', [answer.value, graph.constant(doubleTensor([model.spread], []))]);
  return graph.node('Add', [scaled, graph.constant(doubleTensor(model.centre, [1, model.outputCount]))]);
}

function addNumbers(graph: GraphBuilder, features: Value, { numbers }: NetModel): Record<string, NetTensor> {
  const count = numbers.length;
  const row = (values: readonly number[]): Value => graph.constant(doubleTensor(values, [1, count]));
  const index = graph.constant(
    int64Tensor(
      numbers.map(({ feature }) => feature),
      [count],
    ),
  );
  const raw = graph.node('Gather', [features, index], { attributes: [attribute.int('axis', 1)] });
  const gone = graph.node('IsNaN', [raw]);
  const low = row(numbers.map(({ edges }) => edges[0]));
  const high = row(numbers.map(({ edges }) => edges[edges.length - 1]));
  const known = graph.node('Where', [gone, row(numbers.map((number) => cutNumber(number, Number.NaN))), raw]);
  const cut = graph.node('Min', [graph.node('Max', [known, low]), high]);
  const marks = row(numbers.map(({ marksMissing }) => (marksMissing ? 1 : 0)));
  const missing = graph.node('Mul', [cast(graph, gone, elementType.double), marks]);
  const shape = [-1, count];
  return {
    numbers: { value: cut, shape, tracked: false },
    missing: { value: missing, shape, tracked: false },
  };
}
