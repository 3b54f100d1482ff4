import type { ComputePool } from '../../compute/pool.ts';
import type { InferenceClient } from '../../inference/client.ts';
import { strongest } from '../../ml/explain/agreement.ts';
import { explainRowSteps, type RowExplanationResult } from '../../ml/explain/explain-row.ts';
import { isGraphModel, isNeighbourModel } from '../../ml/model-spec.ts';
import { marginUnits } from '../../ml/response.ts';
import { executorOf } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import { shownCell } from '../predictions/predict-one.ts';
import { rowFrame, rowWarnings } from '../predictions/row-frame.ts';
import type { Call, Inputs, Outputs } from '../service-types.ts';
import { explainedOutput } from './output.ts';
import { driveSteps, oneOutput } from './run-steps.ts';

type Reply = Outputs['explanations']['one'];

const methodNames = { treeshap: 'SHAP', lime: 'LIME', kernelshap: 'KernelSHAP' } as const;

/** One row by the method asked for; the class explained is the named one, or the predicted one of several. */
export async function explainOne(
  deps: { readonly pool: ComputePool; readonly inference: InferenceClient; readonly monotonic: () => number },
  loaded: LoadedModel,
  input: Inputs['explanations']['one'],
  call: Call,
): Promise<Reply> {
  const startedMs = deps.monotonic();
  const { spec, background } = loaded.content;
  const { inputs } = spec.recipe;
  const frame = rowFrame(inputs, input.row);
  const executor = await executorOf(deps.inference, loaded);
  const predicted =
    spec.task === 'multiclass' && input.class === undefined
      ? spec.classes[likeliest((await executor.predict(frame)).margins)]
      : input.class;
  const { output, name } = explainedOutput(loaded, predicted);
  const asked = {
    row: frame,
    background,
    method: input.method,
    warranty: input.warranty,
    unseen: rowWarnings(loaded.content, frame).map((warning) => warning.replace(/\.$/, '')),
  };
  // LIME has no coalitions: its rows go through the graph as those that are scored do.
  const inWorker = !isGraphModel(spec) || (isNeighbourModel(spec) && input.method !== 'lime');
  const found = inWorker
    ? await deps.pool.run(
        'explain-row',
        { ...asked, model: loaded.portable, output },
        { lane: 'interactive', ...(call.signal === undefined ? {} : { abort: call.signal }) },
      )
    : await driveSteps(
        explainRowSteps({ ...asked, recipe: spec.recipe, exact: null }),
        async (rows) => oneOutput((await executor.predict(rows)).margins, spec.outputCount, output),
        call.signal,
      );
  const order = strongest(found.values, found.values.length);
  return {
    method: found.method,
    units: marginUnits(spec),
    explainedClass: name,
    baseValue: found.base,
    output: found.output,
    contributions: order.map((c) => ({
      column: inputs[c].name,
      value: shownCell(frame, inputs, inputs[c].name),
      contribution: found.values[c],
      standardError: finiteOrNull(found.standardErrors?.[c]),
    })),
    additivityError: found.additivityError,
    seed: found.seed,
    sampling: samplingOf(found),
    agreementWithShap: found.agreement === null ? null : { ...found.agreement },
    warranty: found.warranty === null ? null : { ...found.warranty, aspects: [...found.warranty.aspects] },
    reading: readingOf(found.method, found),
    milliseconds: deps.monotonic() - startedMs,
  };
}

const likeliest = (margins: Float64Array): number =>
  margins.reduce((best, value, k) => (value > margins[best] ? k : best), 0);

const finiteOrNull = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;

function samplingOf(found: RowExplanationResult): Reply['sampling'] {
  const { lime, kernel } = found;
  if (lime !== null) {
    return {
      settled: lime.stable,
      rounds: lime.runs,
      rowsScored: lime.runs * lime.samples,
      rankStability: lime.rankCorrelation,
      fidelity: lime.fidelity,
      kernelWidth: lime.kernelWidth,
      exact: false,
      otherColumns: 0,
    };
  }
  if (kernel === null) return null;
  return {
    settled: kernel.converged,
    rounds: kernel.coalitions,
    rowsScored: kernel.coalitions * kernel.backgroundRows,
    rankStability: Math.max(0, 1 - kernel.error),
    fidelity: null,
    kernelWidth: null,
    exact: kernel.exact,
    otherColumns: kernel.restColumns,
  };
}

function readingOf(method: keyof typeof methodNames, found: RowExplanationResult): string {
  const { lime, kernel, agreement } = found;
  const parts: string[] = [];
  if (lime !== null) {
    parts.push(
      `${lime.stable ? `The ranks settled after ${lime.runs} runs` : `The ranks had not settled after ${lime.runs} runs`}; the local model explains ${Math.round(100 * Math.max(0, lime.fidelity))} % of the variation around the row.`,
    );
  } else if (kernel !== null) {
    parts.push(
      kernel.exact
        ? `All ${kernel.coalitions.toLocaleString('en')} coalitions of columns were valued: exact for the background rows.`
        : `${kernel.coalitions.toLocaleString('en')} coalitions were drawn; the largest standard error is ${(100 * kernel.error).toFixed(1)} % of the span${kernel.converged ? '' : ', which had not settled'}.`,
    );
  } else parts.push('Contributions are exact and add up to the output.');
  if (agreement !== null) {
    parts.push(
      `Of the ${agreement.top} strongest columns ${Math.round(agreement.topShared * agreement.top)} are also SHAP's; rank correlation ${agreement.rankCorrelation.toFixed(2)}.`,
    );
  }
  return `${methodNames[method]}: ${parts.join(' ')}`;
}
