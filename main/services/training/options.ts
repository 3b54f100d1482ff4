import type { ExamineOptions } from '../../compute/tasks/examine.ts';
import type { TrainOptions } from '../../contract/models.ts';

/** The part of the training options that the examination needs. */
export const examineOptions = (options: TrainOptions): ExamineOptions => ({
  target: options.target,
  task: options.task,
  positive: options.positive ?? null,
  drop: options.drop,
  keep: options.keep,
  time: options.time ?? null,
  group: options.group ?? null,
  validation: options.validation,
  splitColumn: options.splitColumn ?? null,
  folds: options.folds,
  repeats: options.repeats ?? null,
  gap: options.gap ?? 0,
  embargo: options.embargo ?? 0,
  sealed: options.sealed ?? null,
  seed: options.seed,
});
