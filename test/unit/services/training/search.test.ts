import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../main/base/logger.ts';
import { createComputePool } from '../../../../main/compute/pool.ts';
import { entryUrl } from '../../../../main/entries.ts';
import { planValidation } from '../../../../main/ml/validation/plan.ts';
import { splitRows } from '../../../../main/ml/validation/split.ts';
import { foldsForTime } from '../../../../main/services/training/fold-plan.ts';
import { openFoldStore } from '../../../../main/services/training/fold-store.ts';
import { createProposer } from '../../../../main/services/training/proposals.ts';
import { type SearchOptions, searchTrials, type TrialOutcome } from '../../../../main/services/training/search.ts';
import { churnData } from '../../../helpers/churn-frame.ts';

const data = churnData(900, 11);
const plan = planValidation({ task: 'binary', rowCount: 900, classCounts: [500, 400], foldCount: 3, seed: 1 });
const { folds } = splitRows(plan, { task: 'binary', label: data.label });

function search(size: number, overrides: Partial<SearchOptions> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'augury-search-'));
  const pool = createComputePool({ size, workerUrl: entryUrl('compute-worker'), logger: silentLogger });
  onTestFinished(async () => {
    await pool.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const fits: string[] = [];
  const options: SearchOptions = {
    data,
    folds,
    metric: 'auc',
    propose: createProposer({
      task: 'binary',
      rows: 900,
      features: 3,
      categories: 1,
      classCount: 2,
      learners: ['trees', 'linear'],
      seed: 3,
    }),
    trials: 5,
    remainingMs: () => null,
    foldBudgetMs: null,
    endNow: () => false,
    patience: null,
    pool,
    store: openFoldStore(join(dir, 'fits')),
    abort: new AbortController().signal,
    onEvent: () => {},
    onStart: () => {},
    onFold: (trial, fold, _fit, reused) => {
      if (!reused) fits.push(`${trial}/${fold}`);
    },
    onTrial: () => {},
    ...overrides,
  };
  return { options, fits, run: () => searchTrials(options) };
}

const facts = (outcomes: readonly TrialOutcome[]) =>
  outcomes.map((o) => ({ label: o.proposal.label, state: o.state, loss: o.loss, folds: o.foldLosses, score: o.score }));

describe('D4 the search over trials', () => {
  it('tries the same trials with the same results on 1 and 2 workers', async () => {
    const one = await search(1).run();
    const two = await search(2).run();
    expect(facts(two.outcomes)).toEqual(facts(one.outcomes));
    expect(one.reason).toBe('trials');
    expect(one.outcomes.filter((outcome) => outcome.state === 'done').length).toBeGreaterThan(1);
  });

  it('does not fit again what a killed run had finished, and ends the same', async () => {
    const first = search(2);
    const whole = await first.run();
    const second = search(2, { store: first.options.store });
    const again = await second.run();
    expect(second.fits).toEqual([]);
    expect(facts(again.outcomes)).toEqual(facts(whole.outcomes));
  });

  it('ends with the best so far when the user asks, and says so', async () => {
    let started = 0;
    const { run } = search(2, {
      trials: null,
      endNow: () => started > 2,
      onStart: () => {
        started++;
      },
    });
    const { outcomes, reason } = await run();
    expect(reason).toBe('user');
    expect(outcomes[0].state).toBe('done');
  });

  it('ends at once with a model when no time is left', async () => {
    const { outcomes, reason } = await search(2, { trials: null, remainingMs: () => 0 }).run();
    expect(reason).toBe('budget');
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0].state).toBe('done');
  });

  it('rejects with cancelled when the job is cancelled', async () => {
    const abort = new AbortController();
    const { run } = search(1, { abort: abort.signal, onStart: () => abort.abort() });
    await expect(run()).rejects.toMatchObject({ family: 'cancelled' });
  });

  it('uses fewer folds for every trial where one fit takes much of the budget, and says how long it took', async () => {
    const whole = await search(2, { trials: 3 }).run();
    expect(whole).toMatchObject({ foldCount: folds.length, slowFitSeconds: null });
    const { run, fits } = search(2, { trials: 3, foldBudgetMs: 1 });
    const { outcomes, foldCount, slowFitSeconds } = await run();
    expect(foldCount).toBe(2);
    expect(slowFitSeconds).toBeGreaterThan(0);
    expect(fits.some((fit) => fit.endsWith('/2'))).toBe(false);
    for (const { state, foldLosses, margins } of outcomes.filter((outcome) => outcome.state === 'done')) {
      expect({ state, folds: foldLosses.length }).toEqual({ state: 'done', folds: 2 });
      expect(folds[1].valid.every((row) => Number.isFinite(margins?.[row]))).toBe(true);
      expect(folds[2].valid.every((row) => Number.isNaN(margins?.[row]))).toBe(true);
    }
  });

  it('decides the folds again alike when it goes on after a kill', async () => {
    const first = search(2, { trials: 3, foldBudgetMs: 1 });
    const whole = await first.run();
    const second = search(1, { trials: 3, foldBudgetMs: 1, store: first.options.store });
    const again = await second.run();
    expect(second.fits).toEqual([]);
    expect({ ...again, outcomes: facts(again.outcomes) }).toEqual({ ...whole, outcomes: facts(whole.outcomes) });
  });

  it('counts a trial whose folds had to end with the rounds they have', async () => {
    const fitted: number[] = [];
    // No time is left from the moment the second trial runs: its folds were taken by then and end early
    const { run } = search(2, {
      trials: 2,
      folds: folds.slice(0, 1),
      remainingMs: () => (fitted.length === 0 ? 60_000 : 0),
      onFold: (trial) => void fitted.push(trial),
    });
    const { outcomes } = await run();
    expect(outcomes.map(({ state }) => state)).toEqual(['done', 'done']);
  });
});

describe('D4 folds for the time there is', () => {
  it('keeps all folds of quick fits, and two of slow ones', () => {
    expect(foldsForTime(100, 5, 2, 60_000)).toBe(5);
    expect(foldsForTime(11_000, 5, 2, 60_000)).toBe(2);
    expect(foldsForTime(7000, 5, 2, 60_000)).toBe(3);
    expect(foldsForTime(90_000, 5, 2, 60_000)).toBe(2);
    expect(foldsForTime(90_000, 1, 2, 60_000)).toBe(1);
    expect(foldsForTime(600, 30, 8, 60_000)).toBe(30);
  });
});
