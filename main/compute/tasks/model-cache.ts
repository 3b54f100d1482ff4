import { type IntervalModel, mapIntervalTrees } from '../../ml/conformal/interval-model.ts';
import type { Member, ModelSpec } from '../../ml/model-spec.ts';
import { decodeTrees, encodeTrees } from '../../ml/trees/serialize.ts';
import { shareBytes } from '../shared-columns.ts';

/** A model as it travels to workers: trees as encoded bytes on shared memory, everything else as plain data. */
export type PortableModel = {
  /** Hash of the model; workers decode each model once. */
  readonly key: string;
  readonly spec: Omit<ModelSpec, 'members' | 'intervals'>;
  /** Intervals with their ensembles as encoded bytes; absent in models without. */
  readonly intervals?: IntervalModel<Uint8Array>;
  readonly members: readonly (
    | { readonly kind: 'trees'; readonly weight: number; readonly bytes: Uint8Array }
    | Exclude<Member, { readonly kind: 'trees' }>
  )[];
};

/** Packs a model once for any number of tasks. */
export function packModel(key: string, spec: ModelSpec): PortableModel {
  const { members, intervals, ...rest } = spec;
  return {
    key,
    spec: rest,
    ...(intervals === undefined ? {} : { intervals: packIntervals(intervals) }),
    members: members.map((member) =>
      member.kind === 'trees'
        ? { kind: 'trees', weight: member.weight, bytes: shareBytes(encodeTrees(member.trees)) }
        : member,
    ),
  };
}

/** Intervals as they travel with a packed model. */
export const packIntervals = (intervals: IntervalModel): IntervalModel<Uint8Array> =>
  mapIntervalTrees(intervals, (trees) => shareBytes(encodeTrees(trees)));

const kept = new Map<string, ModelSpec>();
const keepCount = 4;

/** The decoded model, from this worker's cache of the last few. */
export function unpackModel(model: PortableModel): ModelSpec {
  const known = kept.get(model.key);
  if (known) {
    kept.delete(model.key);
    kept.set(model.key, known);
    return known;
  }
  const members = model.members.map(
    (member): Member =>
      member.kind === 'trees' ? { kind: 'trees', weight: member.weight, trees: decodeTrees(member.bytes) } : member,
  );
  const { intervals } = model;
  const spec: ModelSpec = {
    ...model.spec,
    members,
    ...(intervals === undefined ? {} : { intervals: mapIntervalTrees(intervals, decodeTrees) }),
  };
  kept.set(model.key, spec);
  if (kept.size > keepCount) {
    const oldest = kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
  }
  return spec;
}
