import {
  type ExplainMethod,
  explainRowSteps,
  type RowExplanationInput,
  type RowExplanationResult,
} from '../../ml/explain/explain-row.ts';
import { neighbourGames } from '../../ml/explain/mixture-game.ts';
import { marginScorer } from '../../ml/explain/score.ts';
import { runSteps } from '../../ml/explain/steps.ts';
import { isGraphModel, type ModelSpec } from '../../ml/model-spec.ts';
import { explainMargins } from '../../ml/predict.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type { ExplainMethod, RowExplanationResult };

type RowInput = Omit<RowExplanationInput, 'recipe' | 'exact' | 'game'> & {
  /** Output explained. */
  readonly output: number;
};

export type ExplainRowInput = RowInput & { readonly model: PortableModel };

/** One row by the method asked for. */
export const explainRow = (input: ExplainRowInput, environment: TaskEnvironment): RowExplanationResult =>
  explainSingleRow(unpackModel(input.model), input, environment);

/** As the task, on an unpacked model. */
export function explainSingleRow(
  spec: ModelSpec,
  input: RowInput,
  environment: Pick<TaskEnvironment, 'stop'>,
): RowExplanationResult {
  const { row, background, output, method, warranty, unseen } = input;
  const { recipe } = spec;
  const steps = explainRowSteps({
    recipe,
    row,
    background,
    method,
    warranty,
    unseen,
    exact: isGraphModel(spec) ? null : (rows) => explainMargins(spec, applyRecipe(recipe, rows), output),
    game: neighbourGames(spec, output, environment.stop),
  });
  return runSteps(steps, marginScorer(spec, output), { stop: environment.stop });
}
