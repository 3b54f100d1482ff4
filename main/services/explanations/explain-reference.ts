import { invalidInput } from '../../base/errors.ts';
import type { ExplainBlockInput } from '../../compute/tasks/explain-block.ts';
import type { ReferenceInput } from '../../compute/tasks/explain-reference.ts';
import { isGraphModel, type ModelSpec } from '../../ml/model-spec.ts';
import type { LoadedModel } from '../models/loader.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import type { Inputs } from '../service-types.ts';

/** Two columns by their index among the model's inputs. */
export type Pair = readonly [number, number];

/** What a file's contributions are measured from, its pairs, and what of it tells one job from another. */
export type AskedReference = {
  readonly reference: ReferenceInput | undefined;
  readonly block: Pick<ExplainBlockInput, 'reference' | 'precision'>;
  readonly identity: readonly (string | number | boolean)[];
};

/** Pairs that a file gets columns for: the strongest over the background rows. */
const filePairs = 20;

/** Reads the options of exact contributions; throws where they do not go together. */
export async function referenceOf(
  { pool }: Pick<ScoreDeps, 'pool'>,
  loaded: LoadedModel,
  input: Pick<Inputs['explanations']['explainFile'], 'method' | 'units' | 'background' | 'interactions' | 'precision'>,
): Promise<AskedReference> {
  const background = input.background ?? 'training';
  const interactions = input.interactions ?? false;
  const precision = input.precision ?? 'single';
  const identity = [background, interactions, precision];
  const chosen = background !== 'training' || interactions;
  if (chosen) requireExact(loaded.content.spec, input);
  if (precision === 'double' && chosen) {
    throw invalidInput('precision-of-reference', 'Double precision is for contributions from the training shares.', {
      hint: 'Leave out the background and the interactions, or the precision.',
    });
  }
  if (!chosen) return { reference: undefined, block: { precision }, identity };
  const { spec, background: sample } = loaded.content;
  const held = background === 'training' ? null : { frame: sample, rows: background };
  const pairs = interactions ? await strongestPairs(pool, loaded, background !== 'training', spec.outputCount) : [];
  const reference = { background: held, pairs };
  return { reference, block: { reference }, identity };
}

function requireExact(
  spec: ModelSpec,
  { method, units, interactions }: Pick<Inputs['explanations']['explainFile'], 'method' | 'units' | 'interactions'>,
): void {
  if ((method ?? 'treeshap') !== 'treeshap' || isGraphModel(spec)) {
    throw invalidInput('reference-of-method', 'A background and interactions are for the exact method.', {
      hint: 'Use --method treeshap on a model with trees of its own.',
    });
  }
  if (interactions === true && units === 'probability') {
    throw invalidInput('units-of-interactions', 'Interactions are given in the margin only.', {
      hint: 'Leave out the units.',
    });
  }
}

async function strongestPairs(
  pool: ScoreDeps['pool'],
  loaded: LoadedModel,
  interventional: boolean,
  outputCount: number,
): Promise<readonly Pair[]> {
  const { background } = loaded.content;
  const strength = new Map<string, { readonly pair: Pair; readonly meanAbs: number }>();
  for (let output = 0; output < outputCount; output++) {
    const input = { model: loaded.portable, background, output, interventional, most: filePairs };
    for (const { a, b, meanAbs } of (await pool.run('pair-summary', input)).pairs) {
      const known = strength.get(`${a}|${b}`);
      if (known === undefined || known.meanAbs < meanAbs) strength.set(`${a}|${b}`, { pair: [a, b], meanAbs });
    }
  }
  return [...strength.values()]
    .sort((x, y) => y.meanAbs - x.meanAbs || x.pair[0] - y.pair[0] || x.pair[1] - y.pair[1])
    .slice(0, filePairs)
    .map(({ pair }) => pair);
}

/** The pairs by name, strongest over the file's rows first. */
export function rankedPairs(
  spec: Pick<ModelSpec, 'recipe'>,
  pairs: readonly Pair[],
  sumAbs: readonly number[],
  rows: number,
): readonly { readonly a: string; readonly b: string; readonly meanAbs: number }[] {
  const { inputs } = spec.recipe;
  return pairs
    .map(([a, b], p) => ({ a: inputs[a].name, b: inputs[b].name, meanAbs: rows === 0 ? 0 : sumAbs[p] / rows }))
    .sort((x, y) => y.meanAbs - x.meanAbs);
}
