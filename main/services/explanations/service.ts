import type { Clock } from '../../base/clock.ts';
import { asJson } from '../../base/json.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { InferenceClient } from '../../inference/client.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import { isGraphModel } from '../../ml/model-spec.ts';
import { marginUnits } from '../../ml/response.ts';
import type { ModelLoader } from '../models/loader.ts';
import type { Service } from '../service-types.ts';
import { readRules } from './counterfactual-goal.ts';
import { findCounterfactuals } from './counterfactuals.ts';
import { columnEffect, dependenceReading, interactionStrengths } from './effects.ts';
import { explainOne } from './explain-one.ts';
import { graphSummary } from './graph-explanations.ts';
import { explainedOutput, shown, shownUnits, typeOf } from './output.ts';
import { shapInteractions } from './shap-interactions.ts';

export type ExplanationsDeps = {
  readonly pool: ComputePool;
  readonly inference: InferenceClient;
  readonly loader: ModelLoader;
  readonly queue: JobQueue;
  readonly clock: Clock;
};

/** Explanations of rows and over the model's background sample at once; of every row of a file, and on labelled rows, as jobs. */
export function createExplanationsService(deps: ExplanationsDeps): Service<'explanations'> {
  const { pool, loader, queue } = deps;
  return {
    global: async (input, call) => {
      const loaded = await loader.load(input.modelId);
      const { spec, background } = loaded.content;
      const { output, name } = explainedOutput(loaded, input.class);
      const found = isGraphModel(spec)
        ? await graphSummary(deps, loaded, output, call.signal)
        : await pool.run('summary', { model: loaded.portable, background, output }, { lane: 'interactive' });
      const columns = found.columns.map((column) => ({
        column: column.column,
        type: typeOf(loaded, column.column),
        meanAbs: column.meanAbs,
        gainShare: found.gainShares === null ? null : (found.gainShares[column.column] ?? 0),
        direction: column.direction,
        points: column.points.map((point) => ({ ...point, value: shown(loaded, column.column, point.value) })),
      }));
      const leading = columns
        .filter((column) => column.meanAbs > 0)
        .slice(0, 3)
        .map((column) => column.column);
      return {
        rows: found.rows,
        units: marginUnits(spec),
        classes: [...spec.classes],
        explainedClass: name,
        columns,
        additivityMaxError: found.additivityMaxError,
        reading:
          leading.length === 0
            ? 'No column moves the prediction.'
            : `What moves the prediction most: ${leading.join(', ')}.`,
      };
    },
    dependence: async (input) => {
      const loaded = await loader.load(input.modelId);
      const { background } = loaded.content;
      const { output, name } = explainedOutput(loaded, input.class);
      const found = await pool.run(
        'dependence',
        { model: loaded.portable, background, output, column: input.column },
        { lane: 'interactive' },
      );
      const points = found.points.map((point) => ({ ...point, value: shown(loaded, input.column, point.value) }));
      return {
        column: input.column,
        type: typeOf(loaded, input.column),
        units: shownUnits(loaded),
        explainedClass: name,
        points,
        reading: dependenceReading(loaded, points),
      };
    },
    one: async (input, call) =>
      explainOne(
        { pool, inference: deps.inference, monotonic: deps.clock.monotonic },
        await loader.load(input.modelId),
        input,
        call,
      ),
    effect: async (input, call) => columnEffect(deps, await loader.load(input.modelId), input, call),
    interactions: async (input, call) => interactionStrengths(deps, await loader.load(input.modelId), input, call),
    shapInteractions: async (input) => shapInteractions(deps, await loader.load(input.modelId), input),
    counterfactuals: async (input, call) => findCounterfactuals(deps, await loader.load(input.modelId), input, call),
    explainFile: async (input) => {
      const loaded = await loader.load(input.modelId);
      const job = await queue.start({
        kind: 'explain',
        title: `Explain with ${loaded.model.name}`,
        input: asJson(input),
        modelId: input.modelId,
      });
      return { jobId: job.id };
    },
    startPermutation: async (input) => {
      const loaded = await loader.load(input.modelId);
      const job = await queue.start({
        kind: 'explain',
        title: `Importance by shuffling, ${loaded.model.name}`,
        input: asJson({ ...input, method: 'permutation' }),
        modelId: input.modelId,
      });
      return { jobId: job.id };
    },
    counterfactualsFile: async (input) => {
      const loaded = await loader.load(input.modelId);
      readRules(loaded, input.rules);
      const job = await queue.start({
        kind: 'explain',
        title: `What would change the answer, ${loaded.model.name}`,
        input: asJson({ ...input, method: 'counterfactual' }),
        modelId: input.modelId,
      });
      return { jobId: job.id };
    },
  };
}
