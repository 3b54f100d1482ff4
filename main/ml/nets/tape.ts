/**
 * Differentiation of small nets into ONNX: a definition is written once against the tape, and the tape emits the graph of
 * its answers, and with `gradients` the graph of their derivatives, both made of standard operators. Reverse mode: every
 * applied operator is noted; walking the notes backwards, each operator's gradient rule adds nodes that turn the adjoint of
 * its output into adjoints of its inputs (Baydin et al. 2018, "Automatic Differentiation in Machine Learning", section 3.2).
 *
 * Shapes are static. In a graph for answers one dimension may be the free number of rows, written −1; gradients need all
 * sizes. Equal definitions give equal graphs.
 */
import { bug } from '../../base/errors.ts';
import { doubleTensor, floatTensor, type GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import { type OperatorName, type OperatorOptions, operators, untracked } from './operators.ts';

export type Shape = readonly number[];

/** A value on the tape. `tracked`: some parameter is behind it. */
export type NetTensor = { readonly value: Value; readonly shape: Shape; readonly tracked: boolean };

type Note = {
  readonly operator: OperatorName;
  readonly inputs: readonly NetTensor[];
  readonly output: NetTensor;
  readonly options: OperatorOptions;
};

/** What gradient rules and definitions build with. */
export type Tape = {
  readonly graph: GraphBuilder;
  /** A constant of the tape's element type. */
  readonly constant: (values: ArrayLike<number>, shape: Shape) => NetTensor;
  /** Takes a value of the graph onto the tape: an input, or a parameter when `tracked`. */
  readonly take: (value: Value, shape: Shape, tracked?: boolean) => NetTensor;
  /** Applies an operator of the table. Throws `bug` when the shapes do not fit. */
  readonly apply: (operator: OperatorName, inputs: readonly NetTensor[], options?: OperatorOptions) => NetTensor;
  /** Derivatives of a scalar by each of `wanted`, in order; zeros where the scalar does not depend on it. */
  readonly gradients: (scalar: NetTensor, wanted: readonly NetTensor[]) => readonly NetTensor[];
};

/** Starts a tape on a graph; `precision` is the element type of every number on it. */
export function createTape(graph: GraphBuilder, precision: 'float' | 'double'): Tape {
  const notes: Note[] = [];
  const tensorOf = precision === 'float' ? floatTensor : doubleTensor;
  const constant: Tape['constant'] = (values, shape) => ({
    value: graph.constant(tensorOf(Array.from(values), shape)),
    shape,
    tracked: false,
  });
  const tape: Tape = {
    graph,
    constant,
    take: (value, shape, tracked = false) => ({ value, shape, tracked }),
    apply: (operator, inputs, options = {}) => {
      const { shape: shapeOf, forward } = operators[operator];
      const shape = shapeOf(
        inputs.map((input) => input.shape),
        options,
      );
      const output: NetTensor = {
        value: forward(tape, inputs, shape, options),
        shape,
        tracked: inputs.some((input) => input.tracked),
      };
      if (output.tracked) notes.push({ operator, inputs, output, options });
      return output;
    },
    gradients: (scalar, wanted) => {
      if (scalar.shape.length !== 0) throw bug(`gradients of a tensor of shape [${scalar.shape.join()}]`);
      const adjoints = new Map<Value, NetTensor>([[scalar.value, constant([1], [])]]);
      // What the rules apply in turn is not to be differentiated again
      for (const note of notes.slice().reverse()) {
        const adjoint = adjoints.get(note.output.value);
        if (adjoint === undefined) continue;
        const parts = operators[note.operator].gradient(tape, note.inputs, note.output, adjoint, note.options);
        note.inputs.forEach((input, i) => {
          const part = parts[i];
          if (!input.tracked || part === null || part === undefined) return;
          const known = adjoints.get(input.value);
          adjoints.set(input.value, untracked(known === undefined ? part : tape.apply('add', [known, part])));
        });
      }
      return wanted.map((tensor) => {
        const size = tensor.shape.reduce((product, each) => product * each, 1);
        return adjoints.get(tensor.value) ?? constant(new Float32Array(size), tensor.shape);
      });
    },
  };
  return tape;
}
