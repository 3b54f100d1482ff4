/**
 * The operators of nets: for each how it is written in ONNX, the shape it gives, and the rule that turns the adjoint of its
 * output into adjoints of its inputs (null: none asked for). Rules work on values without history.
 */
import { bug } from '../../base/errors.ts';
import { attribute, int64Tensor, type Value } from '../onnx/graph-builder.ts';
import type { NetTensor, Shape, Tape } from './tape.ts';

/** `axes`: of a mean (all when absent); `perm`: of a transposition; `shape`: to reshape to, −1 for the free rows. */
export type OperatorOptions = {
  readonly axes?: readonly number[];
  readonly perm?: readonly number[];
  readonly shape?: Shape;
};

type Operator = {
  readonly shape: (inputs: readonly Shape[], options: OperatorOptions) => Shape;
  readonly forward: (tape: Tape, inputs: readonly NetTensor[], shape: Shape, options: OperatorOptions) => Value;
  readonly gradient: (
    tape: Tape,
    inputs: readonly NetTensor[],
    output: NetTensor,
    adjoint: NetTensor,
    options: OperatorOptions,
  ) => readonly (NetTensor | null)[];
};

export type OperatorName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'matMul'
  | 'relu'
  | 'softplus'
  | 'logSoftmax'
  | 'mean'
  | 'transpose'
  | 'reshape'
  | 'lookup'
  | 'concat';

/** The same value without a history: what gradient rules work on. */
export const untracked = (tensor: NetTensor): NetTensor => (tensor.tracked ? { ...tensor, tracked: false } : tensor);

const sizeOf = (shape: Shape): number => shape.reduce((product, each) => product * each, 1);

const ints = (tape: Tape, values: readonly number[]): Value =>
  tape.graph.constant(int64Tensor(values, [values.length]));

/** Shape of two shapes under broadcasting; −1 meets −1 or 1. */
function broadcast([a, b]: readonly Shape[]): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw bug(`shapes [${a.join()}] and [${b.join()}] do not fit`);
    return left === 1 ? right : left;
  });
}

/** Sums an adjoint over the axes along which an input of shape `to` was repeated. */
function reduceTo(tape: Tape, adjoint: NetTensor, to: Shape): NetTensor {
  const lead = adjoint.shape.length - to.length;
  const axes = adjoint.shape.flatMap((size, i) => (i < lead || (to[i - lead] === 1 && size !== 1) ? [i] : []));
  if (axes.length === 0) return adjoint;
  const value = tape.graph.node('ReduceSum', [adjoint.value, ints(tape, axes)], {
    attributes: [attribute.int('keepdims', 1)],
  });
  const kept = adjoint.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const summed = tape.take(value, kept);
  return lead === 0 ? summed : tape.apply('reshape', [summed], { shape: to });
}

const elementwise =
  (opType: string): Operator['forward'] =>
  (tape, inputs) =>
    tape.graph.node(
      opType,
      inputs.map((input) => input.value),
    );

const same = ([shape]: readonly Shape[]): Shape => shape;

const swapped = (shape: Shape): readonly number[] => {
  const order = shape.map((_, i) => i);
  const rank = shape.length;
  [order[rank - 2], order[rank - 1]] = [rank - 1, rank - 2];
  return order;
};

/** [rows, columns] of all but the last axis and the last. */
const flat = (tape: Tape, tensor: NetTensor): NetTensor => {
  const last = tensor.shape[tensor.shape.length - 1];
  return tensor.shape.length === 2
    ? tensor
    : tape.apply('reshape', [tensor], { shape: [sizeOf(tensor.shape) / last, last] });
};

const product = (tape: Tape, a: NetTensor, b: NetTensor): NetTensor => tape.apply('matMul', [a, b]);
const turned = (tape: Tape, tensor: NetTensor): NetTensor =>
  tape.apply('transpose', [tensor], { perm: swapped(tensor.shape) });

function axesOf(shape: Shape, options: OperatorOptions): readonly number[] {
  return options.axes ?? shape.map((_, i) => i);
}

export const operators: { readonly [N in OperatorName]: Operator } = {
  add: {
    shape: broadcast,
    forward: elementwise('Add'),
    gradient: (tape, [a, b], _output, adjoint) => [reduceTo(tape, adjoint, a.shape), reduceTo(tape, adjoint, b.shape)],
  },
  sub: {
    shape: broadcast,
    forward: elementwise('Sub'),
    gradient: (tape, [a, b], _output, adjoint) => [
      reduceTo(tape, adjoint, a.shape),
      b.tracked ? reduceTo(tape, tape.apply('mul', [adjoint, tape.constant([-1], [])]), b.shape) : null,
    ],
  },
  mul: {
    shape: broadcast,
    forward: elementwise('Mul'),
    gradient: (tape, [a, b], _output, adjoint) => [
      a.tracked ? reduceTo(tape, tape.apply('mul', [adjoint, untracked(b)]), a.shape) : null,
      b.tracked ? reduceTo(tape, tape.apply('mul', [adjoint, untracked(a)]), b.shape) : null,
    ],
  },
  /** The right side has two axes, or as many as the left with equal leading ones. */
  matMul: {
    shape: ([a, b]) => {
      const [rows, inner] = a.slice(-2);
      const lead = a.slice(0, -2);
      const fits = b.length === 2 || (b.length === a.length && lead.every((size, i) => size === b[i]));
      if (inner !== b[b.length - 2] || !fits) throw bug(`no matrix product of [${a.join()}] and [${b.join()}]`);
      return [...lead, rows, b[b.length - 1]];
    },
    forward: elementwise('MatMul'),
    gradient: (tape, [a, b], _output, adjoint) => {
      const toLeft = a.tracked ? product(tape, adjoint, turned(tape, untracked(b))) : null;
      if (!b.tracked) return [toLeft, null];
      const left = untracked(a);
      const toRight =
        b.shape.length === 2
          ? product(tape, turned(tape, flat(tape, left)), flat(tape, adjoint))
          : product(tape, turned(tape, left), adjoint);
      return [toLeft, toRight];
    },
  },
  relu: {
    shape: same,
    forward: elementwise('Relu'),
    gradient: (tape, _inputs, output, adjoint) => {
      // 1 where something passed, else 0; the runtime does this several times faster than it takes a sign
      const steep = tape.graph.node('Mul', [output.value, tape.constant([1e37], []).value]);
      const slope = tape.graph.node('Min', [steep, tape.constant([1], []).value]);
      return [tape.apply('mul', [adjoint, tape.take(slope, output.shape)])];
    },
  },
  softplus: {
    shape: same,
    forward: elementwise('Softplus'),
    gradient: (tape, [x], output, adjoint) => {
      const slope = tape.graph.node('Sigmoid', [x.value]);
      return [tape.apply('mul', [adjoint, tape.take(slope, output.shape)])];
    },
  },
  /** Along the last axis. */
  logSoftmax: {
    shape: same,
    forward: (tape, [x], shape) =>
      tape.graph.node('LogSoftmax', [x.value], { attributes: [attribute.int('axis', shape.length - 1)] }),
    gradient: (tape, _inputs, output, adjoint) => {
      const shares = tape.take(tape.graph.node('Exp', [output.value]), output.shape);
      const total = reduceTo(tape, adjoint, [...output.shape.slice(0, -1), 1]);
      return [tape.apply('sub', [adjoint, tape.apply('mul', [shares, total])])];
    },
  },
  /** Over `axes`, which vanish. */
  mean: {
    shape: ([shape], options) => {
      const axes = axesOf(shape, options);
      return shape.filter((_, i) => !axes.includes(i));
    },
    forward: (tape, [x], _shape, options) =>
      tape.graph.node('ReduceMean', [x.value, ints(tape, axesOf(x.shape, options))], {
        attributes: [attribute.int('keepdims', 0)],
      }),
    gradient: (tape, [x], _output, adjoint, options) => {
      const axes = axesOf(x.shape, options);
      const count = axes.reduce((total, axis) => total * x.shape[axis], 1);
      const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
      const share = tape.apply('mul', [adjoint, tape.constant([1 / count], [])]);
      const wide = tape.apply('reshape', [share], { shape: kept });
      const value = tape.graph.node('Expand', [wide.value, ints(tape, x.shape)]);
      return [tape.take(value, x.shape)];
    },
  },
  transpose: {
    shape: ([shape], { perm = [] }) => perm.map((axis) => shape[axis]),
    forward: (tape, [x], _shape, { perm = [] }) =>
      tape.graph.node('Transpose', [x.value], { attributes: [attribute.ints('perm', perm)] }),
    gradient: (tape, _inputs, _output, adjoint, { perm = [] }) => [
      tape.apply('transpose', [adjoint], { perm: perm.map((_, axis) => perm.indexOf(axis)) }),
    ],
  },
  reshape: {
    shape: ([from], { shape = [] }) => {
      if (!shape.includes(-1) && !from.includes(-1) && sizeOf(shape) !== sizeOf(from)) {
        throw bug(`[${from.join()}] cannot become [${shape.join()}]`);
      }
      return shape;
    },
    forward: (tape, [x], shape) => tape.graph.node('Reshape', [x.value, ints(tape, shape)]),
    gradient: (tape, [x], _output, adjoint) => [tape.apply('reshape', [adjoint], { shape: x.shape })],
  },
  /** Rows of a table [rows, width] by an integer tensor; indices come second and have no derivative. */
  lookup: {
    shape: ([table, index]) => [...index, table[1]],
    forward: (tape, [table, index]) =>
      tape.graph.node('Gather', [table.value, index.value], { attributes: [attribute.int('axis', 0)] }),
    gradient: (tape, [table, index], _output, adjoint) => {
      const zeros = tape.constant(new Float32Array(sizeOf(table.shape)), table.shape);
      const places = tape.graph.node('Unsqueeze', [index.value, ints(tape, [index.shape.length])]);
      const value = tape.graph.node('ScatterND', [zeros.value, places, adjoint.value], {
        attributes: [attribute.string('reduction', 'add')],
      });
      return [tape.take(value, table.shape), null];
    },
  },
  /** Along the last axis. */
  concat: {
    shape: (shapes) => {
      const [first] = shapes;
      return [...first.slice(0, -1), shapes.reduce((sum, shape) => sum + shape[shape.length - 1], 0)];
    },
    forward: (tape, inputs, shape) =>
      tape.graph.node(
        'Concat',
        inputs.map((input) => input.value),
        { attributes: [attribute.int('axis', shape.length - 1)] },
      ),
    gradient: (tape, inputs, output, adjoint) => {
      const axis = output.shape.length - 1;
      const widths = inputs.map((input) => input.shape[axis]);
      const parts = tape.graph.nodes('Split', [adjoint.value, ints(tape, widths)], inputs.length, {
        attributes: [attribute.int('axis', axis)],
      });
      return inputs.map((input, i) => tape.take(parts[i], input.shape));
    },
  },
};
