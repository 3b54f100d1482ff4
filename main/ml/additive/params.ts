import { invalidInput } from '../../base/errors.ts';

/** What shapes an explainable boosting machine. */
export type AdditiveParams = {
  /** Factor on every step. */
  readonly learningRate: number;
  /** Passes over all terms at most. */
  readonly rounds: number;
  /** Passes without a better out-of-bag loss after which a bag ends. */
  readonly earlyStoppingRounds: number;
  /** Models on different parts of the rows, averaged; their spread is the error band. */
  readonly outerBags: number;
  /** Share of the rows each outer bag leaves out and stops by, in (0, 0.5]. */
  readonly outOfBagShare: number;
  /** Bootstrap samples averaged in every step; 1 uses the bag's rows once each. */
  readonly innerBags: number;
  /** Value bins a feature at most, 2…255; missing has one of its own. */
  readonly maxBins: number;
  /** Value bins a feature of a pair at most, 2…15. */
  readonly pairBins: number;
  /** Leaves of one step on one feature, 2…8. */
  readonly leaves: number;
  /** Least rows in a leaf. */
  readonly minRowsInLeaf: number;
  /** L2 penalty on a leaf's value, in hessian. */
  readonly lambda: number;
  /** Pair terms at most; null takes nine for every ten features, at most 20 and none for several classes. */
  readonly pairs: number | null;
  readonly seed: number;
};

export const defaultAdditiveParams: AdditiveParams = {
  learningRate: 0.03,
  rounds: 1500,
  earlyStoppingRounds: 40,
  outerBags: 8,
  outOfBagShare: 0.15,
  innerBags: 1,
  maxBins: 127,
  pairBins: 12,
  leaves: 3,
  minRowsInLeaf: 4,
  lambda: 0.1,
  pairs: null,
  seed: 1,
};

const ranges: { readonly [K in Exclude<keyof AdditiveParams, 'pairs'>]: readonly [number, number, boolean] } = {
  learningRate: [1e-6, 1, false],
  rounds: [1, 1_000_000, true],
  earlyStoppingRounds: [1, 1_000_000, true],
  outerBags: [1, 100, true],
  outOfBagShare: [0.01, 0.5, false],
  innerBags: [1, 50, true],
  maxBins: [2, 255, true],
  pairBins: [2, 15, true],
  leaves: [2, 8, true],
  minRowsInLeaf: [1, 1e9, false],
  lambda: [0, 1e300, false],
  seed: [-1e15, 1e15, true],
};

/** Defaults filled in and every value checked; throws invalid-input naming the parameter and its range. */
export function resolveAdditiveParams(given: Partial<AdditiveParams> = {}): AdditiveParams {
  const params: AdditiveParams = { ...defaultAdditiveParams, ...given };
  const check = (name: string, value: number, [low, high, integer]: readonly [number, number, boolean]): void => {
    if (value >= low && value <= high && (!integer || Number.isInteger(value))) return;
    throw invalidInput('additive-param', `The parameter ${name} of an explainable boosting machine is ${value}.`, {
      hint: `Give ${integer ? 'an integer' : 'a number'} from ${low} to ${high}.`,
      details: { parameter: name },
    });
  };
  for (const [name, range] of Object.entries(ranges)) {
    check(name, params[name as keyof typeof ranges], range);
  }
  if (params.pairs !== null) check('pairs', params.pairs, [0, 1000, true]);
  return params;
}
