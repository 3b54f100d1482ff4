import { cellValue } from '../../ml/explain/summary.ts';
import { reasonText } from '../../ml/explain/words.ts';
import { type Frame, findColumn } from '../../ml/frame.ts';
import type { InputSpec } from '../../ml/model-spec.ts';

/** A cell as a person reads it: dates as ISO text, missing as null. */
export function cellShown(
  frame: Frame,
  input: Pick<InputSpec, 'name' | 'logicalType'>,
  row: number,
): string | number | null {
  const column = findColumn(frame, input.name);
  if (column === null) return null;
  const value = cellValue(column, row);
  if (column.type !== 'timestamp' || typeof value !== 'number') return value;
  const moment = new Date(value / 1000);
  if (Number.isNaN(moment.getTime())) return String(value);
  return input.logicalType === 'date' ? moment.toISOString().slice(0, 10) : moment.toISOString();
}

/**
 * The `count` strongest contributions of every row in words, strongest first; columns that add nothing are no reasons.
 * `values` are contributions row-major in the order of `inputs`. Equal strengths keep the order of the inputs.
 */
export function topReasons(
  inputs: readonly InputSpec[],
  frame: Frame,
  values: Float64Array,
  count: number,
): readonly string[] {
  if (count === 0) return [];
  const width = inputs.length;
  const texts: string[] = [];
  const best = new Int32Array(count);
  for (let row = 0; row < frame.rowCount; row++) {
    const from = row * width;
    let held = 0;
    for (let c = 0; c < width; c++) {
      const size = Math.abs(values[from + c]);
      if (!(size > 0)) continue;
      let at = held;
      while (at > 0 && Math.abs(values[from + best[at - 1]]) < size) at--;
      if (at >= count) continue;
      best.copyWithin(at + 1, at, Math.min(held, count - 1));
      best[at] = c;
      if (held < count) held++;
    }
    for (let k = 0; k < count; k++) {
      if (k >= held) texts.push('');
      else {
        const input = inputs[best[k]];
        texts.push(reasonText(input.name, cellShown(frame, input, row), values[from + best[k]]));
      }
    }
  }
  return texts;
}
