import { chartMessages } from '../../../../renderer/charts/messages.ts';
import { paletteOf } from '../../../../renderer/charts/palette.ts';
import type { ChartContext, ChartSpec } from '../../../../renderer/charts/spec.ts';
import { createFormat } from '../../../../renderer/lib/format.ts';
import { createTranslate } from '../../../../renderer/lib/locale.tsx';

/** A context as the Chart component would build it. */
export function contextOf(scheme: 'light' | 'dark' = 'light', locale = 'en-GB'): ChartContext {
  return {
    palette: paletteOf(scheme),
    format: createFormat(locale),
    t: createTranslate(chartMessages, 'en', locale),
  };
}

/** The series of a spec as a plain list. */
export function seriesOf(spec: ChartSpec): readonly Record<string, unknown>[] {
  const { series } = spec.option;
  const list = Array.isArray(series) ? series : series === undefined ? [] : [series];
  return list.map((each) => ({ ...each }));
}
