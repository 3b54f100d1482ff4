/** Effects as they are asked for: a curve along one column, or a surface over two, with bounded grids and rows. */
import type { Frame } from '../frame.ts';
import type { FittedRecipe } from '../model-spec.ts';
import { type AleResult, accumulatedEffect, accumulatedInteraction, type SurfaceResult } from './ale.ts';
import { buildAxis, usedColumn } from './axis.ts';
import { type CurveResult, partialCurve } from './partial-curve.ts';
import { partialSurface } from './partial-surface.ts';
import { sampleRows, stackRows, takeRows } from './rows.ts';
import type { ScoringSteps } from './steps.ts';

export type EffectRequest = {
  /** `ale`: accumulated local effects, of two columns their interaction alone; `pdp`: partial dependence. */
  readonly kind: 'ale' | 'pdp';
  readonly column: string;
  readonly second: string | null;
};

export type EffectResult = {
  readonly accumulated: AleResult | null;
  readonly dependence: CurveResult | null;
  readonly surface: SurfaceResult | null;
};

/** Intervals of one axis, and of each of two; levels at most. */
const intervals = 20;
const surfaceIntervals = 12;
const surfaceRows = 200;
const none: EffectResult = { accumulated: null, dependence: null, surface: null };

/** Throws invalid-input `unused-column`. */
export function* effectSteps(
  recipe: FittedRecipe,
  background: Frame,
  request: EffectRequest,
): ScoringSteps<EffectResult> {
  const { kind, second } = request;
  const all = stackRows(recipe, [background]);
  if (second === null) {
    const axis = buildAxis(all, usedColumn(recipe, all, request.column), intervals);
    return kind === 'ale'
      ? { ...none, accumulated: yield* accumulatedEffect(all, axis) }
      : { ...none, dependence: yield* partialCurve(all, axis) };
  }
  const rows = kind === 'pdp' ? takeRows(all, sampleRows(all.rowCount, surfaceRows, 1)) : all;
  const a = buildAxis(rows, usedColumn(recipe, rows, request.column), surfaceIntervals);
  const b = buildAxis(rows, usedColumn(recipe, rows, second), surfaceIntervals);
  const surface = yield* kind === 'pdp' ? partialSurface(rows, a, b) : accumulatedInteraction(rows, a, b);
  return { ...none, surface };
}
