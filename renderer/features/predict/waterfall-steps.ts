/** What the waterfall of a prediction is drawn from, in the units chosen. */
import type { Cell } from '../../../main/contract/common.ts';
import type { Prediction } from '../../../main/contract/predictions.ts';

export type WaterfallUnits = 'margin' | 'probability';

export type WaterfallSteps = {
  readonly base: number;
  readonly output: number;
  readonly units: 'log-odds' | 'target' | 'log-target' | 'probability';
  readonly steps: readonly { readonly label: string; readonly contribution: number }[];
};

type Parts = Pick<Prediction, 'units' | 'baseValue' | 'baseProbability' | 'contributions' | 'probabilityContributions'>;

/** Units that a prediction can be told in: probability only where the host rescaled it. */
export const hasProbabilityUnits = (prediction: Parts): boolean =>
  prediction.probabilityContributions !== null && prediction.baseProbability !== null;

/** Steps with labels such as `tenure = 3`; `label` words one of them. */
export function buildWaterfall(
  prediction: Parts,
  units: WaterfallUnits,
  label: (column: string, value: Cell) => string,
): WaterfallSteps {
  const { probabilityContributions, baseProbability } = prediction;
  const rescaled = units === 'probability' && probabilityContributions !== null && baseProbability !== null;
  const contributions = rescaled ? probabilityContributions : prediction.contributions;
  const base = rescaled ? baseProbability : prediction.baseValue;
  return {
    base,
    output: contributions.reduce((sum, each) => sum + each.contribution, base),
    units: rescaled ? 'probability' : prediction.units,
    steps: contributions.map((each) => ({
      label: label(each.column, each.value),
      contribution: each.contribution,
    })),
  };
}
