import { toErrorData } from '../../base/errors.ts';
import { canonicalJson } from '../../base/json.ts';
import type { Logger } from '../../base/logger.ts';
import type { Policy } from '../../contract/decisions.ts';
import { type CurveDeps, decisionCurve } from '../decisions/curve.ts';
import type { LoadedModel } from '../models/loader.ts';

/** The profit-optimal threshold of a model: null until known, and for models that cannot have one. Never waits. */
export type BestThreshold = (loaded: LoadedModel, policy: Policy | null) => number | null;

const kept = 256;

/** Computes each threshold once per model version and policy, in the pool, at the first question. */
export function createBestThreshold(deps: CurveDeps & { readonly logger: Logger }): BestThreshold {
  const known = new Map<string, number | null>();
  return (loaded, policy) => {
    if (loaded.content.spec.task !== 'binary') return null;
    const key = `${loaded.version.id}|${canonicalJson(policy)}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= kept) known.clear();
    known.set(key, null);
    decisionCurve(deps, loaded.model.id, policy ?? undefined).then(
      (curve) => known.set(key, curve.best.threshold),
      (error: unknown) => {
        // An imported model has no out-of-fold rows and so no optimum; anything else may pass.
        const { family, code } = toErrorData(error);
        if (family === 'unsupported') return;
        known.delete(key);
        deps.logger.warn('the best threshold was not computed', { reason: code });
      },
    );
    return null;
  };
}
