import type { Prediction } from '../../contract/predictions.ts';
import { interpolate } from '../../ml/calibration/apply.ts';
import { intervalRefusal, rowIntervals } from '../../ml/conformal/apply.ts';
import type { FeatureMatrix, Frame } from '../../ml/frame.ts';
import type { LoadedModel } from '../models/loader.ts';

type ScoredRow = {
  readonly frame: Frame;
  readonly matrix: FeatureMatrix;
  readonly margins: Float64Array;
  readonly outputs: Float64Array;
};

/** The interval or set of one row at `level`, the Venn–Abers pair of its probability, and where they come from. */
export function intervalOf(
  loaded: LoadedModel,
  row: ScoredRow,
  level: number,
): Pick<Prediction, 'interval' | 'intervalNote' | 'probabilityRange'> {
  const { spec } = loaded.content;
  const { intervals, task, classes } = spec;
  const band = intervals?.kind === 'classes' ? intervals.band : null;
  const probabilityRange =
    band === null
      ? null
      : {
          low: interpolate(band.margins, band.low, row.margins[0]),
          high: interpolate(band.margins, band.high, row.margins[0]),
        };
  const refusal = intervalRefusal(intervals, level);
  if (refusal !== null) return { interval: null, intervalNote: refusal, probabilityRange };
  const found = rowIntervals(intervals, { ...row, task, classCount: classes.length, host: spec }, level);
  return {
    interval:
      found.kind === 'number'
        ? { level, low: found.low[0], high: found.high[0], set: null }
        : { level, low: null, high: null, set: found.sets[0].map((k) => classes[k]) },
    intervalNote: intervals === undefined || intervals.kind === 'refused' ? '' : intervals.note,
    probabilityRange,
  };
}
