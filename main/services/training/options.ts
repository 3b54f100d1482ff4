import type { ExamineOptions } from '../../compute/tasks/examine.ts';
import type { TrainOptions } from '../../contract/models.ts';
import { columnsOfStep } from '../../ml/recipe/steps.ts';

/** Columns of the data set that the recipe reads: names that no earlier step of it makes. */
const readByRecipe = ({ recipe }: TrainOptions): string[] => {
  const made = new Set<string>();
  return (recipe ?? []).flatMap((step) => {
    const read = columnsOfStep(step).filter((name) => !made.has(name));
    if (!('columns' in step) && step.as !== undefined) made.add(step.as);
    return read;
  });
};

/** The part of the training options that the examination needs. */
export const examineOptions = (options: TrainOptions): ExamineOptions => ({
  target: options.target,
  task: options.task,
  positive: options.positive ?? null,
  drop: options.drop,
  keep: options.keep,
  uses: readByRecipe(options),
  time: options.time ?? null,
  group: options.group ?? null,
  weight: options.weight ?? null,
  validation: options.validation,
  splitColumn: options.splitColumn ?? null,
  folds: options.folds,
  repeats: options.repeats ?? null,
  gap: options.gap ?? 0,
  embargo: options.embargo ?? 0,
  sealed: options.sealed ?? null,
  seed: options.seed,
});
