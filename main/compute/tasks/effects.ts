/** Effects of columns over background rows: ALE, surfaces of two columns, strengths of interactions; in shown units. */
import { type AleResult, accumulatedEffect, accumulatedInteraction, type SurfaceResult } from '../../ml/explain/ale.ts';
import { buildAxis, usedColumn } from '../../ml/explain/axis.ts';
import { type InteractionResult, interactionStrengths } from '../../ml/explain/interaction-strength.ts';
import { partialSurface } from '../../ml/explain/partial-surface.ts';
import { type PermutationInput, type PermutationResult, permutationImportance } from '../../ml/explain/permutation.ts';
import { sampleRows, stackRows, takeRows } from '../../ml/explain/rows.ts';
import { allOutputs, outputScorer } from '../../ml/explain/score.ts';
import { runSteps } from '../../ml/explain/steps.ts';
import type { Frame } from '../../ml/frame.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type EffectInput = {
  readonly model: PortableModel;
  readonly background: Frame;
  readonly output: number;
  /** `ale` with one column; with a second one the interaction alone (`ale`) or the joint dependence (`pdp`). */
  readonly kind: 'ale' | 'pdp';
  readonly column: string;
  readonly second: string | null;
};

export type EffectOutput = { readonly curve: AleResult | null; readonly surface: SurfaceResult | null };

/** Intervals of one axis, and of each of two; levels at most. */
const intervals = 20;
const surfaceIntervals = 12;
const surfaceRows = 200;

export function effect(input: EffectInput, environment: TaskEnvironment): EffectOutput {
  const spec = unpackModel(input.model);
  const all = stackRows(spec.recipe, [input.background]);
  const score = outputScorer(spec, input.output);
  const control = controlOf(environment);
  if (input.second === null) {
    const axis = buildAxis(all, usedColumn(spec.recipe, all, input.column), intervals);
    return { curve: runSteps(accumulatedEffect(all, axis), score, control), surface: null };
  }
  const rows = input.kind === 'pdp' ? takeRows(all, sampleRows(all.rowCount, surfaceRows, 1)) : all;
  const first = buildAxis(rows, usedColumn(spec.recipe, rows, input.column), surfaceIntervals);
  const second = buildAxis(rows, usedColumn(spec.recipe, rows, input.second), surfaceIntervals);
  const steps =
    input.kind === 'pdp' ? partialSurface(rows, first, second) : accumulatedInteraction(rows, first, second);
  return { curve: null, surface: runSteps(steps, score, control) };
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
