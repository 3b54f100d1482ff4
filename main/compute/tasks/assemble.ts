import { createHash } from 'node:crypto';
import { remapLinear, remapTrees } from '../../ml/ensemble/remap.ts';
import type { Calibrator, InputSpec, Member, ModelSpec, Task, TreeEnsemble } from '../../ml/model-spec.ts';
import { unionRecipe } from '../../ml/recipe/union.ts';
import { combineEnsembles } from '../../ml/trees/combine.ts';
import { decodeTrees } from '../../ml/trees/serialize.ts';
import type { TaskEnvironment } from '../environment.ts';
import type { FittedPart } from './fit-split.ts';
import { type PortableModel, packModel } from './model-cache.ts';

export type AssembleTaskInput = {
  readonly task: Task;
  readonly classes: readonly string[];
  readonly outputCount: number;
  readonly inputs: readonly InputSpec[];
  readonly parts: readonly { readonly weight: number; readonly part: FittedPart }[];
  readonly calibration: Calibrator;
};

/** Rewrites fitted parts for their common recipe and joins them into one model; its key is the hash of its members. */
export function assemble(input: AssembleTaskInput, _environment: TaskEnvironment): PortableModel {
  const recipe = unionRecipe(
    input.parts.map(({ part }) => part.recipe),
    input.inputs,
  );
  const linear: Member[] = [];
  const ensembles: { ensemble: TreeEnsemble; weight: number }[] = [];
  for (const { part, weight } of input.parts) {
    if (part.learner === 'trees') {
      ensembles.push({ ensemble: remapTrees(decodeTrees(part.trees), part.recipe, recipe), weight });
    } else {
      linear.push({ kind: 'linear', weight, linear: remapLinear(part.linear, part.recipe, recipe) });
    }
  }
  const trees: Member[] =
    ensembles.length === 0 ? [] : [{ kind: 'trees', weight: 1, trees: combineEnsembles(ensembles) }];
  const spec: ModelSpec = {
    task: input.task,
    classes: input.classes,
    outputCount: input.outputCount,
    recipe,
    members: [...trees, ...linear],
    calibration: input.calibration,
  };
  const packed = packModel('', spec);
  const hash = createHash('sha256').update(JSON.stringify(packed.spec));
  for (const member of packed.members) hash.update(member.kind === 'trees' ? member.bytes : JSON.stringify(member));
  return { ...packed, key: hash.digest('hex') };
}
