/** What a caller wants of a counterfactual, in the terms of the search: the goal, and the rules with dates as numbers. */
import { invalidInput } from '../../base/errors.ts';
import type { Cell } from '../../contract/common.ts';
import type { ColumnRule } from '../../ml/explain/counterfactual-moves.ts';
import type { Goal } from '../../ml/explain/goal.ts';
import type { LoadedModel } from '../models/loader.ts';
import { rowFrame } from '../predictions/row-frame.ts';
import type { Inputs } from '../service-types.ts';
import { classIndex, written } from './output.ts';

export type Wanted = Pick<
  Inputs['explanations']['counterfactuals'],
  'wantedClass' | 'wantedLow' | 'wantedHigh' | 'threshold'
>;

export type ReadGoal = {
  readonly goal: Goal;
  /** In words: "Churn = No". */
  readonly words: string;
  /** The figure that tells how near a row is: probability of the wanted class, or the value. */
  readonly figure: (outputs: ArrayLike<number>) => number;
};

/** The goal for a row with these outputs. Throws invalid-input for an unknown class or a regression without a range. */
export function readGoal(loaded: LoadedModel, wanted: Wanted, outputs: ArrayLike<number>): ReadGoal {
  const { task, classes } = loaded.content.spec;
  const { target } = loaded.model;
  if (task === 'regression') {
    const { wantedLow, wantedHigh } = wanted;
    const low = wantedLow ?? Number.NEGATIVE_INFINITY;
    const high = wantedHigh ?? Number.POSITIVE_INFINITY;
    if (wantedLow === undefined && wantedHigh === undefined) {
      throw invalidInput('no-goal', `Say which values of ${target} are wanted.`, {
        hint: 'Give the least or the largest value wanted, or both.',
      });
    }
    if (!(low <= high)) {
      throw invalidInput('goal-range', `No value lies from ${low} to ${high}.`, {
        hint: 'Give the smaller one first.',
      });
    }
    const words =
      wantedHigh === undefined
        ? `${target} of at least ${written(low)}`
        : wantedLow === undefined
          ? `${target} of at most ${written(high)}`
          : `${target} from ${written(low)} to ${written(high)}`;
    return { goal: { kind: 'range', low, high }, words, figure: (values) => values[0] };
  }
  if (task === 'binary') {
    const above =
      wanted.wantedClass === undefined ? outputs[0] < wanted.threshold : classIndex(loaded, wanted.wantedClass) === 1;
    const words = `${target} = ${classes[above ? 1 : 0]}`;
    return {
      goal: { kind: 'side', above, threshold: wanted.threshold },
      words,
      figure: (values) => (above ? values[0] : 1 - values[0]),
    };
  }
  const order = Array.from(classes, (_, k) => k).sort((a, b) => outputs[b] - outputs[a] || a - b);
  const output = wanted.wantedClass === undefined ? order[1] : classIndex(loaded, wanted.wantedClass);
  return {
    goal: { kind: 'class', output },
    words: `${target} = ${classes[output]}`,
    figure: (values) => values[output],
  };
}

/** Rules as the search reads them. Throws invalid-input for unknown columns, bounds that cannot be read, and contradictions. */
export function readRules(
  loaded: LoadedModel,
  rules: Inputs['explanations']['counterfactuals']['rules'],
): readonly ColumnRule[] {
  const { inputs } = loaded.content.spec.recipe;
  return rules.map((rule) => {
    const input = inputs.find(({ name }) => name === rule.column);
    if (input === undefined) {
      throw invalidInput('unknown-column', `The model has no column "${rule.column}".`, {
        hint: `Its columns are ${inputs.map(({ name }) => name).join(', ')}.`,
        details: { column: rule.column },
      });
    }
    const { direction, step, levels, cost, immutable } = rule;
    const numeric = input.type !== 'string';
    const misfit = numeric
      ? levels === undefined
        ? null
        : 'has no levels'
      : direction !== undefined || step !== undefined || rule.min !== undefined || rule.max !== undefined
        ? 'has no order'
        : null;
    if (misfit !== null) {
      throw invalidInput('rule-misfit', `"${rule.column}" ${misfit}, so that rule does not apply.`, {
        hint: numeric ? 'Give a direction, a step or a range.' : 'Give the levels that may be chosen.',
        details: { column: rule.column },
      });
    }
    const bound = (cell: Cell | undefined): number | undefined => {
      if (cell === undefined || cell === null) return undefined;
      const [column] = rowFrame([input], { [input.name]: cell }).columns;
      return column.type === 'string' ? undefined : column.values[0];
    };
    const [min, max] = [bound(rule.min), bound(rule.max)];
    if (min !== undefined && max !== undefined && min > max) {
      throw invalidInput('rule-range', `"${rule.column}" cannot lie from ${rule.min} to ${rule.max}.`, {
        hint: 'Give the smaller one first.',
        details: { column: rule.column },
      });
    }
    // A step of a date is in days
    const scaled = step !== undefined && input.type === 'timestamp' ? step * 86_400_000_000 : step;
    return { column: rule.column, immutable, direction, step: scaled, min, max, levels, cost };
  });
}
