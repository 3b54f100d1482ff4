import type { ComputePool } from '../../compute/pool.ts';
import type { LoadedModel } from '../models/loader.ts';
import type { Inputs, Outputs } from '../service-types.ts';
import { explainedOutput, written } from './output.ts';

type Pairs = Outputs['explanations']['shapInteractions'];

/** The strongest pairs of a model over its background rows. */
export async function shapInteractions(
  { pool }: { readonly pool: ComputePool },
  loaded: LoadedModel,
  input: Inputs['explanations']['shapInteractions'],
): Promise<Pairs> {
  const { spec, background } = loaded.content;
  const { output, name } = explainedOutput(loaded, input.class);
  const found = await pool.run(
    'pair-summary',
    {
      model: loaded.portable,
      background,
      output,
      interventional: input.background === 'rows',
      most: input.limit ?? 20,
    },
    { lane: 'interactive' },
  );
  const nameOf = (column: number): string => spec.recipe.inputs[column].name;
  const pairs = found.pairs.map(({ a, b, meanAbs, mean }) => ({ a: nameOf(a), b: nameOf(b), meanAbs, mean }));
  const units = spec.task === 'regression' ? 'target' : 'log-odds';
  const [first] = pairs;
  return {
    rows: found.rows,
    units,
    explainedClass: name,
    pairs,
    reading:
      first === undefined
        ? 'No two columns act together: each one counts the same whatever the others are.'
        : `${first.a} and ${first.b} act together most: beyond what each does alone, ${written(first.meanAbs)} ${units === 'target' ? 'units of the target' : units} on average.`,
  };
}
