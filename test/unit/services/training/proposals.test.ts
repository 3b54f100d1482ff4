import { describe, expect, it } from 'vitest';
import { estimateTraining } from '../../../../main/services/training/estimate.ts';
import type { Proposal } from '../../../../main/services/training/learners/entry.ts';
import { createProposer, type ProposerOptions } from '../../../../main/services/training/proposals.ts';
import type { TrialOutcome } from '../../../../main/services/training/search.ts';

const facts: ProposerOptions = {
  task: 'binary',
  rows: 5000,
  features: 12,
  categories: 3,
  classCount: 2,
  seed: 5,
  learners: ['trees', 'linear'],
};

/** Runs the proposer as the search does, with a made-up loss; trial t knows the trials up to t − 2. */
function play(options: ProposerOptions, trials: number, lossOf: (proposal: Proposal) => number): TrialOutcome[] {
  const propose = createProposer(options);
  const outcomes: TrialOutcome[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const proposal = propose(trial, outcomes.slice(0, Math.max(0, trial - 1)));
    if (proposal === null) break;
    const loss = lossOf(proposal);
    outcomes.push({
      trial,
      proposal,
      state: 'done',
      foldLosses: [loss],
      loss,
      margins: null,
      score: null,
      rounds: [10],
      fitSeconds: 0,
      message: '',
    });
  }
  return outcomes;
}

const selects = ({ spec }: Proposal): boolean => spec.learner === 'trees' && spec.selection !== undefined;

describe('D4 what is tried', () => {
  it('starts with the learners by order, then searches, the same for the same outcomes', () => {
    const run = () => play(facts, 25, ({ label }) => label.length / 100).map((outcome) => outcome.proposal);
    const proposals = run();
    expect(proposals[0]).toMatchObject({ role: 'first', spec: { learner: 'trees' } });
    expect(proposals[1]).toMatchObject({ role: 'first', spec: { learner: 'linear' } });
    expect(proposals.at(-1)?.role).toBe('searched');
    expect(run()).toEqual(proposals);
  });

  it('uses every learner asked for and no other', () => {
    const learners = ['trees', 'linear', 'ebm', 'forest', 'extra-trees'] as const;
    const used = new Set(play({ ...facts, learners }, 20, () => 1).map(({ proposal }) => proposal.spec.learner));
    expect([...used].sort()).toEqual([...learners].sort());
    const linear = play({ ...facts, learners: ['linear'] }, 20, () => 1);
    expect(linear).toHaveLength(1);
  });

  it('tries fewer columns once, and goes on with them only where the loss did not worsen', () => {
    const helps = play(facts, 30, (proposal) => (selects(proposal) ? 0.4 : 0.5));
    const harms = play(facts, 30, (proposal) => (selects(proposal) ? 0.6 : 0.5));
    expect(harms.filter(({ proposal }) => selects(proposal))).toHaveLength(1);
    const after = helps.slice(helps.findIndex(({ proposal }) => selects(proposal)) + 2);
    expect(after.length).toBeGreaterThan(3);
    expect(after.every(({ proposal }) => selects(proposal))).toBe(true);
    expect(helps.find(({ proposal }) => selects(proposal))?.proposal.label).toMatch(/useful columns only/);
  });

  it('selects early where columns are many, and never where they are few', () => {
    const place = (features: number) =>
      play({ ...facts, features }, 30, () => 1).findIndex(({ proposal }) => selects(proposal));
    expect(place(4)).toBe(-1);
    expect(place(200)).toBe(3);
    expect(place(12)).toBeGreaterThan(3);
  });

  it('begins with the best of an earlier run, and not with the same start again', () => {
    const [first] = play(facts, 1, () => 1);
    const warm: Proposal = { ...first.proposal, label: 'from an earlier run' };
    const again = play({ ...facts, warm: [warm] }, 10, () => 1).map(({ proposal }) => proposal);
    expect(again[0].label).toBe('from an earlier run');
    expect(again.filter(({ spec }) => JSON.stringify(spec) === JSON.stringify(warm.spec))).toHaveLength(1);
  });

  it('keeps to the starts for nested validation, whatever the outcomes', () => {
    const one = play({ ...facts, startsOnly: true }, 40, () => 1);
    const other = play({ ...facts, startsOnly: true }, 40, ({ label }) => label.length);
    expect(one.map(({ proposal }) => proposal)).toEqual(other.map(({ proposal }) => proposal));
    expect(one.length).toBeLessThan(40);
    expect(one.some(({ proposal }) => selects(proposal) || proposal.role === 'searched')).toBe(false);
  });

  it('searches text columns only where there are some', () => {
    const searched = (categories: number) =>
      play({ ...facts, categories }, 30, () => 1).findLast(({ proposal }) => proposal.role === 'searched')?.proposal;
    const paramsOf = (proposal: Proposal | undefined) =>
      proposal?.spec.learner === 'trees' ? proposal.spec.params : null;
    const withText = paramsOf(searched(3))?.minDataPerGroup ?? 0;
    expect(withText).toBeGreaterThanOrEqual(20);
    expect(withText).toBeLessThanOrEqual(100);
    expect(paramsOf(searched(0))?.minDataPerGroup).toBe(paramsOf(play(facts, 1, () => 1)[0].proposal)?.minDataPerGroup);
  });
});

describe('A9 forecast of training', () => {
  const describeAs = (rows: number, columns: number) => () => ({
    rows,
    columns: Array.from({ length: columns }, (_, i) => ({ name: `c${i}`, type: 'number' as const })),
    name: 'data',
    number: 1,
  });
  const options = { datasetId: 'ds_1', version: undefined, budgetSeconds: undefined, trials: undefined, folds: 5 };

  it('is the budget where one is given, and the fits of the trials otherwise', () => {
    expect(estimateTraining(describeAs(5000, 20), { ...options, budgetSeconds: 45 }, 2).seconds).toBe(45);
    const few = estimateTraining(describeAs(5000, 20), { ...options, trials: 2, learners: ['trees'] }, 2);
    const many = estimateTraining(describeAs(5000, 20), { ...options, trials: 20, learners: ['trees'] }, 2);
    expect(many.seconds).toBeGreaterThan(3 * few.seconds);
  });

  it('knows that learners, folds and nested validation differ in cost', () => {
    const seconds = (more: object) =>
      estimateTraining(describeAs(60_000, 20), { ...options, trials: 1, ...more }, 2).seconds;
    expect(seconds({ learners: ['ebm'] })).toBeGreaterThan(seconds({ learners: ['trees'] }));
    expect(seconds({ validation: 'nested' })).toBeGreaterThan(seconds({}));
    expect(seconds({ validation: 'holdout' })).toBeLessThan(seconds({}));
  });

  it('asks for more memory than any usual machine has for 50 million rows', () => {
    const { memoryBytes, basis } = estimateTraining(describeAs(50_000_000, 3), options, 8);
    expect(memoryBytes).toBeGreaterThan(16 * 2 ** 30);
    expect(basis).toMatch(/50000000 rows/);
  });
});
