/** What models without kernels are explained by: sampled contributions over the inference process. */
import { type ExplainSampledOutput, joinSampled, likeliestOutputs } from '../../compute/tasks/explain-sampled.ts';
import type { SummaryOutput } from '../../compute/tasks/summary.ts';
import type { InferenceClient } from '../../inference/client.ts';
import { type ExplainMethod, explainRowSteps, type RowExplanationResult } from '../../ml/explain/explain-row.ts';
import { kernelShap } from '../../ml/explain/kernel-shap.ts';
import { sampleRows, stackRows, takeRows } from '../../ml/explain/rows.ts';
import { globalSummary } from '../../ml/explain/summary.ts';
import type { Frame } from '../../ml/frame.ts';
import { isNeighbourModel } from '../../ml/model-spec.ts';
import type { RareLevels } from '../../ml/recipe/apply.ts';
import { type GraphDeps, graphExecutor } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import { driveSteps, oneOutput } from './run-steps.ts';

/** Rows of the summary; each costs a few thousand scored rows. */
const summaryRows = 30;
const summaryEffort = { backgroundRows: 20, exactPlayers: 6, mostCoalitions: 128 } as const;

/** The summary over some background rows, by KernelSHAP with few coalitions: enough to rank columns. */
export async function graphSummary(
  { inference, pool }: GraphDeps,
  loaded: LoadedModel,
  output: number,
  signal: AbortSignal | undefined,
): Promise<SummaryOutput> {
  const { spec, background } = loaded.content;
  const { recipe, outputCount } = spec;
  const executor = await graphExecutor(inference, loaded);
  const all = stackRows(recipe, [background]);
  const frame = takeRows(all, sampleRows(all.rowCount, summaryRows, 5));
  const width = recipe.inputs.length;
  const inputs = recipe.inputs.map(({ name }) => name);
  if (isNeighbourModel(spec)) {
    const asked = { model: loaded.portable, frame, background, outputs: [output], effort: summaryEffort };
    const options = { lane: 'interactive', ...(signal === undefined ? {} : { abort: signal }) } as const;
    const { all, additivityMaxError } = await pool.run('sampled-contributions', asked, options);
    const columns = globalSummary({ inputs, values: all[0].values, frame, seed: 1 });
    return { columns, additivityMaxError, rows: frame.rowCount, gainShares: null };
  }
  const values = new Float64Array(frame.rowCount * width);
  let worst = 0;
  for (let row = 0; row < frame.rowCount; row++) {
    const alone = takeRows(frame, Int32Array.of(row));
    const steps = kernelShap({
      recipe,
      row: alone,
      background,
      seed: 1,
      ...summaryEffort,
    });
    const found = await driveSteps(
      steps,
      async (rows) => oneOutput((await executor.predict(rows)).margins, outputCount, output),
      signal,
    );
    values.set(found.values, row * width);
    const sum = found.values.reduce((total, value) => total + value, found.base + found.rest);
    worst = Math.max(worst, Math.abs(sum - found.output) / Math.max(1, Math.abs(found.output)));
  }
  const columns = globalSummary({ inputs, values, frame, seed: 1 });
  return { columns, additivityMaxError: worst, rows: frame.rowCount, gainShares: null };
}

/** A block of rows one by one; the exact method is KernelSHAP here. */
export async function sampledGraphBlock(
  inference: InferenceClient,
  loaded: LoadedModel,
  frame: Frame,
  options: {
    readonly method: ExplainMethod;
    readonly warranties: number;
    readonly rare: RareLevels;
    readonly signal: AbortSignal;
  },
): Promise<ExplainSampledOutput> {
  const { spec, background } = loaded.content;
  const { recipe, outputCount } = spec;
  const executor = await graphExecutor(inference, loaded);
  const explained = likeliestOutputs(spec, (await executor.predict(frame)).outputs);
  const found: RowExplanationResult[] = [];
  for (const [row, output] of explained.entries()) {
    const steps = explainRowSteps({
      recipe,
      row: takeRows(frame, Int32Array.of(row)),
      background,
      method: options.method,
      warranty: row < options.warranties,
      unseen: [],
      exact: null,
    });
    found.push(
      await driveSteps(
        steps,
        async (rows) => oneOutput((await executor.predict(rows)).margins, outputCount, output),
        options.signal,
      ),
    );
  }
  return joinSampled(spec, frame, explained, found, options.rare);
}
