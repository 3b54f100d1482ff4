/**
 * One training step as one ONNX graph: parameters unpacked from a flat vector, the loss of a batch forward, its gradients
 * backward, their common norm limited, AdamW (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization",
 * algorithm 2) and a running mean of the parameters. State goes in and comes out as four flat vectors of equal length.
 *
 * Beside the inputs of the definition the graph reads `parameters`, `first`, `second`, `average` [P] and `step` [4]: learning
 * rate, 1 / (1 − β₁ᵗ), 1 / (1 − β₂ᵗ), share of the new parameters in the running mean. It gives `loss` and `next/…` of each.
 */
import { encodeModel } from '../onnx/codec.ts';
import { attribute, createGraph, floatTensor, int64Tensor, type Value } from '../onnx/graph-builder.ts';
import { type ElementType, elementType } from '../onnx/messages.ts';
import { createTape, type NetTensor, type Shape, type Tape } from './tape.ts';

/** One parameter of a definition; `decays`: shrunk towards zero by weight decay. */
export type ParameterSpec = { readonly name: string; readonly shape: Shape; readonly decays: boolean };

export type InputDeclaration = { readonly name: string; readonly shape: Shape; readonly type: 'float' | 'int64' };

/** A net by what it needs and what it computes from that. */
export type Definition = {
  readonly parameters: readonly ParameterSpec[];
  readonly inputs: readonly InputDeclaration[];
  readonly compute: (
    tape: Tape,
    inputs: Readonly<Record<string, NetTensor>>,
    parameters: Readonly<Record<string, NetTensor>>,
  ) => NetTensor;
};

export type OptimiserOptions = {
  readonly weightDecay: number;
  /** Largest norm of all gradients together. */
  readonly clipNorm: number;
};

export const stateNames = ['parameters', 'first', 'second', 'average'] as const;
export const beta1 = 0.9;
export const beta2 = 0.999;

export const sizeOfShape = (shape: Shape): number => shape.reduce((product, each) => product * each, 1);

/** Numbers in all parameters together. */
export const parameterCount = (specs: readonly ParameterSpec[]): number =>
  specs.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);

const modelOf = (graph: ReturnType<typeof createGraph>, name: string): Uint8Array =>
  encodeModel({
    irVersion: 10,
    producerName: 'Augury',
    graph: graph.build(name),
    opsetImport: [{ domain: '', version: 21 }],
  });

const elementOf: Readonly<Record<InputDeclaration['type'], ElementType>> = {
  float: elementType.float,
  int64: elementType.int64,
};

/** Declares the inputs of a definition; a size of −1 is the free number of rows. */
function declare(tape: Tape, inputs: readonly InputDeclaration[]): Record<string, NetTensor> {
  return Object.fromEntries(
    inputs.map(({ name, shape, type }) => [
      name,
      tape.take(
        tape.graph.input(
          name,
          elementOf[type],
          shape.map((size) => (size === -1 ? 'N' : size)),
        ),
        shape,
      ),
    ]),
  );
}

/** Parameters cut out of a flat vector [P]. */
function unpack(tape: Tape, specs: readonly ParameterSpec[], whole: Value): Record<string, NetTensor> {
  const { graph } = tape;
  const sizes = specs.map(({ shape }) => sizeOfShape(shape));
  const pieces = graph.nodes('Split', [whole, graph.constant(int64Tensor(sizes, [sizes.length]))], sizes.length, {
    attributes: [attribute.int('axis', 0)],
  });
  return Object.fromEntries(
    specs.map(({ name, shape }, i) => {
      const value = graph.node('Reshape', [pieces[i], graph.constant(int64Tensor(shape, [shape.length]))]);
      return [name, tape.take(value, shape, true)];
    }),
  );
}

/** The bytes of a graph with input `parameters` [P] beside the definition's and output `answer`. */
export function buildAnswerGraph(definition: Definition): Uint8Array {
  const graph = createGraph([...definition.inputs.map(({ name }) => name), 'parameters', 'answer']);
  const tape = createTape(graph, 'float');
  const whole = graph.input('parameters', elementType.float, [parameterCount(definition.parameters)]);
  const inputs = declare(tape, definition.inputs);
  const answer = definition.compute(tape, inputs, unpack(tape, definition.parameters, whole));
  const dims = answer.shape.map((size) => (size === -1 ? 'N' : size));
  graph.output('answer', answer.value, elementType.float, dims);
  return modelOf(graph, 'net');
}

/** The bytes of a graph that gives the scalar `loss` of a definition and the flat `gradient` [P] by its parameters. */
export function buildGradientGraph(definition: Definition): Uint8Array {
  const graph = createGraph([...definition.inputs.map(({ name }) => name), 'parameters', 'loss', 'gradient']);
  const tape = createTape(graph, 'float');
  const total = parameterCount(definition.parameters);
  const whole = graph.input('parameters', elementType.float, [total]);
  const { loss, gradient } = lossAndGradient(tape, definition, whole);
  graph.output('loss', loss, elementType.float, []);
  graph.output('gradient', gradient, elementType.float, [total]);
  return modelOf(graph, 'gradient');
}

function lossAndGradient(tape: Tape, definition: Definition, whole: Value) {
  const { graph } = tape;
  const parameters = unpack(tape, definition.parameters, whole);
  const loss = definition.compute(tape, declare(tape, definition.inputs), parameters);
  const parts = tape.gradients(
    loss,
    definition.parameters.map(({ name }) => parameters[name]),
  );
  const flat = parts.map((part) => graph.node('Reshape', [part.value, graph.constant(int64Tensor([-1], [1]))]));
  const gradient = graph.node('Concat', flat, { attributes: [attribute.int('axis', 0)] });
  return { loss: loss.value, gradient };
}

/** The bytes of a training step of a definition whose answer is the loss. */
export function buildTrainingGraph(definition: Definition, options: OptimiserOptions): Uint8Array {
  const names = definition.inputs.map(({ name }) => name);
  const nextNames = stateNames.map((name) => `next/${name}`);
  const graph = createGraph([...names, ...stateNames, 'step', 'loss', ...nextNames]);
  const tape = createTape(graph, 'float');
  const total = parameterCount(definition.parameters);
  const [parameters, first, second, average] = stateNames.map((name) => graph.input(name, elementType.float, [total]));
  const [rate, firstScale, secondScale, share] = graph.nodes(
    'Split',
    [graph.input('step', elementType.float, [4])],
    4,
    { attributes: [attribute.int('axis', 0), attribute.int('num_outputs', 4)] },
  );
  const { loss, gradient } = lossAndGradient(tape, definition, parameters);
  const scalar = (value: number): Value => graph.constant(floatTensor([value], []));
  const mul = (a: Value, b: Value): Value => graph.node('Mul', [a, b]);
  const add = (a: Value, b: Value): Value => graph.node('Add', [a, b]);
  const norm = graph.node('Sqrt', [
    graph.node('ReduceSumSquare', [gradient], { attributes: [attribute.int('keepdims', 0)] }),
  ]);
  const limit = graph.node('Min', [scalar(1), graph.node('Div', [scalar(options.clipNorm), add(norm, scalar(1e-12))])]);
  const limited = mul(gradient, limit);
  const nextFirst = add(mul(first, scalar(beta1)), mul(limited, scalar(1 - beta1)));
  const nextSecond = add(mul(second, scalar(beta2)), mul(mul(limited, limited), scalar(1 - beta2)));
  const root = add(graph.node('Sqrt', [mul(nextSecond, secondScale)]), scalar(1e-8));
  const direction = graph.node('Div', [mul(nextFirst, firstScale), root]);
  const decay = Float32Array.from(
    definition.parameters.flatMap(({ shape, decays }) =>
      new Array<number>(sizeOfShape(shape)).fill(decays ? options.weightDecay : 0),
    ),
  );
  const pull = mul(parameters, graph.constant(floatTensor(decay, [total])));
  const next = graph.node('Sub', [parameters, mul(add(direction, pull), rate)]);
  const nextAverage = add(average, mul(graph.node('Sub', [next, average]), share));
  graph.output('loss', loss, elementType.float, []);
  [next, nextFirst, nextSecond, nextAverage].forEach((value, i) => {
    graph.output(nextNames[i], value, elementType.float, [total]);
  });
  return modelOf(graph, 'training-step');
}
