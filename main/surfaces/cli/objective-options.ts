/** Flags of `augury train` that say what is fitted and what the model must keep to. */
import type { Command } from 'commander';
import { invalidInput } from '../../base/errors.ts';
import type { TrainOptions } from '../../contract/models.ts';
import { splitList } from './resolve.ts';

export type ObjectiveFlags = {
  readonly objective?: string;
  readonly quantiles?: string;
  readonly tweediePower?: string;
  readonly huberDelta?: string;
  readonly monotone?: string;
  readonly interactions?: string;
  readonly classWeight?: string;
  readonly weight?: string;
  readonly boosting?: string;
  readonly sampling?: string;
  readonly gradientLevels?: string;
};

const objectives = ['auto', 'squared', 'absolute', 'huber', 'quantile', 'poisson', 'tweedie', 'gamma'] as const;

/** Adds the flags to a command. */
export const addObjectiveOptions = (command: Command): Command =>
  command
    .optionsGroup('What is fitted, and what it must keep to:')
    .option('--objective <name>', `loss of a regression: ${objectives.join(', ')}`)
    .option('--quantiles <list>', 'predict these quantiles, e.g. 0.1,0.5,0.9')
    .option('--tweedie-power <p>', 'between 1 (Poisson) and 2 (gamma); default 1.5')
    .option('--huber-delta <d>', 'where the Huber loss turns linear, in robust standard deviations; default 1')
    .option('--monotone <list>', 'columns the prediction may only rise or fall with, e.g. age=+1,price=-1')
    .option('--interactions <groups>', 'columns that may act together, e.g. "a,b;c,d"; all others act alone')
    .option('--class-weight <kind>', 'none, or balanced: all classes weigh alike while fitting')
    .option('--weight <column>', 'numbers from zero on: how much each row counts while fitting')
    .option('--boosting <kind>', 'of trees: plain, or dart, which drops earlier trees while fitting the next')
    .option('--sampling <kind>', 'rows of a round of trees: uniform, goss or mvs (by the size of their gradients)')
    .option('--gradient-levels <n>', 'of trees: choose splits by gradients rounded to integers from -n to n, e.g. 2');

/** What the flags say, checked. Throws invalid-input `bad-option`. */
export function objectiveInput(flags: ObjectiveFlags): Partial<TrainOptions> {
  const { objective, quantiles, tweediePower, huberDelta, monotone, interactions, classWeight } = flags;
  const { weight, boosting, sampling, gradientLevels } = flags;
  return {
    ...(objective === undefined ? {} : { objective: wordOf(objective, objectives, '--objective') }),
    ...(quantiles === undefined ? {} : { quantiles: splitList(quantiles).map((q) => numberOf(q, '--quantiles')) }),
    ...(tweediePower === undefined ? {} : { tweediePower: numberOf(tweediePower, '--tweedie-power') }),
    ...(huberDelta === undefined ? {} : { huberDelta: numberOf(huberDelta, '--huber-delta') }),
    ...(monotone === undefined ? {} : { monotone: Object.fromEntries(splitList(monotone).map(directionOf)) }),
    ...(interactions === undefined
      ? {}
      : {
          interactions: interactions
            .split(';')
            .map(splitList)
            .filter((group) => group.length > 0),
        }),
    ...(classWeight === undefined
      ? {}
      : { classWeight: wordOf(classWeight, ['none', 'balanced'] as const, '--class-weight') }),
    ...(weight === undefined ? {} : { weight }),
    ...(boosting === undefined ? {} : { boosting: wordOf(boosting, ['plain', 'dart'] as const, '--boosting') }),
    ...(sampling === undefined
      ? {}
      : { sampling: wordOf(sampling, ['uniform', 'goss', 'mvs'] as const, '--sampling') }),
    ...(gradientLevels === undefined ? {} : { gradientLevels: numberOf(gradientLevels, '--gradient-levels') }),
  };
}

function directionOf(text: string): [column: string, direction: 1 | -1] {
  const at = text.lastIndexOf('=');
  const value = text.slice(at + 1).trim();
  if (at > 0 && (value === '1' || value === '+1')) return [text.slice(0, at).trim(), 1];
  if (at > 0 && value === '-1') return [text.slice(0, at).trim(), -1];
  throw invalidInput('bad-option', `--monotone has "${text}".`, {
    hint: 'Write COLUMN=+1 or COLUMN=-1, separated by commas.',
  });
}

function numberOf(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw invalidInput('bad-option', `${option} has "${text}", which is no number.`);
}

function wordOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  throw invalidInput('bad-option', `${option} is ${text}.`, { hint: `Use one of ${allowed.join(', ')}.` });
}
