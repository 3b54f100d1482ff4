/**
 * One row explained by the method asked for, with its warranty where wanted, in the margin of one output. Where exact
 * contributions (SHAP) are to be had, they stand beside sampled ones; a model without them is explained by KernelSHAP.
 */
import type { Frame } from '../frame.ts';
import type { FittedRecipe } from '../model-spec.ts';
import { type Agreement, compareContributions } from './agreement.ts';
import { deletionTest } from './faithfulness.ts';
import { type KernelShapResult, kernelShap } from './kernel-shap.ts';
import { type LimeResult, lime } from './lime.ts';
import type { MakeGame } from './mixture-game.ts';
import { rowSeed, stackRows, takeRows } from './rows.ts';
import { measureStability, nearbyRows } from './stability.ts';
import type { ScoringSteps } from './steps.ts';
import { createSupport } from './support.ts';
import { gradeWarranty, type Warranty } from './warranty.ts';

export type ExplainMethod = 'treeshap' | 'lime' | 'kernelshap';

export type RowExplanationInput = {
  readonly recipe: FittedRecipe;
  /** The row, alone. */
  readonly row: Frame;
  readonly background: Frame;
  readonly method: ExplainMethod;
  readonly warranty: boolean;
  /** What of the row lies beyond training, in words, for the warranty. */
  readonly unseen: readonly string[];
  /** Exact contributions of rows, row-major by input column; null for a model that has none. */
  readonly exact: ((rows: Frame) => { readonly base: number; readonly values: Float64Array }) | null;
  /** Values coalitions of KernelSHAP where the model has a faster way than scoring rows. */
  readonly game?: MakeGame | null;
};

export type RowExplanationResult = {
  /** The method used: KernelSHAP where the exact one is not to be had. */
  readonly method: ExplainMethod;
  readonly base: number;
  /** The margin the model gives. */
  readonly output: number;
  /** By input column, in the recipe's order. */
  readonly values: Float64Array;
  readonly standardErrors: Float64Array | null;
  readonly seed: number;
  readonly additivityError: number;
  readonly lime: Omit<LimeResult, 'values' | 'standardErrors'> | null;
  readonly kernel: Omit<KernelShapResult, 'values' | 'standardErrors'> | null;
  /** Of a sampled method with the exact contributions. */
  readonly agreement: Agreement | null;
  readonly warranty: Warranty | null;
};

/** Neighbours explained for the stability; sampled explanations cost too much for as many. */
const neighbours = 24;
const sampledNeighbours = 4;

/** Explains one row. */
export function* explainRowSteps(input: RowExplanationInput): ScoringSteps<RowExplanationResult> {
  const { recipe, background, exact, game = null } = input;
  const method = input.method === 'treeshap' && exact === null ? 'kernelshap' : input.method;
  const row = stackRows(recipe, [input.row]);
  const seed = rowSeed(row, 0);
  const [margin] = yield { frame: row, fraction: 0 };
  const precise = exact?.(row) ?? null;
  const local = method === 'lime' || input.warranty ? yield* lime({ recipe, row, background, seed }) : null;
  const kernel = method === 'kernelshap' ? yield* kernelShap({ recipe, row, background, seed, game }) : null;
  const found = (method === 'lime' ? local : (kernel ?? precise)) ?? { base: 0, values: new Float64Array(0) };
  const { base, values } = found;
  const explained = values.reduce((sum, value) => sum + value, base) + (kernel?.rest ?? 0);
  const gap = Math.abs(explained - margin);
  const additivityError = gap / Math.max(1, Math.abs(margin));
  const agreement = method === 'treeshap' || precise === null ? null : compareContributions(values, precise.values);
  const result = {
    method,
    base,
    output: margin,
    values,
    standardErrors: method === 'lime' ? (local?.standardErrors ?? null) : (kernel?.standardErrors ?? null),
    seed,
    additivityError,
    lime: method === 'lime' && local !== null ? limeFacts(local) : null,
    kernel: kernel === null ? null : kernelFacts(kernel),
    agreement,
  };
  if (!input.warranty) return { ...result, warranty: null };
  const against = method !== 'lime' && local !== null ? compareContributions(values, local.values) : null;
  const warranty = gradeWarranty({
    additivityError,
    localGap: method === 'lime' ? gap / Math.max(1e-12, sizeOf(values)) : null,
    seedStability:
      method === 'lime'
        ? (local?.rankCorrelation ?? null)
        : kernel === null || kernel.exact
          ? null
          : Math.max(0, 1 - 2 * kernel.error),
    stability: yield* stabilityOf(input, row, seed, precise?.values ?? kernel?.values ?? null),
    agreement:
      agreement !== null
        ? { with: 'SHAP', measured: agreement }
        : against === null
          ? null
          : { with: 'LIME', measured: against },
    faithfulness: yield* deletionTest({ recipe, row, background, values, seed }),
    support: createSupport(recipe, background)(row)[0],
    unseen: input.unseen,
  });
  return { ...result, warranty };
}

/** `known`: contributions of the row by SHAP or KernelSHAP; LIME's own are too rough to be compared with neighbours'. */
function* stabilityOf(input: RowExplanationInput, row: Frame, seed: number, known: Float64Array | null) {
  const { recipe, background, exact, game = null } = input;
  const nearby = nearbyRows(recipe, row, background, exact === null ? sampledNeighbours : neighbours, seed);
  if (exact !== null) return measureStability(known ?? exact(row).values, exact(nearby).values);
  const sampled = function* (rows: Frame): ScoringSteps<Float64Array> {
    const steps = kernelShap({ recipe, row: rows, background, seed, game, backgroundRows: 50, mostCoalitions: 512 });
    return (yield* steps).values;
  };
  const own = yield* sampled(row);
  const around = new Float64Array(nearby.rowCount * own.length);
  for (let at = 0; at < nearby.rowCount; at++) {
    around.set(yield* sampled(takeRows(nearby, Int32Array.of(at))), at * own.length);
  }
  return measureStability(own, around);
}

const sizeOf = (values: Float64Array): number => values.reduce((sum, value) => sum + Math.abs(value), 0);

const limeFacts = ({ values: _v, standardErrors: _e, ...facts }: LimeResult): RowExplanationResult['lime'] => facts;
const kernelFacts = ({ values: _v, standardErrors: _e, ...facts }: KernelShapResult): RowExplanationResult['kernel'] =>
  facts;
