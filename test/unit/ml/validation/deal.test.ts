import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, shuffle } from '../../../../main/base/rng.ts';
import { dealFolds } from '../../../../main/ml/validation/deal.ts';

/** Every group looks at every fold, row by row. */
function dealtSlowly(strata: readonly number[], groups: Int32Array, foldCount: number, seed: number): number[] {
  const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const members = Array.from({ length: groupCount }, (_, g) =>
    strata.flatMap((_, row) => (groups[row] === g ? row : [])),
  );
  const order = shuffle(
    Int32Array.from(members, (_, g) => g),
    createRng(seed),
  );
  const folds = strata.map(() => -1);
  for (const group of Array.from(order).sort((a, b) => members[b].length - members[a].length)) {
    const keys = Array.from({ length: foldCount }, (_, fold) => {
      const inside = folds.flatMap((at, row) => (at === fold ? [strata[row]] : []));
      const own = members[group].reduce((sum, row) => sum + inside.filter((each) => each === strata[row]).length, 0);
      return { fold, own, size: inside.length };
    });
    keys.sort((a, b) => a.own - b.own || a.size - b.size || a.fold - b.fold);
    for (const row of members[group]) folds[row] = keys[0].fold;
  }
  return folds;
}

describe('D3 dealing rows into folds', () => {
  it('gives every group to the fold with the least of its classes, then to the smallest, then to the first', () => {
    const rows = fc.array(fc.record({ stratum: fc.nat(3), group: fc.nat(30) }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 2, max: 12 }), fc.nat(1000), (table, foldCount, seed) => {
        const strata = table.map(({ stratum }) => stratum);
        const groups = Int32Array.from(table, ({ group }) => group);
        const dealt = dealFolds(strata, groups, foldCount, createRng(seed));
        expect([...dealt]).toEqual(dealtSlowly(strata, groups, foldCount, seed));
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('deals a million rows into a thousand folds, all of one size and one share of classes', () => {
    const rng = createRng(3);
    const strata = Uint8Array.from({ length: 1_000_000 }, () => (rng.next() < 0.3 ? 1 : 0));
    const folds = dealFolds(strata, null, 1000, createRng(4));
    const sizes = new Float64Array(1000);
    const ones = new Float64Array(1000);
    folds.forEach((fold, row) => {
      sizes[fold]++;
      ones[fold] += strata[row];
    });
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(Math.max(...ones) - Math.min(...ones)).toBeLessThanOrEqual(1);
  });
});
