import { describe, expect, it } from 'vitest';
import type { ComputePool } from '../../../../main/compute/pool.ts';
import type { FitSplitOutput, TrialSpec } from '../../../../main/compute/tasks/fit-split.ts';
import type { TaskInputs, TaskName, TaskOutputs } from '../../../../main/compute/tasks/index.ts';
import { resolveTreeParams } from '../../../../main/ml/trees/params.ts';
import { refitMembers } from '../../../../main/services/training/refit.ts';
import type { TrialOutcome } from '../../../../main/services/training/search.ts';

const boosted: TrialSpec = { learner: 'trees', params: resolveTreeParams({ rounds: 900 }), earlyStoppingRounds: 40 };
const linear: TrialSpec = { learner: 'linear', seed: 1 };
const folds = Array.from({ length: 5 }, (_, fold) => ({
  train: Int32Array.from([0, 1, 2, 3, 4].filter((row) => row !== fold)),
  valid: Int32Array.of(fold),
}));

const member = (trial: number, spec: TrialSpec, weight: number) => ({
  weight,
  slowestMs: 100,
  outcome: {
    trial,
    proposal: { spec, label: '', role: 'first' },
    state: 'done',
    foldLosses: [],
    loss: 1,
    margins: null,
    score: null,
    rounds: [40, 60],
    fitSeconds: 0.2,
    message: '',
  } satisfies TrialOutcome,
});

/** A pool whose fits take 100 ms of a clock that stands still otherwise. */
async function refitted(totalMs: number | null, inTime: typeof folds | null) {
  let spentMs = 0;
  const asked: { trial: number; split: string; rounds: number | null; stops: boolean }[] = [];
  const kept = new Map<string, FitSplitOutput>();
  const run = async <N extends TaskName>(_name: N, input: TaskInputs[N]): Promise<TaskOutputs[N]> => {
    const { split, trial, label } = input as TaskInputs['fit-split'];
    spentMs += 100;
    asked.push({
      trial: label.trial,
      split: split.name,
      rounds: trial.learner === 'trees' ? trial.params.rounds : null,
      stops: trial.learner === 'trees' && trial.earlyStoppingRounds !== null,
    });
    const fit: FitSplitOutput = {
      part: {
        learner: 'linear',
        recipe: { inputs: [], features: [] },
        linear: { outputCount: 1, intercept: [0], terms: [], termMeans: [] },
      },
      validMargins: null,
      validLoss: Number.NaN,
      rounds: 1,
      fitMs: 100,
    };
    return fit as TaskOutputs[N];
  };
  const pool: ComputePool = { size: 2, warm: () => {}, run, close: async () => {} };
  const result = await refitMembers(
    {
      data: {
        session: 's',
        frame: { rowCount: 5, columns: [] },
        inputs: [],
        task: 'regression',
        outputCount: 1,
        label: new Float64Array(5),
        weight: null,
      },
      inTime,
      store: {
        read: async (trial, fold) => kept.get(`${trial}/${fold}`) ?? null,
        write: async (trial, fold, fit) => {
          kept.set(`${trial}/${fold}`, fit);
        },
      },
      pool,
      abort: new AbortController().signal,
      refitMs: () => (totalMs === null ? null : totalMs - spentMs),
      onRefit: () => {},
    },
    [member(0, boosted, 0.7), member(3, linear, 0.3)],
  );
  return { asked, counts: [...result].map(([trial, fits]) => [trial, fits.length]), kept };
}

describe('D3 what ships after forward steps', () => {
  it('averages boosted trees over the folds of random rows, each stopped by its own, and fits the others once', async () => {
    const { asked, counts, kept } = await refitted(null, folds);
    expect(counts).toEqual([
      [0, 5],
      [3, 1],
    ]);
    expect(asked.filter(({ trial }) => trial === 0).every(({ stops, rounds }) => stops && rounds === 900)).toBe(true);
    expect(new Set(asked.map(({ split }) => split)).size).toBe(6);
    expect(kept.size).toBe(6);
  });

  it('fits once on all rows, with the rounds of the validation, after a holdout or in little time', async () => {
    for (const [ms, inTime] of [[null, null] as const, [310, folds] as const]) {
      const { asked, counts } = await refitted(ms, inTime);
      expect(counts.sort()).toEqual([
        [0, 1],
        [3, 1],
      ]);
      expect(asked.find(({ trial }) => trial === 0)).toMatchObject({ split: 'all-rows', rounds: 63, stops: false });
    }
  });

  it('takes as many folds as there is time for, and nothing where there is none', async () => {
    expect((await refitted(480, folds)).counts).toEqual([[0, 4]]);
    expect((await refitted(50, folds)).counts).toEqual([]);
  });
});
