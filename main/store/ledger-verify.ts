/** Recomputes the ledger: links, contents, outcomes against their settlements, segment files against their hashes. */
import type { JsonValue } from '../base/json.ts';
import type { ChainReport } from './audit.ts';
import { brokenLink, type ChainState, chainHead, chainStart } from './chain.ts';
import type { Db } from './db.ts';
import { type LedgerRow, ledgerPayload, ledgerTable } from './ledger-entry.ts';
import { fromSql } from './table.ts';

/** SHA-256 (hex) of a segment file by its path in the workspace, or null when there is no such file. */
export type ReadSegmentHash = (path: string) => Promise<string | null> | string | null;

const chunk = 2000;

type Settled = Pick<LedgerRow, 'id' | 'outcome' | 'settledAt' | 'profit'>;

const isSettled = (row: Settled): boolean => row.outcome !== null || row.settledAt !== null || row.profit !== null;

/** The settled entry whose outcome is not what its settlement says, or null. */
function unmatchedSettlement(db: Db, row: LedgerRow): string | null {
  if (row.erasedAt !== null) return null;
  if (row.kind === 'settlement') {
    const target = db.get<Settled>(
      'SELECT id, outcome, settled_at AS settledAt, profit FROM ledger WHERE id = ? AND erased_at IS NULL',
      row.pointsTo,
    );
    if (target === null) return null;
    const same = target.outcome === row.outcome && target.settledAt === row.settledAt && target.profit === row.profit;
    return same ? null : target.id;
  }
  if (!isSettled(row)) return null;
  const settlement = db.get("SELECT 1 FROM ledger WHERE points_to = ? AND kind = 'settlement'", row.id);
  return settlement === null ? row.id : null;
}

/** Why a row's own content is not what was appended, or null; links are checked apart. */
async function brokenContent(row: LedgerRow, readSegmentHash: ReadSegmentHash): Promise<string | null> {
  if (row.erasedAt !== null) {
    return row.prediction === null && row.rowKey === null && !isSettled({ ...row, settledAt: null })
      ? null
      : 'its content was changed';
  }
  if (row.segmentFile === null) return null;
  const found = await readSegmentHash(row.segmentFile);
  if (found === null) return `its segment file ${row.segmentFile} is missing`;
  return found === row.segmentSha256 ? null : `its segment file ${row.segmentFile} was changed`;
}

/** How many entries a tombstone says were erased. */
function erasedBy(prediction: JsonValue | null): number {
  if (prediction === null || typeof prediction !== 'object' || !('erasedEntries' in prediction)) return 0;
  return typeof prediction.erasedEntries === 'number' ? prediction.erasedEntries : 0;
}

/**
 * Verifies every entry in order and names the first that was changed, removed or moved. O(entries) and two hashes each;
 * yields to the event loop between chunks. Entries appended meanwhile are left to the next verification.
 */
export async function verifyLedger(db: Db, readSegmentHash: ReadSegmentHash): Promise<ChainReport> {
  const head = chainHead(db, 'ledger');
  let state: ChainState = { seq: 0, hash: chainStart };
  const broken = (id: string, reason: string): ChainReport => ({
    ok: false,
    entries: head.entryCount,
    firstBroken: { id, reason },
  });
  let erased = 0;
  let announced = 0;
  // Told only when all links hold: an edited settlement must be named itself, not the entry it settles.
  let unmatched: string | null = null;
  for (;;) {
    const rows = db.all<Record<string, unknown> & { salt: Uint8Array | null; prediction: string | null }>(
      `SELECT ledger.*, subject_salts.salt AS salt FROM ledger LEFT JOIN subject_salts ON subject_salts.subject = ledger.subject
       WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
      state.seq,
      head.entryCount,
      chunk,
    );
    for (const raw of rows) {
      let row: LedgerRow;
      try {
        row = fromSql(ledgerTable, raw);
      } catch {
        return broken(String(raw.id), 'its content was changed');
      }
      if (row.erasedAt !== null) erased++;
      if (row.kind === 'tombstone') announced += erasedBy(row.prediction);
      if (raw.salt === null && row.erasedAt === null) return broken(row.id, 'its salt is gone without an erasure');
      const content =
        raw.salt === null || row.erasedAt !== null
          ? null
          : { salt: raw.salt, payload: ledgerPayload(row, raw.prediction) };
      const reason = brokenLink(state, { ...row, content }) ?? (await brokenContent(row, readSegmentHash));
      if (reason !== null) return broken(row.id, reason);
      unmatched ??= unmatchedSettlement(db, row);
      state = { seq: row.seq, hash: row.hash };
    }
    if (rows.length < chunk) break;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  if (head.entryCount !== state.seq || head.hash !== state.hash) {
    return broken(`entry ${state.seq + 1}`, 'the end of the chain is missing');
  }
  if (unmatched !== null) return broken(unmatched, 'its outcome does not match its settlement');
  if (erased !== announced) {
    return broken('erased entries', `${erased} entries are marked as erased, ${announced} were`);
  }
  return { ok: true, entries: head.entryCount, firstBroken: null };
}
