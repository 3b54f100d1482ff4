/**
 * Models that exist as an ONNX graph only: scored in the inference process, explained by KernelSHAP over their scoring
 * function with the background rows of their package. Sessions are kept as long as the loaded model lives.
 */
import type { ComputePool } from '../../compute/pool.ts';
import type { ExplainBlockOutput } from '../../compute/tasks/explain-block.ts';
import { assembleExplained } from '../../compute/tasks/explain-block.ts';
import { topReasons } from '../../compute/tasks/top-reasons.ts';
import type { InferenceClient } from '../../inference/client.ts';
import { kernelShap } from '../../ml/explain/kernel-shap.ts';
import { rowSeed } from '../../ml/explain/rows.ts';
import type { ScoringSteps } from '../../ml/explain/steps.ts';
import type { Frame, RawColumn } from '../../ml/frame.ts';
import { isGraphModel, isNeighbourModel } from '../../ml/model-spec.ts';
import type { ExplainedRows } from '../../ml/predict.ts';
import { countUnseen, type RareLevels } from '../../ml/recipe/apply.ts';
import { createKernelExecutor, createOnnxExecutor, type Executor, type Predictions } from './executor.ts';
import type { LoadedModel } from './loader.ts';

type Content = LoadedModel['content'];

const executors = new WeakMap<Content, Promise<Executor>>();

/** The executor of a graph model, made at first use. */
export function graphExecutor(
  inference: InferenceClient,
  { content }: Pick<LoadedModel, 'content'>,
): Promise<Executor> {
  let made = executors.get(content);
  if (made === undefined) {
    made = createOnnxExecutor(content.spec, { kind: 'bytes', bytes: content.onnx }, inference);
    made.catch(() => executors.delete(content));
    executors.set(content, made);
  }
  return made;
}

/** What answers for a model: its kernels, or its graph where it has none. */
export const executorOf = async (
  inference: InferenceClient,
  loaded: Pick<LoadedModel, 'content'>,
): Promise<Executor> =>
  isGraphModel(loaded.content.spec) ? graphExecutor(inference, loaded) : createKernelExecutor(loaded.content.spec);

/** Where graph models are computed: their graph in the inference process, coalitions of neighbours in the pool. */
export type GraphDeps = { readonly inference: InferenceClient; readonly pool: ComputePool };

/** Contributions that go with predictions are sampled more lightly than those that are asked for. */
const effort = { backgroundRows: 50, exactPlayers: 8, mostCoalitions: 512 } as const;

export type GraphRows = Predictions & {
  /** By output; contributions of every row in the margin, sampled. */
  readonly all: readonly ExplainedRows[];
};

/** Predictions of rows with sampled contributions of every output. */
export async function explainGraphRows(
  deps: GraphDeps,
  loaded: Pick<LoadedModel, 'content' | 'portable'>,
  frame: Frame,
  options: { readonly abort?: AbortSignal; readonly lane?: 'interactive' } = {},
): Promise<GraphRows> {
  const { spec, background } = loaded.content;
  const executor = await graphExecutor(deps.inference, loaded);
  const predictions = await executor.predict(frame);
  if (isNeighbourModel(spec)) {
    const outputs = Array.from({ length: spec.outputCount }, (_, output) => output);
    const asked = { model: loaded.portable, frame, background, outputs, effort };
    const { all } = await deps.pool.run('sampled-contributions', asked, options);
    return { ...predictions, all };
  }
  const inputs = spec.recipe.inputs.map(({ name }) => name);
  const all: ExplainedRows[] = [];
  for (let output = 0; output < spec.outputCount; output++) {
    const values = new Float64Array(frame.rowCount * inputs.length);
    let base = 0;
    for (let row = 0; row < frame.rowCount; row++) {
      const steps = kernelShap({
        recipe: spec.recipe,
        row: oneRow(frame, row),
        background,
        seed: rowSeed(frame, row),
        ...effort,
      });
      const found = await drive(steps, executor, spec.outputCount, output);
      base = found.base;
      values.set(found.values, row * inputs.length);
    }
    all.push({ base, values, inputs });
  }
  return { ...predictions, all };
}

/** Runs a sampling method over the executor; it sees the margin of one output. */
async function drive<R>(steps: ScoringSteps<R>, executor: Executor, width: number, output: number): Promise<R> {
  let next = steps.next();
  while (next.done !== true) {
    const { margins } = await executor.predict(next.value.frame);
    next = steps.next(margins.filter((_, i) => i % width === output));
  }
  return next.value;
}

const oneRow = (frame: Frame, row: number): Frame => ({
  rowCount: 1,
  columns: frame.columns.map(
    (column): RawColumn =>
      column.type === 'string'
        ? { ...column, codes: column.codes.slice(row, row + 1) }
        : { ...column, values: column.values.slice(row, row + 1) },
  ),
});

/** What the compute task of the same name gives for models with kernels. */
export async function explainGraphBlock(
  deps: GraphDeps,
  loaded: Pick<LoadedModel, 'content' | 'portable'>,
  frame: Frame,
  units: 'margin' | 'probability',
  rare: RareLevels,
  abort: AbortSignal,
): Promise<ExplainBlockOutput> {
  const { spec } = loaded.content;
  const rows = await explainGraphRows(deps, loaded, frame, { abort });
  return assembleExplained(spec, rows, frame.rowCount, units, countUnseen(spec.recipe, frame, rare));
}

/** Scores of a block and the strongest reasons of each row, where wanted. */
export async function scoreGraphBlock(
  deps: GraphDeps,
  loaded: Pick<LoadedModel, 'content' | 'portable'>,
  frame: Frame,
  reasons: number,
  abort: AbortSignal,
): Promise<{ readonly outputs: Float64Array; readonly reasons: readonly string[] }> {
  const { spec } = loaded.content;
  if (reasons === 0) {
    const executor = await graphExecutor(deps.inference, loaded);
    return { outputs: (await executor.predict(frame)).outputs, reasons: [] };
  }
  const rows = await explainGraphRows(deps, loaded, frame, { abort });
  const { values } = assembleExplained(spec, rows, frame.rowCount, 'margin', []);
  return { outputs: rows.outputs, reasons: topReasons(spec.recipe.inputs, frame, values, reasons) };
}

const averages = new WeakMap<Content, Promise<Float64Array>>();

/** Mean shown output over the background rows. */
export function graphAverage(inference: InferenceClient, loaded: Pick<LoadedModel, 'content'>): Promise<Float64Array> {
  const { content } = loaded;
  let made = averages.get(content);
  if (made === undefined) {
    made = graphExecutor(inference, loaded).then(async (executor) => {
      const { outputs } = await executor.predict(content.background);
      const width = content.spec.outputCount;
      const mean = new Float64Array(width);
      for (let i = 0; i < outputs.length; i++) mean[i % width] += outputs[i] / Math.max(1, content.background.rowCount);
      return mean;
    });
    made.catch(() => averages.delete(content));
    averages.set(content, made);
  }
  return made;
}
