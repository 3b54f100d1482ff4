import { type KernelShapInput, kernelShap } from '../../ml/explain/kernel-shap.ts';
import { neighbourGames } from '../../ml/explain/mixture-game.ts';
import { rowSeed, takeRows } from '../../ml/explain/rows.ts';
import { marginScorer } from '../../ml/explain/score.ts';
import { runSteps } from '../../ml/explain/steps.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ExplainedRows } from '../../ml/predict.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

/** How much a sampled contribution may cost; see KernelShapInput. */
type SamplingEffort = Required<Pick<KernelShapInput, 'backgroundRows' | 'exactPlayers' | 'mostCoalitions'>>;

export type SampledContributionsInput = {
  readonly model: PortableModel;
  readonly frame: Frame;
  readonly background: Frame;
  readonly outputs: readonly number[];
  readonly effort: SamplingEffort;
};

export type SampledContributionsOutput = {
  readonly all: readonly ExplainedRows[];
  /** Largest |base + Σ contributions + those of columns together − output| / max(1, |output|). */
  readonly additivityMaxError: number;
};

/** KernelSHAP of every row and output of a model without exact contributions, in the margin, by output. */
export function sampledContributions(
  { model, frame, background, outputs, effort }: SampledContributionsInput,
  { stop }: TaskEnvironment,
): SampledContributionsOutput {
  const spec = unpackModel(model);
  const { recipe } = spec;
  const inputs = recipe.inputs.map(({ name }) => name);
  let additivityMaxError = 0;
  const all = outputs.map((output) => {
    const score = marginScorer(spec, output);
    const game = neighbourGames(spec, output, stop);
    const values = new Float64Array(frame.rowCount * inputs.length);
    let base = 0;
    for (let row = 0; row < frame.rowCount; row++) {
      const seed = rowSeed(frame, row);
      const asked = { recipe, row: takeRows(frame, Int32Array.of(row)), background, seed, game, ...effort };
      const found = runSteps(kernelShap(asked), score, { stop });
      base = found.base;
      values.set(found.values, row * inputs.length);
      const sum = found.values.reduce((total, value) => total + value, found.base + found.rest);
      const gap = Math.abs(sum - found.output) / Math.max(1, Math.abs(found.output));
      additivityMaxError = Math.max(additivityMaxError, gap);
    }
    return { base, values, inputs };
  });
  return { all, additivityMaxError };
}
