import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuguryError } from '../../../../main/base/errors.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { inspectTraining } from '../../../../main/ml/findings/inspect.ts';
import { detectTask, encodeTarget } from '../../../../main/ml/findings/target.ts';
import { fitLinearPath } from '../../../../main/ml/linear/path.ts';
import { predictLinear } from '../../../../main/ml/linear/predict.ts';
import { applyRecipe, featureKinds } from '../../../../main/ml/recipe/apply.ts';
import { fitRecipe } from '../../../../main/ml/recipe/fit.ts';
import { duplicateGroups } from '../../../../main/ml/validation/duplicates.ts';
import { planValidation } from '../../../../main/ml/validation/plan.ts';
import { splitRows } from '../../../../main/ml/validation/split.ts';
import { frameOf, inputsOf, numbers, texts, times } from '../../../helpers/frames.ts';

const number = fc.constantFrom(
  0,
  -0,
  1,
  -3.5,
  1e300,
  -1e300,
  5e-324,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  null,
);
const text = fc.constantFrom('a', 'b', '', ' ', 'ß', 'a\u0000b', null);
const time = fc.constantFrom('1969-12-31T23:59:59Z', '2024-02-29', '0001-01-01', null);

const targets: Record<string, (drawn: number) => number | null> = {
  text: () => null,
  binary: (drawn) => (drawn % 11 === 0 ? null : drawn % 2),
  classes: (drawn) => drawn % 5,
  amounts: (drawn) => (drawn % 13 === 0 ? null : drawn * 1.7 - 300),
  anything: (drawn) => [0, 1e300, Number.POSITIVE_INFINITY, -2, null][drawn % 5],
};

describe('D1 hostile tables end in a model or in an error that says why', () => {
  it('from any cells whatever', () => {
    let learned = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, text, time, fc.integer({ min: 0, max: 999 })), {
          minLength: 25,
          maxLength: 60,
        }),
        fc.constantFrom(...Object.keys(targets)),
        (rows, kind) => {
          const textTarget = kind === 'text';
          const frame = frameOf(
            numbers(
              'x',
              rows.map((row) => row[0]),
            ),
            numbers(
              'z',
              rows.map((row) => row[1]),
            ),
            texts(
              't',
              rows.map((row) => row[2]),
            ),
            times(
              'd',
              rows.map((row) => row[3]),
            ),
            textTarget
              ? texts(
                  'y',
                  rows.map((row) => row[2]),
                )
              : numbers(
                  'y',
                  rows.map((row) => targets[kind](row[4])),
                ),
          );
          try {
            learned++;
            expect(learn(frame, textTarget ? 'text' : 'number')).toBe(true);
          } catch (error) {
            if (!(error instanceof AuguryError)) throw error;
            learned--;
            expect(error.family).toBe('data-problem');
            expect(error.hint).not.toBe('');
          }
        },
      ),
      { numRuns: 200, unbiased: true },
    );
    expect(learned).toBeGreaterThan(50);
  });
});

/** The whole way to out-of-fold margins of a linear model; true when all of them are finite. */
function learn(frame: ReturnType<typeof frameOf>, type: 'text' | 'number'): boolean {
  const target = frame.columns[4];
  const { task, classes } = detectTask(target, type);
  const { label, rows } = encodeTarget(
    target,
    type,
    task,
    classes.map((entry) => entry.value),
  );
  const candidates = inputsOf(frame).slice(0, 4);
  const findings = inspectTraining({ frame, inputs: candidates, target: 'y', task, label, classes, seed: 1 });
  const out = new Set(findings.filter((finding) => finding.excluded).map((finding) => finding.column));
  const inputs = candidates.filter((input) => !out.has(input.name));
  const known = Float64Array.from(rows, (row) => label[row]);
  const counts = classes.map((entry) => entry.count);
  const plan = planValidation({ task, rowCount: rows.length, classCounts: counts, seed: 1, foldCount: 3 });
  const groups = Int32Array.from(rows, (row) => duplicateGroups(frame, frame.columns.slice(0, 4))[row]);
  for (const { train } of splitRows(plan, { task, label: known, groups }).folds) {
    if (train.length === 0) continue;
    const trainRows = Int32Array.from(train, (i) => rows[i]);
    const recipe = fitRecipe(frame, trainRows, { inputs });
    const matrix = applyRecipe(recipe, frame);
    const outputCount = task === 'multiclass' ? classes.length : 1;
    const input = { matrix, kinds: featureKinds(recipe), label, weight: null, rows: trainRows, task, outputCount };
    const { model } = fitLinearPath(input, { seed: 1, strengths: [1] }, { stop: neverStop });
    if (!predictLinear(model, matrix).every(Number.isFinite)) return false;
  }
  return true;
}
