import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { bothClasses, checkIntervals, intervalRefusal, rowIntervals } from '../../../../main/ml/conformal/apply.ts';
import { fitClassIntervals, labelSet } from '../../../../main/ml/conformal/classes.ts';
import { groupRows } from '../../../../main/ml/conformal/groups.ts';
import type { NumberIntervals } from '../../../../main/ml/conformal/interval-model.ts';
import { fitNumberIntervals } from '../../../../main/ml/conformal/numbers.ts';
import { buildScoreTable, rowsForLevel, scoreBound } from '../../../../main/ml/conformal/score-table.ts';

const control = { stop: neverStop, deadline: () => false };
const empty = { rowCount: 0, columns: [] };

describe('D7 conformal scores', () => {
  it('take the ⌈(n + 1) · level⌉-th smallest, and none where there are too few rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0.5, 0.8, 0.9, 0.95, 0.99),
        (scores, level) => {
          const rank = Math.ceil((scores.length + 1) * level - 1e-9);
          const wanted = rank > scores.length ? Infinity : [...scores].sort((a, b) => a - b)[rank - 1];
          expect(scoreBound(buildScoreTable(scores), level)).toBe(wanted);
        },
      ),
    );
    expect(rowsForLevel(0.9)).toBe(9);
    expect(rowsForLevel(0.99)).toBe(99);
    expect(scoreBound(buildScoreTable(Float64Array.from({ length: 9 }, (_, i) => i)), 0.9)).toBe(8);
    expect(scoreBound(buildScoreTable(Float64Array.from({ length: 8 }, (_, i) => i)), 0.9)).toBe(Infinity);
  });

  it('are kept short for long samples, within half a permille of the exact rank', () => {
    const rng = createRng(3);
    const scores = Float64Array.from({ length: 50_000 }, () => rng.next());
    const table = buildScoreTable(scores);
    expect(table.ranks.length).toBeLessThanOrEqual(700);
    for (const level of [0.5, 0.8, 0.9, 0.95, 0.99, 0.999]) {
      const bound = scoreBound(table, level);
      const covered = scores.filter((score) => score <= bound).length / scores.length;
      expect(Math.abs(covered - level)).toBeLessThan(5e-4);
    }
  });
});

describe('D7 intervals of numbers', () => {
  const rows = (labels: number[], outputs: number[], groups: NumberIntervals['groups'] | string[] | null = null) =>
    fitNumberIntervals(
      {
        labels: Float64Array.from(labels),
        outputs: Float64Array.from(outputs),
        matrix: { rowCount: labels.length, columns: [] },
        kinds: [],
        groups: Array.isArray(groups)
          ? {
              column: 'kind',
              ...groupRows(
                {
                  type: 'string',
                  name: 'kind',
                  codes: Int32Array.from(groups, (g) => ['a', 'b'].indexOf(g)),
                  levels: ['a', 'b'],
                },
                labels.map((_, i) => i),
                10,
              ),
            }
          : null,
        source: 'cross',
        seed: 1,
      },
      control,
    );

  it('hold the prediction, never reach below what the target can be, and say what they rest on', () => {
    const labels = Array.from({ length: 99 }, (_, i) => i);
    const made = rows(
      labels,
      labels.map((y) => y + (y % 2 === 0 ? 3 : -3)),
    );
    const found = rowIntervals(
      made,
      {
        frame: { rowCount: 3, columns: [] },
        matrix: { ...empty, rowCount: 3 },
        outputs: Float64Array.of(1, 50, -20),
        task: 'regression',
        classCount: 0,
      },
      0.9,
    );
    expect(found).toEqual({ kind: 'number', low: Float64Array.of(0, 47, -17), high: Float64Array.of(4, 53, -17) });
    expect(made.note).toContain('From 99 out-of-fold predictions');
    expect(made.checks.map((check) => check.level)).toEqual([0.5, 0.8, 0.9, 0.95]);
  });

  it('are as wide as each group needs, with the table of all rows for groups that are unknown or too small', () => {
    const names = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'a' : 'b'));
    const labels = names.map((name, i) => (name === 'a' ? 1 : 10) * (i % 4 < 2 ? 1 : -1) - 100);
    const made = rows(
      labels,
      labels.map(() => -100),
      names,
    );
    const frame = {
      rowCount: 3,
      columns: [{ type: 'string' as const, name: 'kind', codes: Int32Array.of(0, 1, 2), levels: ['a', 'b', 'c'] }],
    };
    const found = rowIntervals(
      made,
      {
        frame,
        matrix: { ...empty, rowCount: 3 },
        outputs: Float64Array.of(0, 0, 0),
        task: 'regression',
        classCount: 0,
      },
      0.9,
    );
    expect(found.kind === 'number' && Array.from(found.high)).toEqual([1, 10, 10]);
  });

  it('are refused with the number of rows they would take', () => {
    const labels = Array.from({ length: 60 }, (_, i) => i);
    const made = rows(labels, labels);
    expect(intervalRefusal(made, 0.9)).toBeNull();
    expect(intervalRefusal(made, 0.99)).toBe(
      'Intervals at 99 % need at least 99 rows that the model had not learned from; there are 60.',
    );
    expect(() => checkIntervals(made, 0.99)).toThrow(/at least 99 rows/);
    expect(intervalRefusal(undefined, 0.9)).toContain('without intervals');
    expect(intervalRefusal({ kind: 'refused', rows: 12, reason: 'Too few: 12.' }, 0.9)).toBe('Too few: 12.');
  });
});

describe('D7 sets of labels', () => {
  /** Probabilities that are true: labels are drawn from them. */
  function drawn(count: number, classCount: number, seed: number, rare = 1, spread = 2) {
    const rng = createRng(seed);
    const probabilities = new Float64Array(count * classCount);
    const labels = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      let total = 0;
      for (let k = 0; k < classCount; k++) {
        const mass = (k === classCount - 1 ? rare : 1) * Math.exp(spread * rng.normal());
        probabilities[i * classCount + k] = mass;
        total += mass;
      }
      let left = rng.next();
      for (let k = 0; k < classCount; k++) {
        probabilities[i * classCount + k] /= total;
        left -= probabilities[i * classCount + k];
        if (left > 0) labels[i] = Math.min(classCount - 1, k + 1);
      }
    }
    return { probabilities, labels, classCount };
  }

  it.each([2, 4])('of %i classes hold the truth in each class as often as promised', (classCount) => {
    const made = fitClassIntervals({ ...drawn(6_000, classCount, 5, 0.3), source: 'cross', seed: 1 }, null);
    expect(made.method).toBe('lac');
    const fresh = drawn(20_000, classCount, 6, 0.3);
    const outputs = classCount === 2 ? fresh.probabilities.filter((_, i) => i % 2 === 1) : fresh.probabilities;
    const found = rowIntervals(
      made,
      {
        frame: { rowCount: 20_000, columns: [] },
        matrix: empty,
        outputs,
        task: classCount === 2 ? 'binary' : 'multiclass',
        classCount,
      },
      0.9,
    );
    if (found.kind !== 'classes') throw new Error(found.kind);
    for (let k = 0; k < classCount; k++) {
      const own = Array.from(fresh.labels.keys()).filter((i) => fresh.labels[i] === k);
      const held = own.filter((i) => found.sets[i].includes(k)).length / own.length;
      expect(held).toBeGreaterThan(0.87);
      expect(held).toBeLessThan(0.94);
    }
  });

  it('fall back to one adaptive table when a class is small, and always hold the likeliest label first', () => {
    const made = fitClassIntervals({ ...drawn(800, 5, 7, 0.02, 0.3), source: 'split', seed: 1 }, null);
    expect(made.method).toBe('aps');
    // Where the model is sure of nearly every row, adaptive sets would be larger than they need to be
    const sure = fitClassIntervals({ ...drawn(800, 5, 7, 0.02, 6), source: 'split', seed: 1 }, null);
    expect(sure.method).toBe('lac');
    expect(made.classTables).toBeNull();
    expect(made.note).toContain('held-out');
    const { probabilities } = drawn(500, 5, 8, 0.02, 0.3);
    const found = rowIntervals(
      made,
      {
        frame: { rowCount: 500, columns: [] },
        matrix: empty,
        outputs: probabilities,
        task: 'multiclass',
        classCount: 5,
      },
      0.5,
    );
    if (found.kind !== 'classes') throw new Error(found.kind);
    found.sets.forEach((set, row) => {
      const own = probabilities.subarray(5 * row, 5 * row + 5);
      expect(own[set[0]]).toBe(Math.max(...own));
    });
    expect(made.checks.find((check) => check.level === 0.9)?.coverage).toBeGreaterThan(0.87);
  });

  it('of two classes read the probability of the positive one', () => {
    expect(Array.from(bothClasses([0.25, 1]))).toEqual([0.75, 0.25, 0, 1]);
  });
});

describe('D7 adaptive sets of many classes', () => {
  const rows = (count: number, classCount: number) => {
    const rng = createRng(8);
    const labels = Float64Array.from({ length: count }, () => rng.int(classCount));
    const probabilities = new Float64Array(count * classCount);
    for (let i = 0; i < count; i++) {
      let total = 0;
      for (let k = 0; k < classCount; k++) {
        const share = Math.round(20 * rng.next() ** 3) + (k === labels[i] ? 5 : 0);
        probabilities[i * classCount + k] = share;
        total += share;
      }
      for (let k = 0; k < classCount; k++) probabilities[i * classCount + k] /= total;
    }
    return { labels, probabilities, classCount };
  };

  it('hold the labels whose total with everything at least as likely stays within the bound, ties together', () => {
    const made = rows(200, 12);
    const tables = { method: 'aps' as const, table: buildScoreTable([0.5, 0.9]), classTables: null };
    for (let row = 0; row < 200; row++) {
      const own = Array.from(made.probabilities.subarray(row * 12, row * 12 + 12));
      const wanted = own
        .map((p, k) => ({ k, p, total: own.filter((other) => other >= p).reduce((sum, other) => sum + other, 0) }))
        .sort((a, b) => b.p - a.p || a.k - b.k)
        .filter(({ total }, place) => place === 0 || total <= 0.7 + 1e-12)
        .map(({ k }) => k);
      expect(labelSet(tables, [0.7], made, row)).toEqual(wanted);
    }
  });

  it('cost no more than their cells: a thousand classes are fitted and checked', () => {
    const made = fitClassIntervals({ ...rows(4000, 1000), source: 'cross', seed: 3 }, null);
    expect(made.checks.map(({ level }) => level)).toEqual([0.5, 0.8, 0.9, 0.95]);
    for (const { level, coverage } of made.checks) expect(Math.abs(coverage - level)).toBeLessThan(0.04);
  });
});
