/** The definition of a tabular net (see net-model.ts), written once for training, for judging and for the exported graph. */
import type { NetLayout, NetNumber } from './net-model.ts';
import type { NetTensor, Tape } from './tape.ts';
import type { Definition, InputDeclaration, ParameterSpec } from './training-graph.ts';

type Tensors = Readonly<Record<string, NetTensor>>;

/** Columns of the first layer. */
export const inputWidth = ({ numbers, categories, shape }: NetLayout): number =>
  (numbers.length + categories.length) * shape.embedding;

const marked = (numbers: readonly NetNumber[]): boolean => numbers.some(({ marksMissing }) => marksMissing);

/** All parameters in the order in which a model stores them. */
export function netParameters(layout: NetLayout): readonly ParameterSpec[] {
  const { shape, numbers, categories, outputCount } = layout;
  const { embedding, intervals, members } = shape;
  const list: ParameterSpec[] = [];
  if (numbers.length > 0) {
    list.push(
      { name: 'numbers/weight', shape: [numbers.length, intervals, embedding], decays: true },
      { name: 'numbers/bias', shape: [numbers.length, 1, embedding], decays: false },
    );
    if (marked(numbers)) list.push({ name: 'numbers/missing', shape: [numbers.length, 1, embedding], decays: false });
  }
  if (categories.length > 0) list.push({ name: 'levels', shape: [shape.tableRows, embedding], decays: true });
  let width = inputWidth(layout);
  list.push({ name: 'scaling', shape: [members, 1, width], decays: false });
  shape.hidden.forEach((size, i) => {
    list.push(
      { name: `hidden${i}/weight`, shape: [width, size], decays: true },
      { name: `hidden${i}/bias`, shape: [members, 1, size], decays: false },
    );
    width = size;
  });
  list.push(
    { name: 'last/weight', shape: [members, width, outputCount], decays: true },
    { name: 'last/bias', shape: [members, 1, outputCount], decays: false },
  );
  return list;
}

/** Inputs of the definition for `rows` rows, −1 for the free number: cut numbers, marks of missing ones, rows of the table. */
export function netInputs({ numbers, categories }: NetLayout, rows: number): InputDeclaration[] {
  const list: InputDeclaration[] = [];
  if (numbers.length > 0) list.push({ name: 'numbers', shape: [rows, numbers.length], type: 'float' });
  if (marked(numbers)) list.push({ name: 'missing', shape: [rows, numbers.length], type: 'float' });
  if (categories.length > 0) list.push({ name: 'codes', shape: [rows, categories.length], type: 'int64' });
  return list;
}

/** Answers of every member, [members, rows, outputs]. `keep` scales hidden values of layer i where given: dropout. */
function memberAnswers(layout: NetLayout, rows: number, tape: Tape, inputs: Tensors, parameters: Tensors): NetTensor {
  const { apply } = tape;
  const parts: NetTensor[] = [];
  if (layout.numbers.length > 0) parts.push(numberEmbeddings(layout, rows, tape, inputs, parameters));
  if (layout.categories.length > 0) {
    const width = layout.categories.length * layout.shape.embedding;
    const found = apply('lookup', [parameters.levels, inputs.codes]);
    parts.push(apply('reshape', [found], { shape: [rows, width] }));
  }
  const joined = parts.length === 1 ? parts[0] : apply('concat', parts);
  let value = apply('mul', [joined, parameters.scaling]);
  layout.shape.hidden.forEach((_, i) => {
    const sum = apply('matMul', [value, parameters[`hidden${i}/weight`]]);
    value = apply('relu', [apply('add', [sum, parameters[`hidden${i}/bias`]])]);
    const keep = inputs[`keep${i}`];
    if (keep !== undefined) value = apply('mul', [value, keep]);
  });
  return apply('add', [apply('matMul', [value, parameters['last/weight']]), parameters['last/bias']]);
}

/** [rows, numbers · embedding] */
function numberEmbeddings(
  layout: NetLayout,
  rows: number,
  tape: Tape,
  inputs: Tensors,
  parameters: Tensors,
): NetTensor {
  const { apply, graph } = tape;
  const { numbers, shape } = layout;
  const { intervals, embedding } = shape;
  const count = numbers.length;
  const starts = new Float64Array(count * intervals);
  const slopes = new Float64Array(count * intervals);
  numbers.forEach(({ edges }, n) => {
    for (let t = 0; t + 1 < edges.length; t++) {
      starts[n * intervals + t] = edges[t];
      slopes[n * intervals + t] = 1 / (edges[t + 1] - edges[t]);
    }
  });
  const columns = (input: NetTensor): NetTensor =>
    apply('reshape', [apply('transpose', [input], { perm: [1, 0] })], { shape: [count, rows, 1] });
  const table = (values: Float64Array): NetTensor => tape.constant(values, [count, 1, intervals]);
  const passed = apply('mul', [apply('sub', [columns(inputs.numbers), table(starts)]), table(slopes)]);
  const bounds = [tape.constant([0], []), tape.constant([1], [])];
  const code = tape.take(graph.node('Clip', [passed.value, bounds[0].value, bounds[1].value]), passed.shape);
  const mapped = apply('add', [apply('matMul', [code, parameters['numbers/weight']]), parameters['numbers/bias']]);
  const mark = parameters['numbers/missing'];
  const whole = mark === undefined ? mapped : apply('add', [mapped, apply('mul', [columns(inputs.missing), mark])]);
  const active = apply('relu', [whole]);
  return apply('reshape', [apply('transpose', [active], { perm: [1, 0, 2] })], { shape: [rows, count * embedding] });
}

/** The mean answer of the members, [rows, outputs], for the free number of rows. */
export const answerDefinition = (layout: NetLayout): Definition => ({
  parameters: netParameters(layout),
  inputs: netInputs(layout, -1),
  compute: (tape, inputs, parameters) =>
    tape.apply('mean', [memberAnswers(layout, -1, tape, inputs, parameters)], { axes: [0] }),
});

/**
 * The mean loss of the members on a batch: squared error of the standardised target, log loss, or cross-entropy. Further
 * inputs: `target` [rows, outputs], `weight` [rows, 1], and `keep0` … for layers with dropout.
 */
export function lossDefinition(layout: NetLayout, rows: number, dropout: boolean): Definition {
  const { shape, outputCount, task } = layout;
  const inputs: InputDeclaration[] = [
    ...netInputs(layout, rows),
    { name: 'target', shape: [rows, outputCount], type: 'float' },
    { name: 'weight', shape: [rows, 1], type: 'float' },
  ];
  if (dropout) {
    shape.hidden.forEach((size, i) => {
      inputs.push({ name: `keep${i}`, shape: [shape.members, rows, size], type: 'float' });
    });
  }
  return {
    parameters: netParameters(layout),
    inputs,
    compute: (tape, given, parameters) => {
      const { apply } = tape;
      const answers = memberAnswers(layout, rows, tape, given, parameters);
      const { target, weight } = given;
      if (task === 'regression') {
        const error = apply('sub', [answers, target]);
        return apply('mean', [apply('mul', [apply('mul', [error, error]), weight])]);
      }
      if (task === 'binary') {
        const loss = apply('sub', [apply('softplus', [answers]), apply('mul', [answers, target])]);
        return apply('mean', [apply('mul', [loss, weight])]);
      }
      const shares = apply('mul', [apply('logSoftmax', [answers]), target]);
      const mean = apply('mean', [apply('mul', [shares, weight])]);
      return apply('mul', [mean, tape.constant([-outputCount], [])]);
    },
  };
}
