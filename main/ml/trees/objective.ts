/** Losses with first and second derivatives in the margin, one file each. */
import { assertNever } from '../../base/errors.ts';
import type { Task } from '../model-spec.ts';
import type { ObjectiveSpec } from '../objective-spec.ts';
import { deviance } from './objective-deviance.ts';
import { huber } from './objective-huber.ts';
import { logistic } from './objective-logistic.ts';
import { absolute, quantiles } from './objective-quantile.ts';
import { softmax } from './objective-softmax.ts';
import { squares } from './objective-squares.ts';
import type { Objective, ObjectiveData } from './objective-types.ts';

/** The objective of a task, with base scores fitted to the weighted training rows; `spec` chooses among regressions. */
export function createObjective(task: Task, spec: ObjectiveSpec, data: ObjectiveData): Objective {
  if (task === 'binary') return logistic(data);
  if (task === 'multiclass') return softmax(data);
  switch (spec.kind) {
    case 'squared':
      return squares(data);
    case 'absolute':
      return absolute(data);
    case 'huber':
      return huber(data, spec.delta);
    case 'quantile':
      return quantiles(data, spec.levels);
    case 'poisson':
      return deviance(data, 1);
    case 'tweedie':
      return deviance(data, spec.power);
    case 'gamma':
      return deviance(data, 2);
    default:
      return assertNever(spec);
  }
}
