import { createHash } from 'node:crypto';
import { type AdditivePart, mergeAdditive } from '../../ml/additive/merge.ts';
import { encodeAdditive } from '../../ml/additive/serialize.ts';
import { remapLinear, remapNeighbours, remapNet, remapTrees } from '../../ml/ensemble/remap.ts';
import type { Calibrator, FittedRecipe, InputSpec, Member, ModelSpec, Response, Task } from '../../ml/model-spec.ts';
import { encodeNeighbours } from '../../ml/neighbours/serialize.ts';
import { encodeNet } from '../../ml/nets/serialize.ts';
import { unionRecipe } from '../../ml/recipe/union.ts';
import { combineEnsembles, type EnsemblePart } from '../../ml/trees/combine.ts';
import { decodeTrees } from '../../ml/trees/serialize.ts';
import type { TaskEnvironment } from '../environment.ts';
import type { FittedPart } from './fit-split.ts';
import { type PortableModel, packModel } from './model-cache.ts';
import type { ContinuedTrees } from './training-data.ts';

export type AssembleTaskInput = {
  readonly task: Task;
  readonly classes: readonly string[];
  readonly outputCount: number;
  readonly inputs: readonly InputSpec[];
  readonly parts: readonly { readonly weight: number; readonly part: FittedPart }[];
  readonly calibration: Calibrator;
  /** Added to the weighted margins, one per output; absent or all zero adds nothing. */
  readonly intercept?: readonly number[];
  /** How a regression's predictions follow from its margins; absent: they are the margins. */
  readonly response?: Response;
  /** The model whose trees stand first, as they are; the parts hold what was grown on from them. */
  readonly continues?: ContinuedTrees;
};

/** Rewrites fitted parts for their common recipe (that of the model that is continued, if one is) and joins them into one model; its key is the hash of its members. */
export function assemble(input: AssembleTaskInput, _environment: TaskEnvironment): PortableModel {
  const { continues } = input;
  const recipe =
    continues?.recipe ??
    unionRecipe(
      input.parts.map(({ part }) => part.recipe),
      input.inputs,
    );
  const linear: Member[] = [];
  const additive: AdditivePart[] = [];
  const ensembles: EnsemblePart[] =
    continues === undefined ? [] : [{ ensemble: decodeTrees(continues.trees), weight: 1 }];
  for (const { part, weight } of input.parts) {
    if (part.learner === 'trees') {
      ensembles.push({ ensemble: remapTrees(decodeTrees(part.trees), part.recipe, recipe), weight });
    } else if (part.learner === 'knn') {
      linear.push({ kind: 'neighbours', weight, neighbours: remapNeighbours(part.neighbours, part.recipe, recipe) });
    } else if (part.learner === 'mlp') {
      linear.push({ kind: 'net', weight, net: remapNet(part.net, part.recipe, recipe) });
    } else if (part.learner === 'ebm') {
      additive.push({ model: part.additive, recipe: part.recipe, share: weight });
    } else {
      linear.push({ kind: 'linear', weight, linear: remapLinear(part.linear, part.recipe, recipe) });
    }
  }
  const trees: Member[] =
    ensembles.length === 0 ? [] : [{ kind: 'trees', weight: 1, trees: combineEnsembles(ensembles) }];
  const shift: Member[] =
    input.intercept?.some((value) => value !== 0) === true
      ? [{ kind: 'constant', weight: 1, margin: [...input.intercept] }]
      : [];
  const spec: ModelSpec = {
    task: input.task,
    classes: input.classes,
    outputCount: input.outputCount,
    recipe,
    members: [...trees, ...linear, ...additiveMembers(additive, recipe), ...shift],
    calibration: input.calibration,
    ...(input.response === undefined ? {} : { response: input.response }),
  };
  const packed = packModel('', spec);
  const hash = createHash('sha256').update(JSON.stringify(packed.spec));
  for (const member of packed.members) {
    if (member.kind === 'trees') hash.update(member.bytes);
    else if (member.kind === 'additive') hash.update(encodeAdditive(member.additive)).update(String(member.weight));
    else if (member.kind === 'neighbours')
      hash.update(encodeNeighbours(member.neighbours)).update(String(member.weight));
    else if (member.kind === 'net') hash.update(encodeNet(member.net)).update(String(member.weight));
    else hash.update(JSON.stringify(member));
  }
  return { ...packed, key: hash.digest('hex') };
}

/** All additive parts as one member with their weight, so that there is one set of curves to look at and to edit. */
function additiveMembers(parts: readonly AdditivePart[], recipe: FittedRecipe): Member[] {
  if (parts.length === 0) return [];
  const weight = parts.reduce((sum, { share }) => sum + share, 0);
  const shares = parts.map((part) => ({ ...part, share: part.share / weight }));
  return [{ kind: 'additive', weight, additive: mergeAdditive(shares, recipe) }];
}
