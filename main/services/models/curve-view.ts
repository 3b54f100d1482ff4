/** Additive terms as the contract shows them, and edits in words. */
import type { Curve, CurveEdit } from '../../contract/curves.ts';
import type { InputField } from '../../contract/models.ts';
import type { AdditiveModel, AdditiveTerm, FittedRecipe } from '../../ml/model-spec.ts';

const otherWord = '(other)';
const missingWord = 'missing';

/** "tenure", or "Contract × tenure". */
export const termName = (term: AdditiveTerm, recipe: FittedRecipe): string =>
  term.features.map((feature) => recipe.features[feature].name).join(' × ');

/** Mean size of a term over the training rows. */
export function termImportance(term: AdditiveTerm, outputs: number, output: number): number {
  let sum = 0;
  let mass = 0;
  for (let c = 0; c < term.weights.length; c++) {
    sum += term.weights[c] * Math.abs(term.values[c * outputs + output]);
    mass += term.weights[c];
  }
  return mass > 0 ? sum / mass : 0;
}

/** Numbers as they travel: six digits are more than a screen shows. */
const short = (value: number): number => Number(value.toPrecision(6));

/** One term in full. */
export function curveOf(
  model: AdditiveModel,
  index: number,
  output: number,
  recipe: FittedRecipe,
  inputs: readonly InputField[],
): Curve {
  const term = model.terms[index];
  const outputs = model.outputCount;
  const total = term.weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const pick = (table: Float32Array): number[] =>
    Array.from({ length: term.weights.length }, (_, c) => short(table[c * outputs + output]));
  return {
    term: index,
    name: termName(term, recipe),
    axes: term.features.map((at, axis): Curve['axes'][number] => {
      const feature = recipe.features[at];
      const field = feature.kind === 'numeric' ? inputs.find((input) => input.name === feature.source) : undefined;
      const cuts = Array.from(term.cuts[axis], short);
      const labels = feature.kind === 'category' ? categoryLabels(term.cuts[axis], feature.levels) : [];
      return {
        name: feature.name,
        column: feature.source,
        kind: feature.kind === 'category' ? 'category' : 'number',
        cuts,
        labels,
        low: field?.min ?? null,
        high: field?.max ?? null,
      };
    }),
    values: pick(term.values),
    deviations: pick(term.deviations),
    weights: Array.from(term.weights, (weight) => short(weight / total)),
  };
}

/** What every cell of a category axis holds; levels that share a cell are listed together. */
function categoryLabels(cuts: Float32Array, levels: readonly string[]): string[] {
  return Array.from({ length: cuts.length + 1 }, (_, cell) => {
    const from = cell === 0 ? 0 : Math.ceil(cuts[cell - 1]);
    const to = cell < cuts.length ? Math.floor(cuts[cell]) : levels.length;
    const names = Array.from({ length: to - from + 1 }, (_, i) => levels[from + i] ?? otherWord);
    return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} … (${names.length})`;
  });
}

/** An edit as a sentence that stands alone. */
export function editWords(
  edit: CurveEdit,
  model: AdditiveModel,
  recipe: FittedRecipe,
  classes: readonly string[],
): string {
  const term = model.terms[edit.term];
  if (term === undefined) return '';
  const name = termName(term, recipe);
  if (edit.kind === 'remove') return `${name}: removed`;
  const where = rangeWords(term, edit.from, edit.to, recipe);
  const who = model.outputCount > 1 ? ` for ${classes[edit.output] ?? edit.output}` : '';
  const what = {
    set: edit.kind === 'set' ? `set to ${short(edit.value)}` : '',
    shift: edit.kind === 'shift' ? `moved by ${short(edit.by)}` : '',
    flatten: 'made flat at its mean',
    smooth: 'smoothed',
    monotone: edit.kind === 'monotone' ? `made to only ${edit.direction === 'up' ? 'rise' : 'fall'}` : '',
  }[edit.kind];
  return `${name}${where}${who}: ${what}`;
}

function rangeWords(term: AdditiveTerm, from: number, to: number, recipe: FittedRecipe): string {
  const cuts = term.cuts[0];
  const missing = cuts.length + 1;
  const feature = recipe.features[term.features[0]];
  if (from === 0 && to >= missing - 1) return '';
  if (from === missing) return ` where ${missingWord}`;
  if (feature.kind === 'category') {
    const labels = [...categoryLabels(cuts, feature.levels), missingWord].slice(from, to + 1);
    return ` = ${labels.length <= 4 ? labels.join(', ') : `${labels.slice(0, 3).join(', ')} … (${labels.length} levels)`}`;
  }
  const low = from === 0 ? null : short(cuts[from - 1]);
  const high = to >= cuts.length ? null : short(cuts[to]);
  if (low === null) return ` up to ${high}`;
  return high === null ? ` above ${low}` : ` from ${low} to ${high}`;
}
