/**
 * Yes-or-no values keep the words of the source they were trained on ("True" from a text file, "true" from a typed
 * one), while a later source may write them otherwise. Columns whose logical type is boolean are therefore brought to
 * the words of the model before anything looks at them; a word that is none of the known pairs stays as it is.
 */
import type { Frame, RawColumn } from '../frame.ts';
import type { FittedRecipe } from '../model-spec.ts';

const truths: ReadonlyMap<string, boolean> = new Map([
  ['false', false],
  ['f', false],
  ['no', false],
  ['n', false],
  ['0', false],
  ['off', false],
  ['true', true],
  ['t', true],
  ['yes', true],
  ['y', true],
  ['1', true],
  ['on', true],
]);

const truthOf = (text: string): boolean | undefined => truths.get(text.trim().toLowerCase());

/** The frame with its boolean columns in the words of the recipe's levels; the same frame where nothing differs. */
export function alignBooleans(recipe: FittedRecipe, frame: Frame): Frame {
  let changed = false;
  const columns = frame.columns.map((column): RawColumn => {
    if (column.type !== 'string') return column;
    const input = recipe.inputs.find(({ name }) => name === column.name);
    if (input?.logicalType !== 'boolean' || input.type !== 'string') return column;
    const feature = recipe.features.find((each) => each.kind === 'category' && each.source === column.name);
    const step = recipe.steps?.find((each) => each.op === 'lookup' && each.column === column.name);
    const wanted =
      feature?.kind === 'category'
        ? feature.levels
        : step?.op === 'lookup' && step.levels.length > 1
          ? step.levels
          : [];
    const known = new Set(wanted);
    const words = new Map<boolean, string>();
    for (const level of wanted) {
      const truth = truthOf(level);
      if (truth !== undefined && !words.has(truth)) words.set(truth, level);
    }
    const said = column.levels.map((text) => {
      const truth = known.has(text) ? undefined : truthOf(text);
      return truth === undefined ? text : (words.get(truth) ?? text);
    });
    if (said.every((text, i) => text === column.levels[i])) return column;
    changed = true;
    const levels = [...new Set(said)];
    const codeOf = new Map(levels.map((text, code) => [text, code]));
    const codes = column.codes.map((code) => (code < 0 ? -1 : (codeOf.get(said[code]) ?? -1)));
    return { ...column, codes, levels };
  });
  return changed ? { ...frame, columns } : frame;
}
