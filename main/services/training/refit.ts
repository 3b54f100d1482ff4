/**
 * The fits that ship where the validation's own models do not: after a holdout or forward steps, whose models lack rows.
 * A member is fitted once on all rows, with the rounds its validation found. After forward steps boosted trees get more:
 * one fit a fold of random rows, stopped by the rows it leaves out, all averaged (`ml/validation/in-time.ts`), because the
 * rounds that were best on the next block of early steps are too few for a model of all rows. Where time is short there
 * are fewer folds, then the single fit, then none; the heaviest members come first.
 */
import type { ComputePool } from '../../compute/pool.ts';
import type { FitSplitOutput, TrialSpec } from '../../compute/tasks/fit-split.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { Fold } from '../../ml/validation/split.ts';
import type { FoldStore } from './fold-store.ts';
import type { TrialOutcome } from './search.ts';

export type RefitInput = {
  readonly data: TrainingData;
  /** Folds of random rows to average boosted trees over; null: one fit on all rows. */
  readonly inTime: readonly Fold[] | null;
  readonly store: FoldStore;
  readonly pool: ComputePool;
  readonly abort: AbortSignal;
  /** Milliseconds left for it, now; null = no limit. */
  readonly refitMs: () => number | null;
  readonly onRefit: () => void;
};

/** A trial that was chosen, its weight, and how long its slowest fold took. */
export type RefitMember = { readonly outcome: TrialOutcome; readonly weight: number; readonly slowestMs: number };

/** So much longer a fit on all rows takes than the slowest on a fold's. */
export const refitFactor = 1.6;

/** Fewer folds than this are no better than the single fit on all rows. */
const fewestFolds = 2;

/** Fold numbers under which refits are stored: on all rows, and on the folds of random rows. */
const allRowsFold = 1000;
const inTimeFrom = 1100;

/** The refits of each trial that there was time for, by trial. */
export async function refitMembers(
  input: RefitInput,
  members: readonly RefitMember[],
): Promise<ReadonlyMap<number, readonly FitSplitOutput[]>> {
  const heaviest = [...members].sort((a, b) => b.weight - a.weight || a.outcome.trial - b.outcome.trial);
  const boosted = heaviest.filter(({ outcome }) => outcome.proposal.spec.learner === 'trees');
  const averaged =
    input.inTime === null ? new Map<number, FitSplitOutput[]>() : await averagedFits(input, input.inTime, boosted);
  const single = heaviest.filter(({ outcome }) => !averaged.has(outcome.trial));
  const found = new Map<number, readonly FitSplitOutput[]>(averaged);
  await Promise.all(
    membersInTime(input, single).map(async ({ outcome }) => {
      found.set(outcome.trial, [await refitOnAll(input, outcome)]);
    }),
  );
  return found;
}

/** All members side by side, fold after fold or as many folds at once as there are workers, while more fit into the time left. */
async function averagedFits(
  input: RefitInput,
  folds: readonly Fold[],
  members: readonly RefitMember[],
): Promise<Map<number, FitSplitOutput[]>> {
  const fits = new Map<number, FitSplitOutput[]>();
  if (members.length === 0) return fits;
  const { size } = input.pool;
  const rounds = Math.ceil(members.length / size);
  const abreast = Math.max(1, Math.floor(size / members.length));
  const expectedMs = rounds * refitFactor * Math.max(...members.map(({ slowestMs }) => slowestMs));
  const startMs = input.refitMs();
  if (startMs !== null && startMs < fewestFolds * expectedMs) return fits;
  let slowestMs = 0;
  for (let from = 0; from < folds.length; from += abreast) {
    const leftMs = input.refitMs();
    if (from > 0 && leftMs !== null && leftMs < slowestMs) break;
    const deadlineMs = leftMs === null ? null : leftMs / rounds;
    const fitted = await Promise.all(
      folds.slice(from, from + abreast).flatMap(({ train, valid }, i) =>
        members.map(async ({ outcome: { trial, proposal } }) => {
          const split = { name: `in-time-${from + i}`, trainRows: train, validRows: valid };
          return { trial, fit: await keptFit(input, trial, inTimeFrom + from + i, proposal.spec, split, deadlineMs) };
        }),
      ),
    );
    for (const { trial, fit } of fitted) fits.set(trial, [...(fits.get(trial) ?? []), fit]);
    if (leftMs !== null) slowestMs = Math.max(slowestMs, leftMs - (input.refitMs() ?? 0));
  }
  return fits;
}

/**
 * Which members are fitted once more on all rows: all where there is no limit, else the heaviest for which the time left
 * is enough by what their folds took, the workers side by side.
 */
function membersInTime({ refitMs, pool }: RefitInput, members: readonly RefitMember[]): readonly RefitMember[] {
  const leftMs = refitMs();
  const busyMs = new Array<number>(Math.max(1, Math.min(pool.size, members.length))).fill(0);
  return members.filter(({ slowestMs }) => {
    const neededMs = refitFactor * slowestMs;
    const lane = busyMs.indexOf(Math.min(...busyMs));
    if (leftMs !== null && busyMs[lane] + neededMs >= leftMs) return false;
    busyMs[lane] += neededMs;
    return true;
  });
}

function refitOnAll(input: RefitInput, outcome: TrialOutcome): Promise<FitSplitOutput> {
  const rowCount = input.data.label.length;
  const trainRows = new Int32Array(new SharedArrayBuffer(4 * rowCount));
  for (let row = 0; row < rowCount; row++) trainRows[row] = row;
  const rounds = Math.max(1, Math.round(Math.max(...outcome.rounds) * 1.05));
  const trial = ofRounds(outcome.proposal.spec, rounds);
  const split = { name: 'all-rows', trainRows, validRows: null };
  return keptFit(input, outcome.trial, allRowsFold, trial, split, input.refitMs());
}

/** The fit that the store holds, or a new one. */
async function keptFit(
  { data, store, pool, abort, onRefit }: RefitInput,
  trial: number,
  fold: number,
  spec: TrialSpec,
  split: { readonly name: string; readonly trainRows: Int32Array; readonly validRows: Int32Array | null },
  deadlineMs: number | null,
): Promise<FitSplitOutput> {
  const kept = await store.read(trial, fold);
  if (kept !== null) return kept;
  const fit = await pool.run('fit-split', { data, split, trial: spec, label: { trial, fold } }, { abort, deadlineMs });
  await store.write(trial, fold, fit);
  onRefit();
  return fit;
}

/** The trial with a fixed number of rounds, or of passes over the rows, instead of early stopping. */
function ofRounds(spec: TrialSpec, rounds: number): TrialSpec {
  if (spec.learner === 'trees') return { ...spec, params: { ...spec.params, rounds }, earlyStoppingRounds: null };
  return spec.learner === 'mlp' ? { ...spec, params: { ...spec.params, epochs: rounds, patience: null } } : spec;
}
