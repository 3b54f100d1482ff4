import { createHash } from 'node:crypto';
import { canonicalJson } from '../../base/json.ts';
import type { Policy } from '../../contract/decisions.ts';
import type { Prediction } from '../../contract/predictions.ts';
import type { Frame } from '../../ml/frame.ts';
import { isGraphModel } from '../../ml/model-spec.ts';
import { alignBooleans } from '../../ml/recipe/boolean-words.ts';
import { appendCacheHit, appendPrediction } from '../../store/ledger.ts';
import type { LedgerRow } from '../../store/ledger-entry.ts';
import { savedPolicy } from '../decisions/curve.ts';
import { explainGraphRows, graphAverage } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import type { Service } from '../service-types.ts';
import { type CurveOf, createBestThreshold } from './best-threshold.ts';
import { createPredictionCache } from './cache.ts';
import { checkSchema, tempFolder } from './check-schema.ts';
import { openRowSource } from './open-source.ts';
import { type GraphRow, predictRow } from './predict-one.ts';
import { rowFrame } from './row-frame.ts';
import { type StartScoreDeps, startScore } from './start-score.ts';

export type PredictionsDeps = StartScoreDeps & { readonly curve: CurveOf };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Predictions of single rows, in this thread and from a cache, with a ledger entry each; files as jobs. A single row never
 * waits for work of jobs: what it asks of the pool goes to the interactive lane.
 */
export function createPredictionsService(deps: PredictionsDeps): Service<'predictions'> {
  const { db, loader } = deps;
  const cache = createPredictionCache(db.clock);
  const bestThreshold = createBestThreshold(deps.curve);
  const record = (loaded: LoadedModel, inputHash: string, rowKey: string | undefined, reply: Prediction): LedgerRow =>
    appendPrediction(db, {
      modelVersionId: loaded.version.id,
      rowKey: rowKey ?? null,
      inputHash,
      prediction: reply.prediction,
      probability: reply.probability,
      explanationHash: sha256(canonicalJson([reply.baseValue, reply.contributions])),
      action: reply.decision?.action ?? null,
    });
  const graphRow = async (loaded: LoadedModel, frame: Frame): Promise<GraphRow | null> => {
    if (!isGraphModel(loaded.content.spec)) return null;
    const rows = await explainGraphRows(deps, loaded, frame, { lane: 'interactive' });
    return { ...rows, average: await graphAverage(deps.inference, loaded) };
  };
  return {
    one: async (input) => {
      const loaded = await loader.load(input.modelId);
      const startedMs = db.clock.monotonic();
      const { recipe } = loaded.content.spec;
      const frame = alignBooleans(recipe, rowFrame(recipe.inputs, input.row));
      const policy = savedPolicy(db, input.modelId);
      const threshold = policy?.threshold ?? (await bestThreshold(loaded, policy));
      const inputHash = sha256(canonicalJson(cellsOf(frame)));
      const key = cacheKey(loaded, inputHash, policy, threshold, input.interval, input.rowKey);
      const known = cache.find(key);
      const reply: Prediction = known?.reply ?? {
        ...predictRow(loaded, frame, policy, threshold, input.interval, await graphRow(loaded, frame)),
        cached: false,
        ledgerId: null,
        milliseconds: 0,
      };
      let ledgerId: string | null = null;
      if (input.record) {
        const first = known?.ledgerId ?? null;
        ledgerId = (first === null ? record(loaded, inputHash, input.rowKey, reply) : appendCacheHit(db, first)).id;
        if (first === null) cache.put(key, { reply, ledgerId });
      } else if (known === null) cache.put(key, { reply, ledgerId: null });
      return { ...reply, cached: known !== null, ledgerId, milliseconds: db.clock.monotonic() - startedMs };
    },
    checkSchema: async (input) => {
      const loaded = await loader.load(input.modelId);
      const source = await openRowSource(deps, input.source);
      try {
        const check = await checkSchema(loaded, source, input.map, tempFolder(deps.workspaceDir));
        return { ...check, columns: [...check.columns], suggestedMap: { ...check.suggestedMap } };
      } finally {
        await source.rows.close();
      }
    },
    scoreFile: (input) => startScore(deps, input),
    cacheStats: () => cache.stats(),
    clearCache: () => ({ cleared: cache.clear() }),
  };
}

/** The row as the model sees it: what is equal here is predicted equally. */
const cellsOf = (frame: Frame): readonly (number | string | null)[] =>
  frame.columns.map((column) => {
    if (column.type === 'string') return column.codes[0] < 0 ? null : column.levels[column.codes[0]];
    // JSON has no infinities, and they are values here
    return Number.isFinite(column.values[0]) ? column.values[0] : String(column.values[0]);
  });

const cacheKey = (
  loaded: LoadedModel,
  inputHash: string,
  policy: Policy | null,
  threshold: number | null,
  level: number,
  rowKey: string | undefined,
): string =>
  `${loaded.version.packageSha256}|${inputHash}|${canonicalJson([policy, threshold, level, rowKey ?? null])}`;
