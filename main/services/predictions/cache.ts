import type { Clock } from '../../base/clock.ts';
import type { Prediction } from '../../contract/predictions.ts';

/** Cached replies with the ledger entry they were recorded under, if any. */
export type CachedPrediction = { readonly reply: Prediction; readonly ledgerId: string | null };

export type PredictionCache = {
  readonly find: (key: string) => CachedPrediction | null;
  readonly put: (key: string, entry: CachedPrediction) => void;
  readonly stats: () => { readonly hits: number; readonly misses: number; readonly entries: number };
  readonly clear: () => number;
};

/** Keeps the last `capacity` predictions for `ttlMs`; keys are hashes of model, inputs and policy. */
export function createPredictionCache(clock: Clock, options = { ttlMs: 300_000, capacity: 10_000 }): PredictionCache {
  const entries = new Map<string, { readonly at: number; readonly entry: CachedPrediction }>();
  let hits = 0;
  let misses = 0;
  return {
    find: (key) => {
      const found = entries.get(key);
      if (found === undefined || clock.now() - found.at >= options.ttlMs) {
        if (found !== undefined) entries.delete(key);
        misses++;
        return null;
      }
      hits++;
      entries.delete(key);
      entries.set(key, found);
      return found.entry;
    },
    put: (key, entry) => {
      entries.set(key, { at: clock.now(), entry });
      if (entries.size <= options.capacity) return;
      const oldest = entries.keys().next().value;
      if (oldest !== undefined) entries.delete(oldest);
    },
    stats: () => ({ hits, misses, entries: entries.size }),
    clear: () => {
      const cleared = entries.size;
      entries.clear();
      return cleared;
    },
  };
}
