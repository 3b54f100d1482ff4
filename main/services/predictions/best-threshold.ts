import { toErrorData } from '../../base/errors.ts';
import { canonicalJson } from '../../base/json.ts';
import type { DecisionCurve, Policy } from '../../contract/decisions.ts';
import type { LoadedModel } from '../models/loader.ts';

/** The profit-optimal threshold of a model; null for models that cannot have one. */
export type BestThreshold = (loaded: LoadedModel, policy: Policy | null) => Promise<number | null>;

/** The profit curve of a model under its saved policy, or the default one. */
export type CurveOf = (modelId: string) => Promise<DecisionCurve>;

const kept = 256;

/**
 * Asks for each curve once per model version and policy, at the first question; whoever asks meanwhile waits for the same
 * answer, so that equal rows get equal decisions whichever door they came through.
 */
export function createBestThreshold(curveOf: CurveOf): BestThreshold {
  const known = new Map<string, Promise<number | null>>();
  return (loaded, policy) => {
    if (loaded.content.spec.task !== 'binary') return Promise.resolve(null);
    const key = `${loaded.version.id}|${canonicalJson(policy)}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= kept) known.clear();
    const asked = curveOf(loaded.model.id).then(
      (curve) => curve.best.threshold,
      (error: unknown) => {
        // An imported model has no out-of-fold rows and so no optimum; anything else may pass.
        if (toErrorData(error).family !== 'unsupported') known.delete(key);
        return null;
      },
    );
    known.set(key, asked);
    return asked;
  };
}
