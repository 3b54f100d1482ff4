/**
 * Steps of a recipe as operators, each in double precision and in the order of operations the application computes in.
 * Texts are compared whole: tokens by StringSplit and a look-up of their spellings, lengths by regular expressions that
 * ask for at least so many characters. Only operators of the standard sets occur.
 */
import { bug } from '../../base/errors.ts';
import type { FittedStep } from '../model-spec.ts';
import { createDateParts, missingTimestamp } from './date-graph.ts';
import {
  attribute,
  cast,
  doubleTensor,
  type GraphBuilder,
  int64Tensor,
  stringTensor,
  type Value,
} from './graph-builder.ts';
import { elementType } from './messages.ts';

/** Adds the column of one step; `find` gives the value and physical type of a column. */
export function addStep(
  graph: GraphBuilder,
  step: FittedStep,
  find: (name: string) => { readonly value: Value; readonly type: string },
): Value {
  const number = (value: number): Value => graph.constant(doubleTensor([value], []));
  const op = (name: string, ...inputs: Value[]): Value => graph.node(name, inputs);
  const double = (value: Value): Value => cast(graph, value, elementType.double);
  const where = (condition: Value, yes: Value, no: Value): Value => op('Where', condition, yes, no);
  const nan = (): Value => number(Number.NaN);
  const cellsOf = (name: string): Value => find(name).value;
  const flag = (name: string, a: Value, b: Value): Value => double(op(name, a, b));
  const sumOver = (value: Value, axis: number): Value =>
    graph.node('ReduceSum', [value, graph.constant(int64Tensor([axis], [1]))], {
      attributes: [attribute.int('keepdims', 0)],
    });
  const lookup = (value: Value, levels: readonly string[], values: readonly number[], other: number): Value =>
    double(
      graph.node('LabelEncoder', [value], {
        domain: 'ai.onnx.ml',
        attributes: [
          attribute.strings('keys_strings', levels),
          attribute.floats('values_floats', values),
          attribute.float('default_float', other),
        ],
      }),
    );
  /** 0 for a text, missing for an empty one. */
  const missingText = (text: Value): Value => lookup(text, [''], [Number.NaN], 0);
  const isNumber = (x: Value): Value => op('Not', op('IsNaN', x));
  const instant = (name: string): Value => {
    const time = cellsOf(name);
    const missing = op('Equal', time, graph.constant(int64Tensor([missingTimestamp], [])));
    return where(missing, nan(), double(time));
  };
  const tokens = (text: Value): readonly [Value, Value] => {
    const [parts, counts] = graph.nodes('StringSplit', [text], 2);
    return [parts, counts];
  };

  switch (step.op) {
    case 'fill': {
      const x = cellsOf(step.column);
      const { by } = step;
      const filling =
        by === null
          ? number(step.value)
          : lookup(
              cellsOf(by.column),
              by.levels.length === 0 ? [''] : by.levels,
              by.levels.length === 0 ? [step.value] : by.values,
              step.value,
            );
      return where(op('IsNaN', x), filling, x);
    }
    case 'fill-text': {
      const text = cellsOf(step.column);
      return where(op('IsNaN', missingText(text)), graph.constant(stringTensor([step.value], [])), text);
    }
    case 'missing': {
      const { value, type } = find(step.column);
      if (type === 'double') return double(op('IsNaN', value));
      if (type === 'string') return double(op('IsNaN', missingText(value)));
      return flag('Equal', value, graph.constant(int64Tensor([missingTimestamp], [])));
    }
    case 'lookup':
      return lookup(
        cellsOf(step.column),
        ['', ...step.levels],
        [step.missing ?? Number.NaN, ...step.values],
        step.other ?? Number.NaN,
      );
    case 'arithmetic': {
      const [a, b] = [cellsOf(step.left), cellsOf(step.right)];
      if (step.function === 'ratio') return where(op('Equal', b, number(0)), nan(), op('Div', a, b));
      return op({ product: 'Mul', difference: 'Sub', sum: 'Add' }[step.function], a, b);
    }
    case 'map':
      return addMap(step, cellsOf(step.column));
    case 'bins': {
      const x = cellsOf(step.column);
      if (step.edges.length === 0) return where(op('IsNaN', x), x, number(0));
      const above = double(op('Greater', x, graph.constant(doubleTensor(step.edges, [1, step.edges.length]))));
      const count = op('Unsqueeze', sumOver(above, 1), graph.constant(int64Tensor([1], [1])));
      return where(op('IsNaN', x), x, count);
    }
    case 'date-part':
      return double(createDateParts(graph, cellsOf(step.column))(step.part));
    case 'date-difference':
      return op('Div', op('Sub', instant(step.left), instant(step.right)), number(step.unitMicroseconds));
    case 'length': {
      const text = cellsOf(step.column);
      let reached = missingText(text);
      step.edges.forEach((edge, i) => {
        const long = graph.node('RegexFullMatch', [text], {
          attributes: [attribute.string('pattern', `(?s).{${edge}}.*`)],
        });
        reached = op('Add', reached, op('Mul', double(long), number(edge - (step.edges[i - 1] ?? 0))));
      });
      return reached;
    }
    case 'words': {
      const text = cellsOf(step.column);
      return op('Add', double(tokens(text)[1]), missingText(text));
    }
    case 'term': {
      const [parts] = tokens(cellsOf(step.column));
      const own = lookup(
        parts,
        step.tokens,
        step.tokens.map(() => 1),
        0,
      );
      return op('Mul', sumOver(own, 2), number(step.weight));
    }
  }

  function addMap({ function: kind, parameters: p }: Extract<FittedStep, { op: 'map' }>, x: Value): Value {
    switch (kind) {
      case 'log':
        return where(op('Greater', x, number(-1)), op('Log', op('Add', number(1), x)), nan());
      case 'sqrt':
        return where(op('GreaterOrEqual', x, number(0)), op('Sqrt', x), nan());
      case 'affine':
        return op('Div', op('Sub', x, number(p[0])), number(p[1]));
      case 'clip':
        return where(isNumber(x), op('Min', op('Max', x, number(p[0])), number(p[1])), x);
      case 'yeo-johnson': {
        const lambda = p[0];
        const up = op('Add', x, number(1));
        const down = op('Sub', number(1), x);
        const power = (base: Value, exponent: number): Value =>
          op('Div', op('Sub', op('Pow', base, number(exponent)), number(1)), number(exponent));
        const positive = lambda === 0 ? op('Log', up) : power(up, lambda);
        const negative = op('Neg', lambda === 2 ? op('Log', down) : power(down, 2 - lambda));
        const signed = where(op('GreaterOrEqual', x, number(0)), positive, negative);
        return where(op('IsNaN', x), x, signed);
      }
      default:
        throw bug('an unknown transformation');
    }
  }
}
