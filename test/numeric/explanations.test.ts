/** Methods that explain, against peers on the same functions; test/fixtures/explain/make.py made the values and names the versions. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accumulatedEffect, accumulatedInteraction } from '../../main/ml/explain/ale.ts';
import { buildAxis, usedColumn } from '../../main/ml/explain/axis.ts';
import { dependence } from '../../main/ml/explain/dependence.ts';
import { interactionStrengths } from '../../main/ml/explain/interaction-strength.ts';
import { kernelShap } from '../../main/ml/explain/kernel-shap.ts';
import { partialSurface } from '../../main/ml/explain/partial-surface.ts';
import { permutationImportance } from '../../main/ml/explain/permutation.ts';
import { takeRows } from '../../main/ml/explain/rows.ts';
import { runSteps, type ScoringSteps } from '../../main/ml/explain/steps.ts';
import type { Frame } from '../../main/ml/frame.ts';
import type { FittedRecipe } from '../../main/ml/model-spec.ts';
import { frameOf, inputsOf, numbers } from '../helpers/frames.ts';

type Reference = {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly pdp: { readonly grid: number[]; readonly average: number[]; readonly individual: number[][] };
  readonly pdp2: { readonly first: number[]; readonly second: number[]; readonly values: number[][] };
  readonly permutation: readonly number[];
  readonly ale: Readonly<Record<string, { readonly grid: number[]; readonly effect: number[] }>>;
  readonly ale2: { readonly first: number[]; readonly second: number[]; readonly values: number[][] };
  readonly kernelshap: {
    readonly row: number;
    readonly background: number;
    readonly base: number;
    readonly values: number[];
  };
  readonly h: Readonly<Record<string, number>>;
};

const reference: Reference = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../fixtures/explain/reference.json'), 'utf8'),
);
const names = ['a', 'b', 'c', 'd'];
const frame = frameOf(
  ...names.map((name, c) =>
    numbers(
      name,
      reference.rows.map((row) => row[c]),
    ),
  ),
);
const recipe: FittedRecipe = {
  inputs: inputsOf(frame),
  features: names.map((name) => ({ kind: 'numeric', name, source: name })),
};

const f = (a: number, b: number, c: number, d: number): number =>
  2 * a + a * b + Math.sin(2 * c) + (c > 0 ? 0.5 * d * d : 0);
const valuesOf = (rows: Frame, c: number): Float64Array => {
  const column = rows.columns[c];
  return column.type === 'string' ? new Float64Array(0) : column.values;
};
const score = (rows: Frame): Float64Array => {
  const [a, b, c, d] = names.map((_, i) => valuesOf(rows, i));
  return Float64Array.from({ length: rows.rowCount }, (_, i) => f(a[i], b[i], c[i], d[i]));
};
const run = <T>(steps: ScoringSteps<T>): T => runSteps(steps, score);
const axis = (rows: Frame, name: string, edges: readonly number[]) =>
  buildAxis(rows, usedColumn(recipe, rows, name), edges.length, edges);
const first = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

const expectClose = (found: ArrayLike<number>, wanted: ArrayLike<number>, digits = 9): void => {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(found[i], `value ${i}`).toBeCloseTo(wanted[i], digits);
};

describe('G3 effects equal the reference libraries', () => {
  it('G3 partial dependence and single rows equal scikit-learn', () => {
    const { grid, average, individual } = reference.pdp;
    const found = dependence({
      recipe,
      background: frame,
      column: 'c',
      values: grid,
      lineCount: frame.rowCount,
      predict: ({ rowCount, columns }) =>
        Float64Array.from({ length: rowCount }, (_, i) =>
          f(columns[0][i], columns[1][i], columns[2][i], columns[3][i]),
        ),
    });
    expectClose(
      found.points.map((point) => point.mean),
      average,
      5,
    );
    found.lines.forEach((line, row) => {
      expectClose(line, individual[row], 5);
    });
  });

  it('G3 partial dependence of two columns equals its definition', () => {
    const { first: u, second: v, values } = reference.pdp2;
    const found = run(partialSurface(frame, axis(frame, 'a', u), axis(frame, 'b', v)));
    expectClose(found.values, values.flat());
  });

  it.each(['a', 'c'])('G3 accumulated local effects of %s equal PyALE', (name) => {
    const { grid, effect } = reference.ale[name];
    const found = run(accumulatedEffect(frame, axis(frame, name, grid)));
    expectClose(
      found.points.map((point) => point.effect),
      effect,
    );
  });

  it('G3 accumulated local effects of two columns equal PyALE', () => {
    const { first: u, second: v, values } = reference.ale2;
    const found = run(accumulatedInteraction(frame, axis(frame, 'a', u), axis(frame, 'b', v)));
    expectClose(found.values, values.flat());
  });

  it('G3 H-statistics equal their definition, pairs and one against all', () => {
    const found = run(interactionStrengths(takeRows(frame, first(30)), names));
    for (const { column, h } of found.overall) expect(h).toBeCloseTo(reference.h[column], 9);
    for (const { a, b, h } of found.pairs) expect(h).toBeCloseTo(reference.h[[a, b].sort().join('')], 9);
    expect(found.pairs.map(({ strength }) => strength)).toEqual(
      found.pairs.map(({ strength }) => strength).sort((x, y) => y - x),
    );
    expect(new Set([found.pairs[0].a, found.pairs[0].b])).toEqual(new Set(['c', 'd']));
  });

  it('G3 permutation importance agrees with scikit-learn over many repeats, and its interval holds the figure', () => {
    const found = run(
      permutationImportance({
        rows: frame,
        labels: Float64Array.from(reference.labels),
        columns: names,
        task: 'regression',
        outputCount: 1,
        seed: 3,
        repeats: 1500,
      }),
    );
    for (const { column, importance, low, high } of found.columns) {
      const wanted = reference.permutation[names.indexOf(column)];
      expect(Math.abs(importance - wanted)).toBeLessThan(0.03 * wanted);
      expect(low).toBeLessThan(wanted);
      expect(high).toBeGreaterThan(wanted);
    }
  });
});

describe('G2 KernelSHAP', () => {
  it('G2 equals the peer library where all coalitions are valued', () => {
    const { row, background, base, values } = reference.kernelshap;
    const found = run(
      kernelShap({
        recipe,
        row: takeRows(frame, Int32Array.of(row)),
        background: takeRows(frame, first(background)),
        seed: 1,
      }),
    );
    expect(found.exact).toBe(true);
    expect(found.base).toBeCloseTo(base, 9);
    expectClose(found.values, values, 8);
  });
});
