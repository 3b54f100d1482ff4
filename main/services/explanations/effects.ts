import type { ComputePool } from '../../compute/pool.ts';
import type { LoadedModel } from '../models/loader.ts';
import { pathSteps } from '../predictions/estimate.ts';
import type { Call, Inputs, Outputs } from '../service-types.ts';
import { amount, difference, explainedOutput, shown, shownUnits, typeOf, written } from './output.ts';

type Deps = { readonly pool: ComputePool };
type Effect = Outputs['explanations']['effect'];

const laneOf = (call: Call) => ({
  lane: 'interactive' as const,
  ...(call.signal === undefined ? {} : { abort: call.signal }),
});

/** Effect of a column or of two over the background sample. */
export async function columnEffect(
  { pool }: Deps,
  loaded: LoadedModel,
  input: Inputs['explanations']['effect'],
  call: Call,
): Promise<Effect> {
  const { background } = loaded.content;
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
  if (kind === 'pdp' && second === null) {
    const found = await pool.run('dependence', { model, background, output, column }, laneOf(call));
    const points = found.points.map((point) => ({ ...point, value: shown(loaded, column, point.value) }));
    return {
      ...common,
      points,
      lines: found.lines.map((line) => [...line]),
      surface: null,
      outsideShare: 0,
      reading: dependenceReading(loaded, points),
    };
  }
  const found = await pool.run('effect', { model, background, output, kind, column, second }, laneOf(call));
  const { curve, surface } = found;
  const points = (curve?.points ?? []).map(({ value, effect, share }) => ({
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
    outsideShare: curve?.outside ?? 0,
    reading:
      surface === null
        ? accumulatedReading(loaded, column, points)
        : surfaceReading(loaded, column, second ?? '', kind, surface),
  };
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

/** Strengths of interactions among the columns that weigh most. Fewer rows are used the slower the model is. */
export async function interactionStrengths(
  { pool }: Deps,
  loaded: LoadedModel,
  input: Inputs['explanations']['interactions'],
  call: Call,
): Promise<Outputs['explanations']['interactions']> {
  const { background, spec } = loaded.content;
  const { output, name } = explainedOutput(loaded, input.class);
  const model = loaded.portable;
  const summary = await pool.run('summary', { model, background, output }, laneOf(call));
  const columns = summary.columns
    .filter(({ meanAbs }) => meanAbs > 0)
    .slice(0, comparedColumns)
    .map(({ column }) => column);
  const functions = columns.length * 2 + (columns.length * (columns.length - 1)) / 2;
  const rowSeconds = 2e-6 + pathSteps(spec).total * 9e-9;
  const affordable = Math.floor(Math.sqrt(wantedSeconds / rowSeconds / Math.max(1, functions)));
  const rows = Math.max(25, Math.min(100, affordable));
  const found = await pool.run('interactions', { model, background, output, columns, rows }, laneOf(call));
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
