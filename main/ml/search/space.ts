import type { Task } from '../model-spec.ts';

/** One searched parameter. `log` dimensions are searched on the logarithm; integers are rounded. */
export type Dimension =
  | {
      readonly name: string;
      readonly kind: 'number';
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
      readonly integer: boolean;
    }
  | { readonly name: string; readonly kind: 'choice'; readonly values: readonly (number | boolean)[] };

export type SearchSpace = readonly Dimension[];

/** A configuration: one value a dimension. */
export type Configuration = Readonly<Record<string, number | boolean>>;

/** Where tree configurations are searched; bounds follow the size of the data. */
export function treeSpace(task: Task, rowCount: number, featureCount: number, categoryCount = 0): SearchSpace {
  const most = (rowCount < 3000 ? 48 : rowCount < 50_000 ? 128 : 256) * (task === 'binary' ? 1 : 2);
  const low = featureCount < 6 ? 0.6 : 0.2;
  return [
    { name: 'learningRate', kind: 'number', low: 0.015, high: 0.2, log: true, integer: false },
    { name: 'leaves', kind: 'number', low: 3, high: most, log: true, integer: true },
    {
      name: 'minDataInLeaf',
      kind: 'number',
      low: 2,
      high: Math.max(20, Math.min(200, Math.floor(rowCount / 40))),
      log: true,
      integer: true,
    },
    { name: 'lambda', kind: 'number', low: 0.01, high: 100, log: true, integer: false },
    { name: 'featureFraction', kind: 'number', low, high: 1, log: false, integer: false },
    { name: 'featureFractionByNode', kind: 'number', low: 0.4, high: 1, log: false, integer: false },
    { name: 'baggingFraction', kind: 'number', low: 0.5, high: 1, log: false, integer: false },
    { name: 'extraTrees', kind: 'choice', values: [false, true] },
    ...(categoryCount === 0 ? [] : categoryDimensions),
  ];
}

/** Searched only where there are text columns; elsewhere they would be noise to the estimator. */
const categoryDimensions: SearchSpace = [
  { name: 'catSmooth', kind: 'number', low: 1, high: 100, log: true, integer: false },
  { name: 'minDataPerGroup', kind: 'number', low: 20, high: 100, log: true, integer: true },
];
