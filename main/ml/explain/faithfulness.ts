/**
 * Deletion: do the columns an explanation names carry the answer? The `top` columns that pull the output away from the base are
 * replaced by background values, and the move is compared with that of as many columns drawn at random
 * (Samek et al. 2017, on columns).
 */
import { createRng } from '../../base/rng.ts';
import type { Frame } from '../frame.ts';
import type { FittedRecipe } from '../model-spec.ts';
import { coalitionValues } from './coalitions.ts';
import { sampleRows, stackRows, takeRows, usedInputs } from './rows.ts';
import type { ScoringSteps } from './steps.ts';

export type Faithfulness = {
  /** Columns replaced. */
  readonly columns: readonly string[];
  /** How far the output fell back towards the base. */
  readonly moved: number;
  /** The same for columns drawn at random, mean. */
  readonly movedAtRandom: number;
  /** Share of the random draws that moved less; ties count half. */
  readonly beaten: number;
};

const draws = 30;
const comparedRows = 60;

/** `values` are contributions by input column. Null when there are too few columns to compare. */
export function* deletionTest(input: {
  readonly recipe: FittedRecipe;
  readonly row: Frame;
  readonly background: Frame;
  readonly values: ArrayLike<number>;
  readonly seed: number;
  readonly top?: number;
}): ScoringSteps<Faithfulness | null> {
  const { recipe, values } = input;
  const used = usedInputs(recipe);
  const sum = used.reduce((total, c) => total + values[c], 0);
  const pull = sum < 0 ? -1 : 1;
  const ranked = used
    .filter((c) => values[c] * pull > 0)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
  const top = Math.min(input.top ?? 3, ranked.length);
  if (top === 0 || used.length <= top + 1) return null;
  const background = takeRows(input.background, sampleRows(input.background.rowCount, comparedRows, 3));
  const pool = stackRows(recipe, [input.row, background]);
  const rng = createRng(input.seed);
  const random = Array.from({ length: draws }, () => {
    const left = [...used];
    return Array.from({ length: top }, () => left.splice(rng.int(left.length), 1)[0]);
  });
  const sets = [[], ranked.slice(0, top), ...random];
  const coalitions = sets.map((deleted) => Uint8Array.from(used, (c) => (deleted.includes(c) ? 0 : 1)));
  const found = yield* coalitionValues(
    pool,
    used.map((c) => [c]),
    coalitions,
    { from: 0, to: 1 },
  );
  const moves = Array.from(found.subarray(1), (value) => pull * (found[0] - value));
  const [moved, ...others] = moves;
  let beaten = 0;
  for (const other of others) beaten += other < moved ? 1 : other === moved ? 0.5 : 0;
  return {
    columns: ranked.slice(0, top).map((c) => recipe.inputs[c].name),
    moved,
    movedAtRandom: others.reduce((total, other) => total + other, 0) / others.length,
    beaten: beaten / others.length,
  };
}
