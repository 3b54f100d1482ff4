import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { type Arrays, openGraph } from '../../../../main/compute/nets/runtime.ts';
import { initialParameters } from '../../../../main/ml/nets/initial.ts';
import type { NetLayout } from '../../../../main/ml/nets/net-model.ts';
import { lossDefinition, netParameters } from '../../../../main/ml/nets/tabular-net.ts';
import type { NetTensor, Tape } from '../../../../main/ml/nets/tape.ts';
import {
  buildGradientGraph,
  buildTrainingGraph,
  type Definition,
  parameterCount,
} from '../../../../main/ml/nets/training-graph.ts';

/** Loss and gradient at some parameters, and the gradient by central differences, all by the runtime. */
async function gradientsOf(definition: Definition, parameters: Float32Array, inputs: Arrays = {}) {
  const runner = await openGraph(buildGradientGraph(definition));
  const count = parameterCount(definition.parameters);
  const at = async (values: Float32Array) => {
    const loss = new Float32Array(1);
    const gradient = new Float32Array(count);
    await runner.run(
      { ...inputs, parameters: { data: values, dims: [count] } },
      { loss: { data: loss, dims: [] }, gradient: { data: gradient, dims: [count] } },
    );
    return { loss: loss[0], gradient };
  };
  try {
    const { gradient } = await at(parameters);
    const differences: number[] = [];
    const step = 2 ** -7;
    for (let i = 0; i < count; i++) {
      const moved = async (by: number): Promise<number> => {
        const values = parameters.slice();
        values[i] += by;
        return (await at(values)).loss;
      };
      differences.push(((await moved(step)) - (await moved(-step))) / (2 * step));
    }
    return { gradient: Array.from(gradient), differences };
  } finally {
    await runner.close();
  }
}

/** Numbers away from zero, where a rectifier has no derivative. */
function spreadNumbers(count: number, seed: number): Float32Array {
  const rng = createRng(seed);
  return Float32Array.from({ length: count }, () => (rng.next() < 0.5 ? -1 : 1) * (0.2 + rng.next()));
}

type Case = {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly build: (tape: Tape, given: readonly NetTensor[]) => NetTensor;
};

const cases: readonly Case[] = [
  { name: 'add', shapes: [[2, 3], [3]], build: ({ apply }, [a, b]) => apply('add', [a, b]) },
  {
    name: 'add, stretched inside',
    shapes: [
      [2, 1, 3],
      [2, 4, 3],
    ],
    build: ({ apply }, [a, b]) => apply('add', [a, b]),
  },
  {
    name: 'sub',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: ({ apply }, [a, b]) => apply('sub', [a, b]),
  },
  {
    name: 'mul',
    shapes: [
      [4, 3],
      [2, 1, 3],
    ],
    build: ({ apply }, [a, b]) => apply('mul', [a, b]),
  },
  { name: 'mul, of itself', shapes: [[5]], build: ({ apply }, [a]) => apply('mul', [a, a]) },
  {
    name: 'matMul',
    shapes: [
      [2, 3],
      [3, 4],
    ],
    build: ({ apply }, [a, b]) => apply('matMul', [a, b]),
  },
  {
    name: 'matMul, one right side for all',
    shapes: [
      [2, 4, 3],
      [3, 2],
    ],
    build: ({ apply }, [a, b]) => apply('matMul', [a, b]),
  },
  {
    name: 'matMul, one by one',
    shapes: [
      [2, 4, 3],
      [2, 3, 2],
    ],
    build: ({ apply }, [a, b]) => apply('matMul', [a, b]),
  },
  { name: 'relu', shapes: [[3, 4]], build: ({ apply }, [a]) => apply('relu', [a]) },
  { name: 'softplus', shapes: [[3, 4]], build: ({ apply }, [a]) => apply('softplus', [a]) },
  { name: 'logSoftmax', shapes: [[3, 4]], build: ({ apply }, [a]) => apply('logSoftmax', [a]) },
  { name: 'mean', shapes: [[3, 4, 2]], build: ({ apply }, [a]) => apply('mean', [a], { axes: [1] }) },
  { name: 'transpose', shapes: [[3, 4, 2]], build: ({ apply }, [a]) => apply('transpose', [a], { perm: [2, 0, 1] }) },
  { name: 'reshape', shapes: [[3, 4]], build: ({ apply }, [a]) => apply('reshape', [a], { shape: [2, 6] }) },
  {
    name: 'concat',
    shapes: [
      [3, 2],
      [3, 4],
    ],
    build: ({ apply }, [a, b]) => apply('concat', [a, b]),
  },
  {
    name: 'lookup, rows that occur twice and never',
    shapes: [[4, 2]],
    build: (tape, [table]) => {
      const index = tape.graph.constant({
        dims: [3, 2],
        dataType: 7,
        rawData: new Uint8Array(BigInt64Array.of(0n, 1n, 3n, 0n, 1n, 1n).buffer),
      });
      return tape.apply('lookup', [table, tape.take(index, [3, 2])]);
    },
  },
];

describe('E6 gradient rules', () => {
  it.each(cases)('of $name are its central differences', async ({ shapes, build }) => {
    const definition: Definition = {
      parameters: shapes.map((shape, i) => ({ name: `p${i}`, shape, decays: false })),
      inputs: [],
      compute: (tape, _inputs, parameters) => {
        const value = build(
          tape,
          shapes.map((_, i) => parameters[`p${i}`]),
        );
        const size = value.shape.reduce((product, each) => product * each, 1);
        // Weights that differ, so that an adjoint in the wrong place shows
        const weights = tape.constant(spreadNumbers(size, 5), value.shape);
        return tape.apply('mean', [tape.apply('mul', [tape.apply('mul', [value, value]), weights])]);
      },
    };
    const start = spreadNumbers(parameterCount(definition.parameters), 3);
    const { gradient, differences } = await gradientsOf(definition, start);
    expect(gradient.some((value) => Math.abs(value) > 0.01)).toBe(true);
    gradient.forEach((value, i) => {
      expect(Math.abs(value - differences[i])).toBeLessThan(2e-3);
    });
  });

  it.each(['regression', 'binary', 'multiclass'] as const)('make up the gradient of a whole net (%s)', async (task) => {
    const outputCount = task === 'multiclass' ? 3 : 1;
    const layout: NetLayout = {
      task,
      outputCount,
      shape: { intervals: 2, embedding: 2, hidden: [4, 3], members: 2, tableRows: 3 },
      numbers: [
        { feature: 0, edges: Float32Array.of(0, 1, 2), impute: 1, marksMissing: true },
        { feature: 1, edges: Float32Array.of(-1, 3), impute: 0, marksMissing: false },
      ],
      categories: [{ feature: 2, rows: Int32Array.of(0, 1), missingRow: 2 }],
    };
    const rows = 4;
    const target = new Float32Array(rows * outputCount);
    for (let i = 0; i < rows; i++) target[i * outputCount + (task === 'multiclass' ? i % 3 : 0)] = i % 2 || 1;
    const inputs: Arrays = {
      numbers: { data: Float32Array.of(0.3, 0, 1.6, 2, 0, -1, 2, 3), dims: [rows, 2] },
      missing: { data: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0), dims: [rows, 2] },
      codes: { data: BigInt64Array.of(0n, 1n, 2n, 0n), dims: [rows, 1] },
      target: { data: target, dims: [rows, outputCount] },
      weight: { data: Float32Array.of(1, 0.5, 2, 1), dims: [rows, 1] },
    };
    const { gradient, differences } = await gradientsOf(
      lossDefinition(layout, rows, false),
      initialParameters(layout, 11),
      inputs,
    );
    const off = gradient.filter((value, i) => Math.abs(value - differences[i]) > 3e-3);
    // Within a step of a kink a difference is no derivative
    expect(off.length).toBeLessThanOrEqual(Math.ceil(gradient.length / 50));
    expect(gradient.length).toBe(parameterCount(netParameters(layout)));
  });
});

describe('E6 one training step in one graph', () => {
  it('is AdamW with decay and a limited norm, as computed by hand, and keeps a running mean', async () => {
    const definition: Definition = {
      parameters: [
        { name: 'a', shape: [2], decays: true },
        { name: 'b', shape: [1], decays: false },
      ],
      inputs: [],
      compute: ({ apply }, _inputs, { a, b }) =>
        apply('mean', [apply('mul', [apply('add', [a, b]), apply('add', [a, b])])]),
    };
    const [weightDecay, clipNorm, rate] = [0.1, 0.5, 0.01];
    const runner = await openGraph(buildTrainingGraph(definition, { weightDecay, clipNorm }));
    let state = [Float32Array.of(1, -2, 0.5), new Float32Array(3), new Float32Array(3), Float32Array.of(1, -2, 0.5)];
    const hand = { p: [1, -2, 0.5], m: [0, 0, 0], v: [0, 0, 0], average: [1, -2, 0.5] };
    for (let t = 1; t <= 3; t++) {
      const next = state.map((array) => new Float32Array(array.length));
      const step = Float32Array.of(rate, 1 / (1 - 0.9 ** t), 1 / (1 - 0.999 ** t), 0.25);
      const loss = new Float32Array(1);
      const names = ['parameters', 'first', 'second', 'average'];
      await runner.run(
        {
          ...Object.fromEntries(names.map((name, i) => [name, { data: state[i], dims: [3] }])),
          step: { data: step, dims: [4] },
        },
        {
          loss: { data: loss, dims: [] },
          ...Object.fromEntries(names.map((name, i) => [`next/${name}`, { data: next[i], dims: [3] }])),
        },
      );
      const [x, y, b] = hand.p;
      const raw = [x + b, y + b, x + b + (y + b)];
      const limit = Math.min(1, clipNorm / Math.hypot(...raw));
      raw.forEach((value, i) => {
        const g = value * limit;
        hand.m[i] = 0.9 * hand.m[i] + 0.1 * g;
        hand.v[i] = 0.999 * hand.v[i] + 0.001 * g * g;
        const direction = (hand.m[i] * step[1]) / (Math.sqrt(hand.v[i] * step[2]) + 1e-8);
        hand.p[i] -= rate * (direction + (i < 2 ? weightDecay : 0) * hand.p[i]);
        hand.average[i] += 0.25 * (hand.p[i] - hand.average[i]);
      });
      expect(loss[0]).toBeCloseTo(((x + b) ** 2 + (y + b) ** 2) / 2, 4);
      hand.p.forEach((value, i) => {
        expect(next[0][i]).toBeCloseTo(value, 4);
      });
      hand.average.forEach((value, i) => {
        expect(next[3][i]).toBeCloseTo(value, 4);
      });
      state = next;
    }
    await runner.close();
  });
});
