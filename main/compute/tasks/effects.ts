/** Effects of columns over background rows, strengths of interactions, and importance by shuffling; in shown units. */
import { type EffectRequest, type EffectResult, effectSteps } from '../../ml/explain/effect.ts';
import { type InteractionResult, interactionStrengths } from '../../ml/explain/interaction-strength.ts';
import { type PermutationInput, type PermutationResult, permutationImportance } from '../../ml/explain/permutation.ts';
import { sampleRows, stackRows, takeRows } from '../../ml/explain/rows.ts';
import { allOutputs, outputScorer } from '../../ml/explain/score.ts';
import { runSteps } from '../../ml/explain/steps.ts';
import type { Frame } from '../../ml/frame.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type EffectInput = EffectRequest & {
  readonly model: PortableModel;
  readonly background: Frame;
  readonly output: number;
};

export function effect(input: EffectInput, environment: TaskEnvironment): EffectResult {
  const spec = unpackModel(input.model);
  const steps = effectSteps(spec.recipe, input.background, input);
  return runSteps(steps, outputScorer(spec, input.output), controlOf(environment));
}

export type InteractionsInput = {
  readonly model: PortableModel;
  readonly background: Frame;
  readonly output: number;
  readonly columns: readonly string[];
  /** Rows the dependences are taken at; the cost grows with their square. */
  readonly rows: number;
};

export function interactions(input: InteractionsInput, environment: TaskEnvironment): InteractionResult {
  const spec = unpackModel(input.model);
  const all = stackRows(spec.recipe, [input.background]);
  const rows = takeRows(all, sampleRows(all.rowCount, input.rows, 1));
  return runSteps(interactionStrengths(rows, input.columns), outputScorer(spec, input.output), controlOf(environment));
}

export type PermutationTaskInput = Omit<PermutationInput, 'task' | 'outputCount'> & { readonly model: PortableModel };

export function permutation(input: PermutationTaskInput, environment: TaskEnvironment): PermutationResult {
  const { model, ...rest } = input;
  const spec = unpackModel(model);
  const steps = permutationImportance({
    ...rest,
    rows: stackRows(spec.recipe, [rest.rows]),
    task: spec.task,
    outputCount: spec.outputCount,
  });
  return runSteps(steps, allOutputs(spec), controlOf(environment));
}

const controlOf = (environment: TaskEnvironment) => ({
  stop: environment.stop,
  onFraction: (fraction: number) => environment.emit({ series: 'fraction', value: fraction }),
});
