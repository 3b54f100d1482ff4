import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neverStop } from '../../main/base/stop.ts';
import { fitLinear, type LinearInput } from '../../main/ml/linear/fit.ts';
import { predictLinear } from '../../main/ml/linear/predict.ts';
import type { Task } from '../../main/ml/model-spec.ts';

const fixture = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/linear/linear.json'), 'utf8')) as Record<
  'binary' | 'multi' | 'target' | 'binaryRidge' | 'binaryNet' | 'multiRidge' | 'ridge' | 'net',
  number[]
> & { x: number[][]; l1: number; l2: number };

const matrix = { rowCount: fixture.binary.length, columns: fixture.x.map((column) => Float32Array.from(column)) };

function margins(task: Task, label: number[], outputCount: number, l1: number): Float64Array {
  const input: LinearInput = {
    matrix,
    kinds: [{ kind: 'numeric' }, { kind: 'numeric' }, { kind: 'numeric' }, { kind: 'category', levelCount: 3 }],
    label,
    weight: null,
    rows: null,
    task,
    outputCount,
  };
  const model = fitLinear(input, { l2: fixture.l2, l1, maxIterations: 2000 }, { stop: neverStop });
  return predictLinear(model, matrix);
}

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(found[i] - wanted[i]));
  expect(worst).toBeLessThan(tolerance);
}

describe('D2 linear models equal scikit-learn', () => {
  it('ridge logistic regression', () => {
    expectClose(margins('binary', fixture.binary, 1, 0), fixture.binaryRidge, 1e-5);
  });
  it('elastic-net logistic regression', () => {
    expectClose(margins('binary', fixture.binary, 1, fixture.l1), fixture.binaryNet, 1e-5);
  });
  it('softmax regression, up to a common shift of a row', () => {
    const found = margins('multiclass', fixture.multi, 3, 0);
    for (let i = 0; i < found.length; i += 3) {
      const centre = (found[i] + found[i + 1] + found[i + 2]) / 3;
      for (let k = 0; k < 3; k++) found[i + k] -= centre;
    }
    expectClose(found, fixture.multiRidge, 1e-4);
  });
  it('ridge regression', () => {
    expectClose(margins('regression', fixture.target, 1, 0), fixture.ridge, 1e-5);
  });
  it('elastic net', () => {
    expectClose(margins('regression', fixture.target, 1, fixture.l1), fixture.net, 1e-5);
  });
});
