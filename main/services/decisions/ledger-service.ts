/** The ledger's part of decisions: listing, verifying, and keeping a model's policy. */
import { asJson, type JsonValue } from '../../base/json.ts';
import type { LedgerEntry } from '../../contract/decisions.ts';
import type { ChainReport } from '../../store/audit.ts';
import type { Db } from '../../store/db.ts';
import type { LedgerRow } from '../../store/ledger-entry.ts';
import { findLedgerEntry, listLedger } from '../../store/ledger-list.ts';
import { verifyLedger } from '../../store/ledger-verify.ts';
import { findModel, savePolicy } from '../../store/repositories/models.ts';
import type { Service } from '../service-types.ts';
import { workspaceFileHash } from '../system/file-hash.ts';

/** Operations on the ledger, and what the last verification found. */
export type LedgerService = Pick<Service<'decisions'>, 'ledger' | 'verify' | 'savePolicy'> & {
  /** The last verification, null before the first. */
  readonly lastReport: () => ChainReport | null;
};

/** Kinds the contract lists: settlements and tombstones show in the entries they concern. */
const listed = ['single', 'batch', 'cache-hit', 'decision'] as const;
type ListedKind = (typeof listed)[number];
const isListed = (row: LedgerRow): row is LedgerRow & { readonly kind: ListedKind } =>
  listed.some((kind) => kind === row.kind);

/** A prediction as text: the label, the figure, or the batch's summary. */
export function predictionText(prediction: JsonValue | null): string | null {
  if (prediction === null) return null;
  return typeof prediction === 'object' ? JSON.stringify(prediction) : String(prediction);
}

function toEntry(db: Db, row: LedgerRow & { readonly kind: ListedKind }): LedgerEntry {
  // A hit repeats nothing itself: what it says is what the entry says that it points at.
  const first = row.kind === 'cache-hit' && row.pointsTo !== null ? (findLedgerEntry(db, row.pointsTo) ?? row) : row;
  return {
    id: row.id,
    kind: row.kind,
    modelId: row.modelId ?? '',
    modelName: row.modelId === null ? '' : (findModel(db, row.modelId)?.name ?? ''),
    rowKey: row.rowKey,
    rows: row.segmentRows ?? 1,
    prediction: predictionText(first.prediction),
    probability: first.probability,
    action: first.action,
    decidedAt: row.decidedAt,
    outcome: first.outcome,
    profit: row.kind === 'cache-hit' ? null : row.profit,
    hash: row.hash,
  };
}

/** Builds the ledger operations of one workspace; the profit curve is a part of its own. */
export function createLedgerService(deps: { readonly db: Db; readonly workspaceFolder: string }): LedgerService {
  const { db, workspaceFolder } = deps;
  let report: ChainReport | null = null;
  return {
    ledger: ({ modelId, offset, limit }) => {
      const page = listLedger(db, { kinds: listed, offset, limit, ...(modelId === undefined ? {} : { modelId }) });
      return { items: page.rows.filter(isListed).map((row) => toEntry(db, row)), total: page.total };
    },
    verify: async () => {
      report = await verifyLedger(db, (path) => workspaceFileHash(workspaceFolder, path));
      return report;
    },
    savePolicy: ({ modelId, policy }) => savePolicy(db, modelId, asJson(policy)),
    lastReport: () => report,
  };
}
