/**
 * How much columns act together: Friedman's H (Friedman & Popescu 2008, section 8.1). Partial dependences are taken at the rows
 * themselves and centred;
 *   pair: H²(j,k) = Σ (F_jk − F_j − F_k)² / Σ F_jk²,   one against all: H²(j) = Σ (F − F_j − F_¬j)² / Σ F².
 * H is a share: of two columns that hardly act it may be large and mean nothing. So the ranking goes by the strength, the
 * root mean square of the numerator, in units of the output.
 * Cost: rows² scored a function; 2 functions a column and 1 a pair.
 */
import type { Frame } from '../frame.ts';
import { pickCells } from './rows.ts';
import { mostRowsAtOnce, type ScoringSteps } from './steps.ts';

export type InteractionResult = {
  readonly rows: number;
  /** By falling strength. */
  readonly overall: readonly { readonly column: string; readonly h: number; readonly strength: number }[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly h: number;
    readonly strength: number;
  }[];
};

/** Strengths of all pairs of the named columns, and of each against all others the model reads. */
export function* interactionStrengths(rows: Frame, names: readonly string[]): ScoringSteps<InteractionResult> {
  const indices = names.map((name) => rows.columns.findIndex((column) => column.name === name));
  const pairCount = (names.length * (names.length - 1)) / 2;
  const total = 1 + 2 * names.length + pairCount;
  let done = 0;
  const dependence = function* (held: readonly number[]): ScoringSteps<Float64Array> {
    const values = yield* centredDependence(rows, held, done / total);
    done++;
    return values;
  };
  const whole = yield* dependence(rows.columns.map((_, c) => c));
  const single: Float64Array[] = [];
  const overall: { column: string; h: number; strength: number }[] = [];
  for (let j = 0; j < indices.length; j++) {
    const own = yield* dependence([indices[j]]);
    const others = yield* dependence(rows.columns.flatMap((_, c) => (c === indices[j] ? [] : [c])));
    single.push(own);
    overall.push({ column: names[j], ...ratio(whole, own, others) });
  }
  const pairs: { a: string; b: string; h: number; strength: number }[] = [];
  for (let j = 0; j < indices.length; j++) {
    for (let k = j + 1; k < indices.length; k++) {
      const joint = yield* dependence([indices[j], indices[k]]);
      pairs.push({ a: names[j], b: names[k], ...ratio(joint, single[j], single[k]) });
    }
  }
  const falling = (a: { readonly strength: number }, b: { readonly strength: number }): number =>
    b.strength - a.strength;
  return { rows: rows.rowCount, overall: overall.sort(falling), pairs: pairs.sort(falling) };
}

/** Partial dependence at every row's own values of the held columns, minus its mean. */
function* centredDependence(rows: Frame, held: readonly number[], fraction: number): ScoringSteps<Float64Array> {
  const count = rows.rowCount;
  const all = held.length === rows.columns.length;
  const others = all ? 1 : count;
  const out = new Float64Array(count);
  const atOnce = Math.max(1, Math.floor(mostRowsAtOnce / others));
  const isHeld = new Set(held);
  for (let from = 0; from < count; from += atOnce) {
    const width = Math.min(atOnce, count - from);
    const own = Int32Array.from({ length: width * others }, (_, i) => from + Math.floor(i / others));
    const other = Int32Array.from({ length: width * others }, (_, i) => i % others);
    const cells = rows.columns.map((_, c) => (isHeld.has(c) ? own : other));
    const scores = yield { frame: pickCells(rows, cells, own.length), fraction };
    for (let i = 0; i < own.length; i++) out[own[i]] += scores[i] / others;
  }
  const mean = out.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
  return out.map((value) => value - mean);
}

function ratio(
  joint: Float64Array,
  a: Float64Array,
  b: Float64Array,
): { readonly h: number; readonly strength: number } {
  let above = 0;
  let below = 0;
  for (let i = 0; i < joint.length; i++) {
    above += (joint[i] - a[i] - b[i]) ** 2;
    below += joint[i] ** 2;
  }
  return {
    h: below > 0 ? Math.min(1, Math.sqrt(above / below)) : 0,
    strength: Math.sqrt(above / Math.max(1, joint.length)),
  };
}
