/** Gradients of losses by compiled kernels. */
import type { Arena } from './arena.ts';
import type { CallBuffers } from './call-buffers.ts';
import type { Crew } from './crew.ts';
import type { TrainingKernels } from './training.ts';
import { operations } from './training-module.ts';
import { plainKernels } from './training-plain.ts';

/** Rows of a unit. */
const unitRows = 4096;

type Gradients = Pick<
  TrainingKernels,
  'logisticGradients' | 'softmaxProbabilities' | 'classGradients' | 'residualGradients' | 'devianceGradients'
>;

/** The gradient kernels over an arena, run by a crew. */
export function compiledGradients({ doubles, holds }: Arena, crew: Crew, { keep }: CallBuffers): Gradients {
  const { helped } = crew;
  const put = (...values: readonly (number | ArrayBufferView | null)[]): void => crew.put(0, ...values);

  /** Runs an operation over so many rows, whose arguments were put but for the sums of units, and adds those up in order. */
  const sumUnits = (operation: number, rowCount: number, work: number, out: Float64Array): void => {
    const units = Math.ceil(rowCount / unitRows);
    const sums = keep('sums', 2 * units, doubles);
    crew.put(7, sums);
    crew.lead(operation, units, helped(work * rowCount));
    out.fill(0);
    for (let i = 0; i < units; i++) {
      out[0] += sums[2 * i];
      out[1] += sums[2 * i + 1];
    }
  };

  return {
    logisticGradients: (margins, label, weight, rows, g, h, out) => {
      if (!holds(margins, label, weight, rows, g, h)) {
        plainKernels.logisticGradients(margins, label, weight, rows, g, h, out);
        return;
      }
      put(margins, label, weight, rows, rows.length, g, h);
      sumUnits(operations.logistic, rows.length, 8, out);
    },
    softmaxProbabilities: (margins, rows, classes, probabilities) => {
      if (!holds(margins, rows, probabilities)) {
        plainKernels.softmaxProbabilities(margins, rows, classes, probabilities);
        return;
      }
      put(margins, rows, rows.length, classes, probabilities, probabilities.length / classes);
      crew.lead(operations.softmax, Math.ceil(rows.length / unitRows), helped(8 * classes * rows.length));
    },
    classGradients: (probabilities, label, weight, rows, g, h, out, shape) => {
      if (!holds(probabilities, label, weight, rows, g, h)) {
        plainKernels.classGradients(probabilities, label, weight, rows, g, h, out, shape);
        return;
      }
      const own = probabilities.byteOffset + 4 * shape.own * (probabilities.length / shape.classes);
      put(own, label, weight, rows, rows.length, g, h);
      crew.put(8, shape.own);
      crew.putDoubles(0, shape.factor);
      sumUnits(operations.classGradient, rows.length, 4, out);
    },
    residualGradients: (margins, label, weight, rows, g, h, out, shape) => {
      if (!holds(margins, label, weight, rows, g, h)) {
        plainKernels.residualGradients(margins, label, weight, rows, g, h, out, shape);
        return;
      }
      put(margins, label, weight, rows, rows.length, g, h);
      crew.put(8, shape.kind === 'side' ? 1 : 0);
      if (shape.kind === 'side') crew.putDoubles(0, -shape.level, 1 - shape.level);
      else crew.putDoubles(0, shape.limit, shape.unit);
      sumUnits(operations.residuals, rows.length, 4, out);
    },
    devianceGradients: (margins, label, weight, rows, g, h, out, shape) => {
      if (!holds(margins, label, weight, rows, g, h)) {
        plainKernels.devianceGradients(margins, label, weight, rows, g, h, out, shape);
        return;
      }
      put(margins, label, weight, rows, rows.length, g, h);
      crew.putDoubles(0, shape.power, shape.base, shape.scale);
      sumUnits(operations.deviance, rows.length, 12, out);
    },
  };
}
