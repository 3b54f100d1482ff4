/** Losses with first and second derivatives in the margin, one file each. */
import type { Task } from '../model-spec.ts';
import { logistic } from './objective-logistic.ts';
import { softmax } from './objective-softmax.ts';
import { squares } from './objective-squares.ts';
import type { Objective, ObjectiveData } from './objective-types.ts';

/** The objective of a task, with base scores fitted to the weighted training rows. */
export function createObjective(task: Task, data: ObjectiveData): Objective {
  if (task === 'binary') return logistic(data);
  return task === 'multiclass' ? softmax(data) : squares(data);
}
