import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecisionCurve, Policy } from '../../../../../main/contract/decisions.ts';
import type { InputField } from '../../../../../main/contract/models.ts';
import { buildMetricLines } from '../../../../../renderer/features/models/compare-metrics.ts';
import { readConfusion, shareByTruth } from '../../../../../renderer/features/models/confusion.ts';
import {
  findPositiveShare,
  findWorstGap,
  rateSegment,
  readAtX,
  readHalfWidth,
} from '../../../../../renderer/features/models/curve-readings.ts';
import {
  buildPolicyForm,
  checkPolicyForm,
  findPolicyDoubt,
  isSamePolicy,
  parseAmount,
  readPolicy,
} from '../../../../../renderer/features/models/policy-form.ts';
import {
  buildCliSnippet,
  buildFileStem,
  buildHttpSnippet,
  buildPythonSnippet,
  quoteShell,
} from '../../../../../renderer/features/models/snippets.ts';
import { buildOptions, findNearestPoint, moveThreshold } from '../../../../../renderer/features/models/threshold.ts';

const policy: Policy = {
  matrix: { truePositive: 200, falsePositive: -20, trueNegative: 0, falseNegative: -400 },
  valueColumn: null,
  capacityPerThousand: 150,
  threshold: 0.3,
  currency: 'EUR',
  action: 'Call',
};

describe('F5 policy form', () => {
  it('shows a policy and reads the same one back', () => {
    const read = readPolicy(buildPolicyForm(policy), 0.3);
    expect(read).toEqual(policy);
    expect(read !== null && isSamePolicy(read, policy)).toBe(true);
    expect(isSamePolicy(policy, { ...policy, threshold: null })).toBe(false);
  });
  it('round-trips any amounts', () => {
    const amount = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(amount, amount, (truePositive, falsePositive) => {
        const any = { ...policy, matrix: { ...policy.matrix, truePositive, falsePositive } };
        const form = buildPolicyForm(any);
        if (/e/.test(form.money.truePositive + form.money.falsePositive)) return;
        expect(readPolicy(form, 0.3)?.matrix).toEqual({
          ...any.matrix,
          truePositive: truePositive + 0,
          falsePositive: falsePositive + 0,
        });
      }),
    );
  });
  it.each([
    ['1 234,50', 1234.5],
    ['1,234.50', 1234.5],
    ['1.234,50', 1234.5],
    ['1,234', 1234],
    ['12,5', 12.5],
    ['−40', -40],
    [" 1'000 ", 1000],
  ])('reads the amount %s', (text, value) => expect(parseAmount(text)).toBe(value));
  it.each(['', 'abc', '1..2', '--4', '1e400'])('does not read %j', (text) => expect(parseAmount(text)).toBeNull());
  it('names the field that does not read', () => {
    const form = { ...buildPolicyForm(policy), capacity: '140', action: ' ' };
    expect(checkPolicyForm(form)).toEqual({ capacity: 'out-of-range', action: 'empty' });
    expect(readPolicy(form, null)).toBeNull();
  });
  it('doubts money under which acting never or always pays', () => {
    expect(findPolicyDoubt(policy.matrix)).toBeNull();
    expect(findPolicyDoubt({ ...policy.matrix, truePositive: -500 })).toBe('acting-never-pays');
    expect(findPolicyDoubt({ ...policy.matrix, falsePositive: 5 })).toBe('acting-always-pays');
  });
});

describe('threshold', () => {
  const points = [0, 0.25, 0.5, 1].map((threshold) => ({
    threshold,
    share: 1 - threshold,
    profit: 1,
    low: 0,
    high: 2,
  }));
  it('moves by keys and stays between 0 and 1', () => {
    expect(moveThreshold(0.3, 'ArrowRight', false)).toBe(0.31);
    expect(moveThreshold(0.3, 'ArrowLeft', true)).toBe(0.299);
    expect(moveThreshold(0.05, 'PageDown', false)).toBe(0);
    expect(moveThreshold(0.05, 'End', false)).toBe(1);
    expect(moveThreshold(0.05, 'a', false)).toBeNull();
  });
  it('finds the nearest point', () => {
    expect(findNearestPoint(points, 0.3)?.threshold).toBe(0.25);
    expect(findNearestPoint([], 0.3)).toBeNull();
  });
  it('compares chosen, best, all and none with the best', () => {
    const curve: DecisionCurve = {
      policy,
      policySaved: true,
      rows: 100,
      positives: 30,
      points,
      best: { threshold: 0.25, share: 0.4, profit: { value: 120, low: 100, high: 140 } },
      chosen: {
        threshold: 0.3,
        share: 0.3,
        profit: { value: 110, low: 90, high: 130 },
        truePositive: 20,
        falsePositive: 10,
        trueNegative: 60,
        falseNegative: 10,
      },
      actOnAll: 40,
      actOnNone: -80,
      valueColumns: [],
      reading: '',
    };
    expect(buildOptions(curve).map((option) => [option.key, option.behindBest])).toEqual([
      ['chosen', -10],
      ['best', 0],
      ['all', -80],
      ['none', -200],
    ]);
  });
});

describe('capacity', () => {
  it('flags ways to act that need more rows than the policy allows', () => {
    const profit = { value: 1, low: 0, high: 2 };
    const counts = { truePositive: 1, falsePositive: 1, trueNegative: 1, falseNegative: 1 };
    const curve: DecisionCurve = {
      policy: { ...policy, capacityPerThousand: 200 },
      policySaved: true,
      rows: 4,
      positives: 2,
      points: [],
      best: { threshold: 0.5, share: 0.2, profit },
      chosen: { threshold: 0.3, share: 0.38, profit, ...counts },
      actOnAll: 1,
      actOnNone: 0,
      valueColumns: [],
      reading: '',
    };
    const flagged = buildOptions(curve).filter((option) => option.overCapacity);
    expect(flagged.map((option) => option.key)).toEqual(['chosen', 'all']);
  });
});

describe('comparison table', () => {
  const at = (value: number, half: number) => ({ value, low: value - half, high: value + half });
  it('names a winner only where the intervals are apart, and knows which direction is better', () => {
    const lines = buildMetricLines(
      'auc',
      { auc: at(0.85, 0.01), brier: at(0.1, 0.001), f1: at(0.5, 0.2) },
      { brier: at(0.2, 0.001), auc: at(0.8, 0.01), ece: at(0.01, 0.001) },
    );
    expect(lines.map((line) => [line.metric, line.better])).toEqual([
      ['auc', 'a'],
      ['brier', 'a'],
      ['f1', null],
      ['ece', null],
    ]);
    expect(buildMetricLines('auc', { auc: at(0.85, 0.1) }, { auc: at(0.8, 0.1) })[0]?.better).toBe('unclear');
  });
});

describe('confusion reading', () => {
  it('tells recall, precision and the most frequent mistake', () => {
    const readings = readConfusion(
      ['a', 'b', 'c'],
      [
        [8, 2, 0],
        [1, 9, 0],
        [0, 0, 0],
      ],
    );
    expect(readings[0]).toEqual({
      label: 'a',
      rows: 10,
      recall: 0.8,
      precision: 8 / 9,
      confusedWith: { label: 'b', share: 0.2 },
    });
    expect(readings[2]).toEqual({ label: 'c', rows: 0, recall: null, precision: null, confusedWith: null });
    expect(
      shareByTruth([
        [8, 2],
        [0, 0],
      ]),
    ).toEqual([
      [0.8, 0.2],
      [0, 0],
    ]);
  });
});

describe('readings off the curves', () => {
  it('interpolates inside the curve only', () => {
    const line = [
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ];
    expect(readAtX(line, 0.25)).toBe(0.75);
    expect(readAtX(line, 1.5)).toBeNull();
    expect(readAtX([{ x: 0.5, y: 2 }], 0.25)).toBeNull();
    expect(readAtX([], 0.5)).toBeNull();
  });
  it('finds the share of positives in the confusion matrix or the bins', () => {
    const confusion = {
      classes: ['No', 'Yes'],
      counts: [
        [60, 10],
        [10, 20],
      ],
    };
    expect(findPositiveShare({ confusion, reliability: [] })).toBe(0.3);
    const bins = [
      { x: 0.1, y: 0.1, low: 0, high: 1, count: 90 },
      { x: 0.9, y: 1, low: 0, high: 1, count: 10 },
    ];
    expect(findPositiveShare({ confusion: null, reliability: bins })).toBeCloseTo(0.19);
    expect(findPositiveShare({ confusion: null, reliability: [] })).toBeNull();
  });
  it('tells the size that half of the misses stay within', () => {
    const bins = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map((middle) => ({
      from: middle - 0.5,
      to: middle + 0.5,
      count: 1,
    }));
    expect(readHalfWidth(bins)).toBe(1.5);
    expect(readHalfWidth([])).toBeNull();
  });
  it('names a gap only where the interval leaves the diagonal', () => {
    const point = (x: number, y: number, half: number) => ({ x, y, low: y - half, high: y + half });
    expect(findWorstGap([point(1, 2, 2), point(3, 3.5, 0.1), point(5, 4, 0.1)])?.x).toBe(5);
    expect(findWorstGap([point(1, 2, 2)])).toBeNull();
  });
  it('calls a segment worse or better only when its interval is apart', () => {
    const at = (value: number, half: number) => ({ value, low: value - half, high: value + half });
    expect(rateSegment(at(0.7, 0.2), 0.85, true)).toBe('same');
    expect(rateSegment(at(0.7, 0.05), 0.85, true)).toBe('worse');
    expect(rateSegment(at(0.7, 0.05), 0.85, false)).toBe('better');
  });
});

describe('Use snippets', () => {
  const field = (name: string, type: InputField['type'], typical: InputField['typical']): InputField => ({
    name,
    type,
    typical,
    missingShare: 0,
    importance: 1,
    levels: [],
    levelsTruncated: false,
    low: null,
    high: null,
    min: null,
    max: null,
  });
  const model = {
    id: 'md_0123456789',
    name: "Bob's churn / v2",
    task: 'binary' as const,
    classes: ['No', 'Yes'],
    positive: 'Yes',
    inputs: [
      field('tenure', 'integer', 29),
      field("it's", 'text', 'Fibre "x"'),
      field('since', 'date', '2024-01-31'),
      field('vip', 'boolean', 'true'),
      field('gap', 'number', null),
    ],
  };
  it('uses the real id and names and quotes what a shell would split', () => {
    expect(buildCliSnippet(model)).toContain('augury score md_0123456789 new-rows.csv');
    expect(buildCliSnippet(model)).toContain('Bob-s-churn-v2.augury-model');
    expect(quoteShell("a'b c")).toBe("'a'\\''b c'");
    expect(buildFileStem('///')).toBe('model');
  });
  it('posts a row that is valid JSON with the model’s types', () => {
    const text = buildHttpSnippet(model, 'http://127.0.0.1:8787', '/home/me/my work');
    expect(text).toContain(`Bearer $(cat '/home/me/my work/api-token')`);
    const body = text.slice(text.indexOf("-d '") + 4, -1).replaceAll("'\\''", "'");
    expect(JSON.parse(body)).toEqual({
      row: { tenure: 29, "it's": 'Fibre "x"', since: '2024-01-31', vip: true, gap: null },
    });
  });
  it('writes Python literals by type, dates as microseconds', () => {
    const text = buildPythonSnippet(model);
    expect(text).toContain('    "tenure": 29,');
    expect(text).toContain('    "it\'s": "Fibre \\"x\\"",');
    expect(text).toContain(`    "since": ${Date.UTC(2024, 0, 31) * 1000},`);
    expect(text).toContain('    "gap": float("nan"),');
  });
});
