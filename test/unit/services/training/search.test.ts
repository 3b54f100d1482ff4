import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../main/base/logger.ts';
import { createComputePool } from '../../../../main/compute/pool.ts';
import { entryUrl } from '../../../../main/entries.ts';
import { planValidation } from '../../../../main/ml/validation/plan.ts';
import { splitRows } from '../../../../main/ml/validation/split.ts';
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
});
