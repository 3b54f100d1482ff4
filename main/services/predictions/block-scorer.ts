import type { OutputText } from '../../base/row-text.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { ScoreBlockOutput, ScoreWrite } from '../../compute/tasks/score-block.ts';
import type { InferenceClient } from '../../inference/client.ts';
import type { ProviderChoice } from '../../inference/providers.ts';
import type { RowIntervals } from '../../ml/conformal/apply.ts';
import type { Frame } from '../../ml/frame.ts';
import { isGraphModel } from '../../ml/model-spec.ts';
import { countUnseen, type UnseenCategories } from '../../ml/recipe/apply.ts';
import { ascendingQuantiles } from '../../ml/response.ts';
import { createOnnxExecutor } from '../models/executor.ts';
import { scoreGraphBlock } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import { rareLevels } from './unseen.ts';

export type ScoredBlock = {
  /** Probabilities row-major (binary: of the positive class), or values. */
  readonly outputs: Float64Array;
  /** Row-major rowCount × the reasons asked for. */
  readonly reasons: readonly string[];
  readonly unseen: readonly UnseenCategories[];
  /** Null unless asked for. */
  readonly intervals: RowIntervals | null;
  /** Quantiles by ascending level, row-major; null for models that predict one number. */
  readonly quantiles: Float64Array | null;
  /** The rows as text, from scorers that write where they compute; intervals, reasons and quantiles are empty then. */
  readonly text: OutputText | null;
};

/** Scores blocks of rows; close it when done. */
export type BlockScorer = {
  /** What really computes: `kernels (cpu)`, `onnxruntime (webgpu)`, …; never merely what was asked for. */
  readonly provider: string;
  /** Why providers that were tried before did not take the model. */
  readonly notes: readonly string[];
  readonly score: (frame: Frame, write?: ScoreWrite) => Promise<ScoredBlock>;
  readonly close: () => Promise<void>;
};

export type ScorerDeps = { readonly pool: ComputePool; readonly inference: InferenceClient };

export type ScorerOptions = {
  readonly provider: ProviderChoice;
  /** Strongest reasons wanted a row. */
  readonly reasons: number;
  /** Level of the intervals or sets wanted a row. */
  readonly interval?: number | undefined;
  readonly threads: number | undefined;
  readonly abort: AbortSignal;
};

/**
 * The application's kernels in the compute pool for `auto` and `cpu`: trees have CPU kernels only, and these are the faster
 * ones. Any other provider gets the exported graph; contributions come from the kernels all the same.
 */
export async function openBlockScorer(
  deps: ScorerDeps,
  loaded: LoadedModel,
  options: ScorerOptions,
): Promise<BlockScorer> {
  const { reasons, interval, abort } = options;
  const rare = rareLevels(loaded);
  const kernels = (frame: Frame, wanted = reasons, write?: ScoreWrite): Promise<ScoreBlockOutput> =>
    deps.pool.run(
      'score-block',
      {
        model: loaded.portable,
        frame,
        explain: false,
        reasons: wanted,
        rare,
        ...(interval === undefined ? {} : { interval }),
        ...(write === undefined ? {} : { write }),
      },
      { abort },
    );
  // Only models trained here have intervals, and those have kernels, whatever answers for them
  const ranges = async (frame: Frame): Promise<RowIntervals | null> =>
    interval === undefined ? null : (await kernels(frame, 0)).intervals;
  if (isGraphModel(loaded.content.spec) && (options.provider === 'auto' || options.provider === 'cpu')) {
    return {
      provider: 'onnxruntime (cpu)',
      notes: [],
      score: async (frame) => {
        const scored = await scoreGraphBlock(deps, loaded, frame, reasons, abort);
        return {
          ...scored,
          unseen: countUnseen(loaded.content.spec.recipe, frame, rare),
          intervals: await ranges(frame),
          quantiles: null,
          text: null,
        };
      },
      close: async () => {},
    };
  }
  if (options.provider === 'auto' || options.provider === 'cpu') {
    return {
      provider: 'kernels (cpu)',
      notes: [],
      score: (frame, write) => kernels(frame, reasons, write),
      close: async () => {},
    };
  }
  const { spec, onnx } = loaded.content;
  const executor = await createOnnxExecutor(spec, { kind: 'bytes', bytes: onnx }, deps.inference, {
    provider: options.provider,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  });
  return {
    provider: `onnxruntime (${executor.provider})`,
    notes: executor.attempts
      .filter((attempt) => !attempt.ok)
      .map((attempt) => `${attempt.requested} did not take the model: ${attempt.error ?? 'no reason given'}`),
    score: async (frame) => {
      if (isGraphModel(spec) && reasons > 0) {
        const scored = await scoreGraphBlock(deps, loaded, frame, reasons, abort);
        const unseen = countUnseen(spec.recipe, frame, rare);
        return { ...scored, unseen, intervals: await ranges(frame), quantiles: null, text: null };
      }
      const [{ outputs, margins }, explained] = await Promise.all([
        executor.predict(frame),
        reasons > 0 || interval !== undefined ? kernels(frame) : Promise.resolve(null),
      ]);
      const quantiles = ascendingQuantiles(spec.response, margins)?.values ?? null;
      const unseen = explained?.unseen ?? countUnseen(spec.recipe, frame, rare);
      const intervals = explained?.intervals ?? null;
      return { outputs, reasons: explained?.reasons ?? [], unseen, intervals, quantiles, text: null };
    },
    close: executor.close,
  };
}
