import type { ComputePool } from '../../compute/pool.ts';
import type { InferenceClient } from '../../inference/client.ts';
import { type EffectRequest, type EffectResult, effectSteps } from '../../ml/explain/effect.ts';
import { interactionStrengths as interactionSteps } from '../../ml/explain/interaction-strength.ts';
import { sampleRows, stackRows, takeRows, usedInputs } from '../../ml/explain/rows.ts';
import type { ScoringSteps } from '../../ml/explain/steps.ts';
import { isGraphModel } from '../../ml/model-spec.ts';
import { executorOf } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import { pathSteps } from '../predictions/estimate.ts';
import type { Call, Inputs, Outputs } from '../service-types.ts';
import { amount, difference, explainedOutput, shown, shownUnits, typeOf, written } from './output.ts';
import { driveSteps, oneOutput } from './run-steps.ts';

type Deps = { readonly pool: ComputePool; readonly inference: InferenceClient };
type Effect = Outputs['explanations']['effect'];

const laneOf = (call: Call) => ({
  lane: 'interactive' as const,
  ...(call.signal === undefined ? {} : { abort: call.signal }),
});

/** Effect of a column or of two over the background sample. */
export async function columnEffect(
  deps: Deps,
  loaded: LoadedModel,
  input: Inputs['explanations']['effect'],
  call: Call,
): Promise<Effect> {
  const { background, spec } = loaded.content;
  const { output, name } = explainedOutput(loaded, input.class);
  const { column, kind } = input;
  const second = input.second === undefined || input.second === column ? null : input.second;
  const common = {
    kind,
    column,
    type: typeOf(loaded, column),
    second,
    secondType: second === null ? null : typeOf(loaded, second),
    units: shownUnits(loaded),
    explainedClass: name,
  };
  const model = loaded.portable;
  if (kind === 'pdp' && second === null && !isGraphModel(spec)) {
    const found = await deps.pool.run('dependence', { model, background, output, column }, laneOf(call));
    return { ...common, ...dependenceReply(loaded, column, found) };
  }
  const found = await runEffect(deps, loaded, { kind, column, second }, output, call);
  if (found.dependence !== null) return { ...common, ...dependenceReply(loaded, column, found.dependence) };
  const { accumulated, surface } = found;
  const points = (accumulated?.points ?? []).map(({ value, effect, share }) => ({
    value: shown(loaded, column, value),
    mean: effect,
    low: null,
    high: null,
    share,
  }));
  const width = surface?.second.length ?? 0;
  const rowsOf = (values: Float64Array): number[][] =>
    (surface?.first ?? []).map((_, a) => Array.from(values.subarray(a * width, (a + 1) * width)));
  return {
    ...common,
    points,
    lines: [],
    surface:
      surface === null
        ? null
        : {
            first: surface.first.map((value) => shown(loaded, column, value)),
            second: surface.second.map((value) => shown(loaded, second ?? column, value)),
            values: rowsOf(surface.values),
            shares: rowsOf(surface.shares),
          },
    outsideShare: accumulated?.outside ?? 0,
    reading:
      surface === null
        ? accumulatedReading(loaded, column, points)
        : surfaceReading(loaded, column, second ?? '', kind, surface),
  };
}

type Curve = {
  readonly points: readonly {
    readonly value: number | string | null;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    readonly share: number;
  }[];
  readonly lines: readonly (readonly number[])[];
};

function dependenceReply(loaded: LoadedModel, column: string, found: Curve) {
  const points = found.points.map((point) => ({ ...point, value: shown(loaded, column, point.value) }));
  return {
    points,
    lines: found.lines.map((line) => [...line]),
    surface: null,
    outsideShare: 0,
    reading: dependenceReading(loaded, points),
  };
}

function runEffect(
  deps: Deps,
  loaded: LoadedModel,
  request: EffectRequest,
  output: number,
  call: Call,
): Promise<EffectResult> {
  const { background, spec } = loaded.content;
  if (isGraphModel(spec)) return overGraph(deps, loaded, output, effectSteps(spec.recipe, background, request), call);
  return deps.pool.run('effect', { model: loaded.portable, background, output, ...request }, laneOf(call));
}

/** A method over what a graph model shows of one output. */
async function overGraph<R>(
  { inference }: Deps,
  loaded: LoadedModel,
  output: number,
  steps: ScoringSteps<R>,
  call: Call,
): Promise<R> {
  const executor = await executorOf(inference, loaded);
  const { outputCount } = loaded.content.spec;
  return driveSteps(
    steps,
    async (rows) => oneOutput((await executor.predict(rows)).outputs, outputCount, output),
    call.signal,
  );
}

/** How the average prediction moves over the points. */
export function dependenceReading(
  loaded: LoadedModel,
  points: readonly { readonly value: unknown; readonly mean: number }[],
): string {
  const known = points.filter((point) => point.value !== null);
  if (known.length === 0) return '';
  const least = known.reduce((a, b) => (b.mean < a.mean ? b : a));
  const most = known.reduce((a, b) => (b.mean > a.mean ? b : a));
  return `With all else as it is, the average prediction moves from ${amount(loaded, least.mean)} at ${written(least.value)} to ${amount(loaded, most.mean)} at ${written(most.value)}.`;
}

function accumulatedReading(
  loaded: LoadedModel,
  column: string,
  points: readonly { readonly value: unknown; readonly mean: number }[],
): string {
  if (points.length === 0) return `No row has a value of ${column}.`;
  const least = points.reduce((a, b) => (b.mean < a.mean ? b : a));
  const most = points.reduce((a, b) => (b.mean > a.mean ? b : a));
  return `Against the average, ${written(least.value)} counts ${difference(loaded, least.mean)} and ${written(most.value)} ${difference(loaded, most.mean)}, measured on rows that stand near.`;
}

function surfaceReading(
  loaded: LoadedModel,
  column: string,
  second: string,
  kind: 'pdp' | 'ale',
  surface: {
    readonly first: readonly (number | string)[];
    readonly second: readonly (number | string)[];
    readonly values: Float64Array;
  },
): string {
  const { values } = surface;
  if (values.length === 0) return 'No row has values of both columns.';
  const width = surface.second.length;
  const place = (at: number): string =>
    `${column} ${written(shown(loaded, column, surface.first[Math.floor(at / width)]))}, ${second} ${written(shown(loaded, second, surface.second[at % width]))}`;
  const least = values.reduce((best, value, i) => (value < values[best] ? i : best), 0);
  const most = values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
  return kind === 'pdp'
    ? `The average prediction runs from ${amount(loaded, values[least])} (${place(least)}) to ${amount(loaded, values[most])} (${place(most)}).`
    : `Beyond what each column does alone, together they count from ${difference(loaded, values[least])} (${place(least)}) to ${difference(loaded, values[most])} (${place(most)}).`;
}

/** Columns compared with each other, and how much work a look may cost. */
const comparedColumns = 8;
const wantedSeconds = 1;
/** A row through the inference process, about. */
const graphRowSeconds = 1e-5;

/** Strengths of interactions among the columns that weigh most. Fewer rows are used the slower the model is. */
export async function interactionStrengths(
  deps: Deps,
  loaded: LoadedModel,
  input: Inputs['explanations']['interactions'],
  call: Call,
): Promise<Outputs['explanations']['interactions']> {
  const { background, spec } = loaded.content;
  const { output, name } = explainedOutput(loaded, input.class);
  const model = loaded.portable;
  const graph = isGraphModel(spec);
  const columns = graph
    ? usedInputs(spec.recipe)
        .slice(0, comparedColumns)
        .map((c) => spec.recipe.inputs[c].name)
    : (await deps.pool.run('summary', { model, background, output }, laneOf(call))).columns
        .filter(({ meanAbs }) => meanAbs > 0)
        .slice(0, comparedColumns)
        .map(({ column }) => column);
  const functions = columns.length * 2 + (columns.length * (columns.length - 1)) / 2;
  const rowSeconds = graph ? graphRowSeconds : 2e-6 + pathSteps(spec).total * 9e-9;
  const affordable = Math.floor(Math.sqrt(wantedSeconds / rowSeconds / Math.max(1, functions)));
  const rows = Math.max(25, Math.min(100, affordable));
  const all = stackRows(spec.recipe, [background]);
  const found = graph
    ? await overGraph(
        deps,
        loaded,
        output,
        interactionSteps(takeRows(all, sampleRows(all.rowCount, rows, 1)), columns),
        call,
      )
    : await deps.pool.run('interactions', { model, background, output, columns, rows }, laneOf(call));
  const [first] = found.pairs;
  return {
    rows: found.rows,
    units: shownUnits(loaded),
    explainedClass: name,
    columns,
    overall: [...found.overall],
    pairs: [...found.pairs],
    reading:
      first === undefined
        ? 'There are no two columns to compare.'
        : `${first.a} and ${first.b} act together most: typically ${difference(loaded, first.strength).slice(1)} beyond what each does alone (H ${first.h.toFixed(2)}).`,
  };
}
