import type { ComputePool } from '../../compute/pool.ts';
import type { PortableModel } from '../../compute/tasks/model-cache.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { Frame } from '../../ml/frame.ts';

type Sealed = { readonly label: Float64Array; readonly frame: Frame };
type Score = { readonly value: number; readonly low: number; readonly high: number };

/** The finished model on the rows that were sealed: the one look of a run. Null where the rows leave the metric undefined. */
export async function scoreSealed(
  pool: ComputePool,
  model: PortableModel,
  { task, outputCount, objective }: TrainingData,
  sealed: Sealed,
  options: { readonly metric: string; readonly seed: number; readonly abort: AbortSignal },
): Promise<Score | null> {
  const { metric, seed, abort } = options;
  const scored = await pool.run('score-block', { model, frame: sealed.frame, explain: false }, { abort });
  const quantiles =
    objective?.kind === 'quantile'
      ? { levels: [...objective.levels].sort((a, b) => a - b), values: scored.quantiles ?? scored.outputs }
      : null;
  const classCount = task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount;
  const { value, low, high } = await pool.run(
    'metric-interval',
    {
      metric,
      predictions: scored.outputs,
      labels: sealed.label,
      classCount,
      seed,
      ...(quantiles === null ? {} : { quantiles }),
    },
    { abort },
  );
  return Number.isFinite(value) ? { value, low, high } : null;
}
