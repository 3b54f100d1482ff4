/** Which output is explained, and cells as people read them: shared by everything that explains. */
import { invalidInput } from '../../base/errors.ts';
import type { ColumnType } from '../../contract/common.ts';
import type { LoadedModel } from '../models/loader.ts';

/** The output a class name means; the positive class or the first one by default. */
export function explainedOutput(
  loaded: LoadedModel,
  wanted: string | undefined,
): { readonly output: number; readonly name: string | null } {
  const { task, classes } = loaded.content.spec;
  if (task === 'regression') return { output: 0, name: null };
  if (task === 'binary') return { output: 0, name: classes[1] };
  if (wanted === undefined) return { output: 0, name: classes[0] };
  return { output: classIndex(loaded, wanted), name: wanted };
}

/** Index of a class. Throws invalid-input `unknown-class`. */
export function classIndex(loaded: LoadedModel, wanted: string): number {
  const { classes } = loaded.content.spec;
  const output = classes.indexOf(wanted);
  if (output >= 0) return output;
  throw invalidInput('unknown-class', `The model knows no class "${wanted}".`, {
    hint: `Its classes are ${classes.join(', ')}.`,
  });
}

/** Logical type of a model's column. */
export const typeOf = (loaded: LoadedModel, column: string): ColumnType =>
  loaded.content.spec.recipe.inputs.find((input) => input.name === column)?.logicalType ?? 'text';

/** A cell as it is shown: dates as ISO text. */
export function shown(loaded: LoadedModel, column: string, value: number | string | null): number | string | null {
  const type = typeOf(loaded, column);
  if (typeof value !== 'number' || (type !== 'date' && type !== 'datetime')) return value;
  const moment = new Date(value / 1000);
  if (Number.isNaN(moment.getTime())) return String(value);
  return type === 'date' ? moment.toISOString().slice(0, 10) : moment.toISOString();
}

/** A cell in a sentence. */
export const written = (value: unknown): string =>
  typeof value === 'number'
    ? Number(value.toPrecision(4)).toLocaleString('en')
    : value === null
      ? 'missing'
      : String(value);

/** A cell in full: what a person would have to type. */
export const exactly = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(12))) : written(value);

/** An output in a sentence: probability in percent, or the value. */
export const amount = (loaded: LoadedModel, value: number): string =>
  loaded.content.spec.task === 'regression' ? written(value) : `${(value * 100).toFixed(0)} %`;

/** An effect in a sentence: with its sign, percentage points or target units. */
export function difference(loaded: LoadedModel, value: number): string {
  const sign = value < 0 ? '−' : '+';
  const size = Math.abs(value);
  return loaded.content.spec.task === 'regression'
    ? `${sign}${written(size)}`
    : `${sign}${(size * 100).toFixed(1)} points`;
}

/** Units of what people are shown. */
export const shownUnits = (loaded: LoadedModel): 'target' | 'probability' =>
  loaded.content.spec.task === 'regression' ? 'target' : 'probability';
