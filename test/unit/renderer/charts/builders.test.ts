import { describe, expect, it } from 'vitest';
import { beeswarmChart, swarmOffsets } from '../../../../renderer/charts/builders/beeswarm.ts';
import {
  gainChart,
  precisionRecallChart,
  reliabilityChart,
  rocChart,
} from '../../../../renderer/charts/builders/curves.ts';
import { dependenceChart } from '../../../../renderer/charts/builders/dependence.ts';
import {
  barsChart,
  histogramChart,
  importanceChart,
  residualHistogram,
} from '../../../../renderer/charts/builders/distribution.ts';
import { associationChart, confusionChart, strongestColumns } from '../../../../renderer/charts/builders/heatmap.ts';
import { shortened } from '../../../../renderer/charts/builders/parts.ts';
import { profitChart } from '../../../../renderer/charts/builders/profit.ts';
import { predictedVsActualChart } from '../../../../renderer/charts/builders/regression.ts';
import { bestSoFar, searchProgressChart } from '../../../../renderer/charts/builders/search-progress.ts';
import { waterfallBars, waterfallChart } from '../../../../renderer/charts/builders/waterfall.ts';
import { init } from '../../../../renderer/charts/echarts.ts';
import { sparkHeights } from '../../../../renderer/charts/sparkline.tsx';
import { type ChartSpec, tableCsv } from '../../../../renderer/charts/spec.ts';
import { contextOf, seriesOf } from './context.ts';

const context = contextOf();
const band = [
  { x: 0.1, y: 0.12, low: 0.08, high: 0.16, count: 120 },
  { x: 0.5, y: 0.46, low: 0.4, high: 0.52, count: 90 },
  { x: 0.9, y: 0.93, low: 0.88, high: 0.96, count: 60 },
];
const curve = [
  { x: 0, y: 0 },
  { x: 0.2, y: 0.6 },
  { x: 1, y: 1 },
];
const bins = [
  { from: -2, to: 0, count: 3 },
  { from: 0, to: 4, count: 9 },
];
const points = [
  { threshold: 0.1, share: 0.9, profit: 100, low: 50, high: 140 },
  { threshold: 0.6, share: 0.2, profit: 400, low: 350, high: 460 },
];
const swarm = [
  {
    column: 'tenure',
    meanAbs: 0.8,
    points: [
      { contribution: 0.5, position: 0, value: 1 },
      { contribution: -0.7, position: 1, value: 72 },
    ],
  },
  { column: 'Contract', meanAbs: 0.4, points: [{ contribution: 0.4, position: null, value: 'Two year' }] },
];
const steps = [
  { label: 'tenure = 3', contribution: 0.9 },
  { label: 'Contract = Two year', contribution: -1.4 },
  { label: 'a', contribution: 0.1 },
  { label: 'b', contribution: -0.05 },
];
const trials = [
  { trial: 2, label: 'trees, 31 leaves', learner: 'trees', score: { value: 0.84, low: 0.83, high: 0.85 } },
  { trial: 1, label: 'linear', learner: 'linear', score: { value: 0.82, low: 0.81, high: 0.83 } },
  { trial: 3, label: 'trees, 7 leaves', learner: 'trees', score: { value: 0.83, low: null, high: null } },
];

const specs: Readonly<Record<string, () => ChartSpec>> = {
  reliability: () => reliabilityChart(context, { points: band, before: band }),
  roc: () => rocChart(context, { points: curve }),
  'precision and recall': () => precisionRecallChart(context, { points: curve, positiveShare: 0.3 }),
  gain: () => gainChart(context, { points: curve }),
  profit: () => profitChart(context, { points, best: 0.6, chosen: 0.1, currency: 'EUR' }),
  histogram: () => histogramChart(context, { bins, name: 'age (years)' }),
  residuals: () => residualHistogram(context, { bins, unit: 'USD' }),
  bars: () => barsChart(context, { items: [{ label: 'a', value: 2 }], name: 'Rows', labelName: 'Value' }),
  importance: () => importanceChart(context, { columns: swarm, units: 'log-odds' }),
  'predicted against actual': () => predictedVsActualChart(context, { points: band }),
  waterfall: () => waterfallChart(context, { base: -1, steps, units: 'log-odds' }),
  beeswarm: () => beeswarmChart(context, { columns: swarm, units: 'log-odds' }),
  'dependence of a number': () =>
    dependenceChart(context, {
      column: 'tenure',
      units: 'probability',
      points: band.map(({ x, y, low, high }) => ({ value: x, mean: y, low, high, share: 0.3 })),
    }),
  'dependence of levels': () =>
    dependenceChart(context, {
      column: 'Contract',
      units: 'probability',
      points: [
        { value: 'One year', mean: 0.1, low: 0.05, high: 0.2, share: 0.4 },
        { value: null, mean: 0.3, low: 0.2, high: 0.5, share: 0.6 },
      ],
    }),
  'search progress': () =>
    searchProgressChart(context, { trials, metric: 'AUC', greaterIsBetter: true, baseline: 0.5 }),
  associations: () =>
    associationChart(context, { associations: [{ a: 'x', b: 'y', value: -0.7, measure: 'Spearman' }] }),
  confusion: () =>
    confusionChart(context, {
      classes: ['No', 'Yes'],
      counts: [
        [90, 10],
        [20, 30],
      ],
    }),
};

describe('P5 charts people expect', () => {
  for (const [name, build] of Object.entries(specs)) {
    it(`draws ${name} with axis titles and a table that fits its columns`, () => {
      const spec = build();
      const chart = init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 360 });
      chart.setOption({ ...spec.option, animation: false });
      const picture = chart.renderToSVGString();
      chart.dispose();
      expect(picture).toContain('<path');
      expect(picture).not.toContain('NaN');
      expect(spec.table.rows.length).toBeGreaterThan(0);
      for (const row of spec.table.rows) expect(row).toHaveLength(spec.table.columns.length);
    });

    it(`keeps ${name} equal for equal data, in both schemes`, () => {
      expect(JSON.stringify(build().option)).toBe(JSON.stringify(build().option));
    });

    it(`walks ${name} by keyboard along the rows of its table`, () => {
      const spec = build();
      if (spec.focusSeries === undefined) return;
      const { data } = seriesOf(spec)[spec.focusSeries] ?? {};
      expect(Array.isArray(data) && data.length).toBe(spec.table.rows.length);
    });
  }

  it('never relies on an HTML tooltip, which the policy would block', () => {
    for (const build of Object.values(specs)) {
      const { tooltip } = build().option;
      const list = Array.isArray(tooltip) ? tooltip : [tooltip];
      for (const each of list) expect(JSON.stringify(each ?? {})).not.toContain('html');
    }
  });

  it('writes numbers of the axes in the reader’s locale', () => {
    const spec = rocChart(contextOf('light', 'de-DE'), { points: curve });
    const axis = spec.option.xAxis;
    const formatter = !Array.isArray(axis) && axis !== undefined ? axis.axisLabel : undefined;
    expect(JSON.stringify(formatter)).toBeTruthy();
    expect(contextOf('light', 'de-DE').format.percent(0.256)).toBe('25,6\u00a0%');
  });
});

describe('G1 the waterfall', () => {
  const words = { base: 'base', rest: (count: number) => `${count} others`, output: 'output' };

  it('runs exactly from the base value to the output', () => {
    const bars = waterfallBars({ base: -1, steps, units: 'log-odds', limit: 2 }, words);
    expect(bars.map((bar) => bar.label)).toEqual(['base', 'Contract = Two year', 'tenure = 3', '2 others', 'output']);
    expect(bars.at(-1)?.to).toBeCloseTo(-1 + 0.9 - 1.4 + 0.1 - 0.05, 12);
    for (const [index, bar] of bars.entries()) {
      const next = bars[index + 1];
      if (next !== undefined && next.kind !== 'output') expect(next.from).toBeCloseTo(bar.to, 12);
    }
  });

  it('shows every step when they are few', () => {
    const bars = waterfallBars({ base: 0, steps, units: 'target' }, words);
    expect(bars.filter((bar) => bar.kind === 'rest')).toHaveLength(0);
    expect(bars).toHaveLength(steps.length + 2);
  });
});

describe('D4 the progress of a search', () => {
  it('carries the best score so far in either sense', () => {
    const ordered = [...trials].sort((a, b) => a.trial - b.trial);
    expect(bestSoFar(ordered, true)).toEqual([0.82, 0.84, 0.84]);
    expect(bestSoFar(ordered, false)).toEqual([0.82, 0.82, 0.82]);
  });

  it('orders trials by number whatever order they came in', () => {
    const spec = searchProgressChart(context, { trials, metric: 'AUC', greaterIsBetter: true, baseline: null });
    expect(spec.table.rows.map((row) => row[0])).toEqual([1, 2, 3]);
  });
});

describe('G3 importance and swarm', () => {
  it('sorts bars and sums what is left over', () => {
    const columns = Array.from({ length: 20 }, (_, index) => ({ column: `c${index}`, meanAbs: index }));
    const { rows } = importanceChart(context, { columns, units: 'log-odds', limit: 5 }).table;
    expect(rows[0]).toEqual(['c19', 19]);
    expect(rows).toHaveLength(6);
    expect(rows[5]).toEqual(['15 others', (14 * 15) / 2]);
  });

  it('keeps dots of one place apart and alone ones on the line', () => {
    expect(swarmOffsets([0, 10], 0, 10)).toEqual([0, 0]);
    const crowd = swarmOffsets([5, 5, 5, 5, 5], 0, 10);
    expect(new Set(crowd).size).toBe(5);
    expect(Math.max(...crowd.map(Math.abs))).toBeLessThanOrEqual(1);
  });
});

describe('B4 associations', () => {
  it('takes the columns with the strongest links, either sign', () => {
    const associations = [
      { a: 'x', b: 'y', value: -0.9, measure: 'Spearman' },
      { a: 'x', b: 'z', value: 0.2, measure: 'Spearman' },
    ];
    expect(strongestColumns(associations, 2)).toEqual(['x', 'y']);
  });
});

describe('charts as text', () => {
  it('writes tables as CSV with quotes where they are needed', () => {
    const csv = tableCsv({
      columns: [{ label: 'a, b' }, { label: 'n' }],
      rows: [
        ['say "hi"', 1.5],
        [null, -2],
        ['=1+1', '-3'],
      ],
    });
    expect(csv).toBe('"a, b",n\n"say ""hi""",1.5\n,-2\n\'=1+1,-3\n');
  });

  it('cuts long names in the middle', () => {
    expect(shortened('number_of_customer_service_calls', 20)).toHaveLength(20);
    expect(shortened('number_of_customer_service_calls', 20)).toMatch(/^number.*…*calls$/);
    expect(shortened('short', 20)).toBe('short');
  });

  it('keeps the small bars of a sparkline visible', () => {
    expect(sparkHeights([0, 1, 1000])).toEqual([0, 0.06, 1]);
  });
});
