/**
 * Answers of a net in the application, in double precision: the same numbers as the exported graph but for the order of
 * sums. Rows go in blocks; matrix products keep four rows by two columns in registers.
 */
import type { FeatureMatrix } from '../frame.ts';
import { createEncodedRows, encodeRows } from './encode.ts';
import { parameterOffsets } from './initial.ts';
import type { NetModel } from './net-model.ts';
import { inputWidth, netParameters } from './tabular-net.ts';
import { sizeOfShape } from './training-graph.ts';

const blockRows = 64;

/** Margins [row][output]. */
export function predictNet(model: NetModel, matrix: FeatureMatrix): Float64Array {
  const { outputCount, centre, spread, shape } = model;
  const { members, hidden } = shape;
  const weights = unpackWeights(model);
  const width = inputWidth(model);
  const widest = Math.max(width, ...hidden);
  const embedded = new Float64Array(blockRows * width);
  const spaces = [new Float64Array(blockRows * widest), new Float64Array(blockRows * widest)];
  const answer = new Float64Array(blockRows * outputCount);
  const margins = new Float64Array(matrix.rowCount * outputCount);
  for (let start = 0; start < matrix.rowCount; start += blockRows) {
    const count = Math.min(blockRows, matrix.rowCount - start);
    embed(model, weights, matrix, start, count, embedded);
    for (let member = 0; member < members; member++) {
      let [from, to] = spaces;
      const scaling = weights.scaling.subarray(member * width, (member + 1) * width);
      for (let i = 0; i < count; i++) {
        for (let c = 0; c < width; c++) from[i * width + c] = embedded[i * width + c] * scaling[c];
      }
      let size = width;
      hidden.forEach((next, layer) => {
        const bias = weights.biases[layer].subarray(member * next, (member + 1) * next);
        multiply(from, weights.hidden[layer], bias, count, size, next, to);
        for (let i = 0; i < count * next; i++) if (to[i] < 0) to[i] = 0;
        [from, to] = [to, from];
        size = next;
      });
      const last = weights.last.subarray(member * size * outputCount, (member + 1) * size * outputCount);
      const bias = weights.lastBias.subarray(member * outputCount, (member + 1) * outputCount);
      multiply(from, last, bias, count, size, outputCount, answer);
      for (let i = 0; i < count * outputCount; i++) margins[start * outputCount + i] += answer[i];
    }
  }
  for (let i = 0; i < margins.length; i++) {
    margins[i] = centre[i % outputCount] + (spread * margins[i]) / members;
  }
  return margins;
}

/** Parameters as doubles, weights of layers with the inputs of one output side by side. */
type Weights = {
  readonly whole: Float64Array;
  readonly at: ReadonlyMap<string, number>;
  readonly scaling: Float64Array;
  readonly hidden: readonly Float64Array[];
  readonly biases: readonly Float64Array[];
  readonly last: Float64Array;
  readonly lastBias: Float64Array;
};

function unpackWeights(model: NetModel): Weights {
  const whole = Float64Array.from(model.parameters);
  const at = parameterOffsets(model);
  const specs = new Map(netParameters(model).map((spec) => [spec.name, spec.shape]));
  const part = (name: string): Float64Array => {
    const start = at.get(name) ?? 0;
    return whole.subarray(start, start + sizeOfShape(specs.get(name) ?? [0]));
  };
  const turn = (name: string): Float64Array => {
    const values = part(name);
    const [rows, columns] = (specs.get(name) ?? [0, 0]).slice(-2);
    const out = new Float64Array(values.length);
    for (let base = 0; base < values.length; base += rows * columns) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) out[base + c * rows + r] = values[base + r * columns + c];
      }
    }
    return out;
  };
  return {
    whole,
    at,
    scaling: part('scaling'),
    hidden: model.shape.hidden.map((_, i) => turn(`hidden${i}/weight`)),
    biases: model.shape.hidden.map((_, i) => part(`hidden${i}/bias`)),
    last: turn('last/weight'),
    lastBias: part('last/bias'),
  };
}

/** Embeddings of a block, row-major. */
function embed(
  model: NetModel,
  { whole, at }: Weights,
  matrix: FeatureMatrix,
  start: number,
  count: number,
  out: Float64Array,
): void {
  const { numbers, categories, shape } = model;
  const { intervals, embedding } = shape;
  const width = inputWidth(model);
  const encoded = createEncodedRows(model, count);
  encodeRows(model, matrix, null, start, count, encoded);
  const [weight, bias, mark, table] = ['numbers/weight', 'numbers/bias', 'numbers/missing', 'levels'].map(
    (name) => at.get(name) ?? -1,
  );
  const sums = new Float64Array(embedding);
  numbers.forEach(({ edges }, n) => {
    for (let i = 0; i < count; i++) {
      const value = encoded.numbers[i * numbers.length + n];
      const missing = encoded.missing[i * numbers.length + n];
      for (let e = 0; e < embedding; e++) {
        sums[e] = whole[bias + n * embedding + e] + (mark < 0 ? 0 : missing * whole[mark + n * embedding + e]);
      }
      for (let t = 0; t + 1 < edges.length && value > edges[t]; t++) {
        const share = Math.min(1, (value - edges[t]) * (1 / (edges[t + 1] - edges[t])));
        const from = weight + (n * intervals + t) * embedding;
        for (let e = 0; e < embedding; e++) sums[e] += share * whole[from + e];
      }
      const to = i * width + n * embedding;
      for (let e = 0; e < embedding; e++) out[to + e] = Math.max(sums[e], 0);
    }
  });
  categories.forEach((_, c) => {
    for (let i = 0; i < count; i++) {
      const from = table + Number(encoded.codes[i * categories.length + c]) * embedding;
      const to = i * width + (numbers.length + c) * embedding;
      for (let e = 0; e < embedding; e++) out[to + e] = whole[from + e];
    }
  });
}

/** out [rows][columns] = bias + left [rows][inner] · right [columns][inner]. */
function multiply(
  left: Float64Array,
  right: Float64Array,
  bias: Float64Array,
  rows: number,
  inner: number,
  columns: number,
  out: Float64Array,
): void {
  const evenRows = rows - (rows % 4);
  const evenColumns = columns - (columns % 2);
  for (let r = 0; r < evenRows; r += 4) {
    for (let c = 0; c < evenColumns; c += 2) tile(left, right, bias, r, c, inner, columns, out);
  }
  for (let r = 0; r < rows; r++) {
    for (let c = r < evenRows ? evenColumns : 0; c < columns; c++) {
      let sum = 0;
      for (let i = 0; i < inner; i++) sum += left[r * inner + i] * right[c * inner + i];
      out[r * columns + c] = bias[c] + sum;
    }
  }
}

function tile(
  left: Float64Array,
  right: Float64Array,
  bias: Float64Array,
  r: number,
  c: number,
  inner: number,
  columns: number,
  out: Float64Array,
): void {
  const l0 = r * inner;
  const l1 = l0 + inner;
  const l2 = l1 + inner;
  const l3 = l2 + inner;
  const r0 = c * inner;
  const r1 = r0 + inner;
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < inner; i++) {
    const u = right[r0 + i];
    const v = right[r1 + i];
    const x0 = left[l0 + i];
    const x1 = left[l1 + i];
    const x2 = left[l2 + i];
    const x3 = left[l3 + i];
    a0 += x0 * u;
    b0 += x0 * v;
    a1 += x1 * u;
    b1 += x1 * v;
    a2 += x2 * u;
    b2 += x2 * v;
    a3 += x3 * u;
    b3 += x3 * v;
  }
  const o = r * columns + c;
  out[o] = bias[c] + a0;
  out[o + 1] = bias[c + 1] + b0;
  out[o + columns] = bias[c] + a1;
  out[o + columns + 1] = bias[c + 1] + b1;
  out[o + 2 * columns] = bias[c] + a2;
  out[o + 2 * columns + 1] = bias[c + 1] + b2;
  out[o + 3 * columns] = bias[c] + a3;
  out[o + 3 * columns + 1] = bias[c + 1] + b3;
}
