import { describe, expect, it } from 'vitest';
import { budgetSecondsOf, type FinishSize, openBudget } from '../../../../main/services/training/budget.ts';

/** A clock that stands still until it is moved. */
function fakeClock() {
  let nowMs = 1_000_000;
  return {
    clock: { now: () => nowMs, monotonic: () => nowMs },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const small: FinishSize = { rows: 2000, outputCount: 1, modelBytes: 200_000, refitMs: 0, intervalColumns: 0 };

describe('D4 the account of a budget', () => {
  it('is a minute unless trials are counted', () => {
    expect(budgetSecondsOf({})).toBe(60);
    expect(budgetSecondsOf({ trials: 5 })).toBeNull();
    expect(budgetSecondsOf({ trials: 5, budgetSeconds: 3 })).toBe(3);
    const { clock } = fakeClock();
    expect(openBudget({ trials: 5 }, clock, 2).searchMs(small)).toBeNull();
  });

  it('keeps back what follows the search: measuring, then the export', () => {
    const { clock, pass } = fakeClock();
    const budget = openBudget({ budgetSeconds: 60 }, clock, 2);
    const [search, judge] = [budget.searchMs(small) ?? 0, budget.judgeMs(small) ?? 0];
    expect(search).toBeLessThan(judge);
    expect(judge).toBeLessThan(60_000);
    expect(search).toBeGreaterThan(54_000);
    pass(1000);
    expect(budget.searchMs(small)).toBeCloseTo(search - 1000, 6);
  });

  it('keeps back more for more rows, classes and larger models', () => {
    const { clock } = fakeClock();
    const { searchMs } = openBudget({ budgetSeconds: 600 }, clock, 2);
    const base = searchMs(small) ?? 0;
    for (const more of [{ rows: 400_000 }, { rows: 200_000, outputCount: 7 }, { modelBytes: 16_000_000 }]) {
      expect(searchMs({ ...small, ...more })).toBeLessThan(base);
    }
  });

  it('leaves most of a minute to the search of five million rows', () => {
    const { clock } = fakeClock();
    const { searchMs } = openBudget({ budgetSeconds: 60 }, clock, 2);
    expect(searchMs({ ...small, rows: 5_000_000 })).toBeGreaterThan(40_000);
  });

  it('keeps back the time of a last fit on all rows, and at most three tenths of the whole for it', () => {
    const { clock } = fakeClock();
    const { searchMs, judgeMs, refitMs } = openBudget({ budgetSeconds: 60 }, clock, 2);
    const slow = { ...small, refitMs: 8000 };
    expect((searchMs(small) ?? 0) - (searchMs(slow) ?? 0)).toBe(8000);
    expect((judgeMs(small) ?? 0) - (judgeMs(slow) ?? 0)).toBe(8000);
    expect(refitMs(slow)).toBe(refitMs(small));
    expect((searchMs(small) ?? 0) - (searchMs({ ...small, refitMs: 50_000 }) ?? 0)).toBe(18_000);
  });

  it('leaves half of a very short budget to the search, and is over when it is over', () => {
    const { clock, pass } = fakeClock();
    const budget = openBudget({ budgetSeconds: 1 }, clock, 2);
    expect(budget.searchMs(small)).toBeCloseTo(500, 6);
    pass(1000);
    expect(budget.searchMs(small)).toBeLessThan(0);
    const tiny = openBudget({ budgetSeconds: 0.001 }, clock, 2);
    expect(tiny.searchMs(small)).toBeCloseTo(0.5, 6);
  });

  it('allows for a busy machine, up to a factor of three', () => {
    const { clock, pass } = fakeClock();
    const budget = openBudget({ budgetSeconds: 60 }, clock, 2);
    const reserve = 60_000 - (budget.searchMs(small) ?? 0);
    pass(30_000); // the processors were given to others: almost no time of theirs was used meanwhile
    expect(30_000 - (budget.searchMs(small) ?? 0)).toBeCloseTo(3 * reserve, 0);
  });
});
