import { type Counterfactual, type CounterfactualResult, counterfactuals } from '../../ml/explain/counterfactual.ts';
import type { ColumnRule } from '../../ml/explain/counterfactual-moves.ts';
import { type Goal, goalScorer } from '../../ml/explain/goal.ts';
import { rowSeed, stackRows, takeRows } from '../../ml/explain/rows.ts';
import { runSteps } from '../../ml/explain/steps.ts';
import type { Frame } from '../../ml/frame.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type CounterfactualsInput = {
  readonly model: PortableModel;
  readonly rows: Frame;
  readonly background: Frame;
  /** By row. */
  readonly goals: readonly Goal[];
  readonly rules: readonly ColumnRule[];
  readonly count: number;
  readonly mostChanges: number;
};

export type CounterfactualsOutput = readonly {
  readonly outcome: CounterfactualResult['outcome'];
  readonly found: readonly Counterfactual[];
  /** The changed rows, in the order of `found`. */
  readonly rows: Frame;
  readonly scored: number;
}[];

/** Counterfactuals of every row, one after the other. */
export function counterfactualRows(input: CounterfactualsInput, environment: TaskEnvironment): CounterfactualsOutput {
  const spec = unpackModel(input.model);
  const all = stackRows(spec.recipe, [input.rows]);
  const { background, rules, count, mostChanges } = input;
  return input.goals.map((goal, at) => {
    const row = takeRows(all, Int32Array.of(at));
    const seed = rowSeed(row, 0);
    const onFraction = (fraction: number): void =>
      environment.emit({ series: 'fraction', value: (at + fraction) / input.goals.length });
    const steps = counterfactuals({ spec, row, background, rules, count, mostChanges, seed });
    return runSteps(steps, goalScorer(spec, goal), { stop: environment.stop, onFraction });
  });
}
