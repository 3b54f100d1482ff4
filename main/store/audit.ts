/** The audit log: who did what with which outcome, hash-chained (see chain.ts), so that no line can be changed or removed unseen. */
import { asJson, canonicalJson, type JsonValue } from '../base/json.ts';
import { brokenLink, type ChainState, chainHead, chainStart, extendChain, findSalt } from './chain.ts';
import type { Db } from './db.ts';
import type { Subject } from './repositories/events.ts';

export type AuditInput = {
  readonly operation: string;
  readonly actor: string;
  readonly eventId?: string | null;
  readonly subject?: Subject | null;
  /** 'ok' (unless given) or the code of the failure. */
  readonly outcome?: string;
  readonly detail?: JsonValue;
};

export type AuditRow = {
  readonly seq: number;
  readonly at: number;
  readonly eventId: string | null;
  readonly operation: string;
  readonly actor: string;
  readonly subjectKind: string | null;
  readonly subjectId: string | null;
  readonly outcome: string;
  readonly detail: JsonValue | null;
  readonly erasedAt: number | null;
  readonly payloadHash: string;
  readonly prevHash: string;
  readonly hash: string;
};

const selected = `SELECT seq, at, event_id AS eventId, operation, actor, subject_kind AS subjectKind, subject_id AS subjectId,
  outcome, detail, erased_at AS erasedAt, payload_hash AS payloadHash, prev_hash AS prevHash, hash FROM audit`;

type Raw = Omit<AuditRow, 'detail'> & { readonly detail: string | null };

const payloadOf = (row: Omit<Raw, 'payloadHash' | 'prevHash' | 'hash' | 'seq' | 'erasedAt'>): string =>
  canonicalJson([
    row.at,
    row.eventId,
    row.operation,
    row.actor,
    row.subjectKind,
    row.subjectId,
    row.outcome,
    row.detail,
  ]);

const saltSubject = (subjectId: string | null): string => `audit:${subjectId ?? ''}`;

/** Appends one line to the audit chain. */
export function appendAudit(db: Db, input: AuditInput): void {
  db.transaction(() => {
    const row = {
      at: db.clock.now(),
      eventId: input.eventId ?? null,
      operation: input.operation,
      actor: input.actor,
      subjectKind: input.subject?.kind ?? null,
      subjectId: input.subject?.id ?? null,
      outcome: input.outcome ?? 'ok',
      detail: input.detail === undefined ? null : JSON.stringify(input.detail),
    };
    const nextSeq = chainHead(db, 'audit').entryCount + 1;
    const link = extendChain(db, 'audit', {
      id: String(nextSeq),
      subject: saltSubject(row.subjectId),
      payload: payloadOf(row),
    });
    db.run(
      `INSERT INTO audit (seq, at, event_id, operation, actor, subject_kind, subject_id, outcome, detail, payload_hash, prev_hash, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      link.seq,
      row.at,
      row.eventId,
      row.operation,
      row.actor,
      row.subjectKind,
      row.subjectId,
      row.outcome,
      row.detail,
      link.payloadHash,
      link.prevHash,
      link.hash,
    );
  });
}

/** Audit lines after a sequence number, oldest first. */
export function listAudit(
  db: Db,
  query: { readonly after?: number; readonly limit?: number } = {},
): readonly AuditRow[] {
  return db
    .all<Raw>(`${selected} WHERE seq > ? ORDER BY seq LIMIT ?`, query.after ?? 0, query.limit ?? 1000)
    .map((row) => ({ ...row, detail: row.detail === null ? null : asJson(JSON.parse(row.detail)) }));
}

export type ChainReport = {
  readonly ok: boolean;
  readonly entries: number;
  readonly firstBroken: { readonly id: string; readonly reason: string } | null;
};

const chunk = 2000;

/** Recomputes the audit chain and names the first line that was changed, removed or moved. Yields between chunks. */
export async function verifyAudit(db: Db): Promise<ChainReport> {
  let state: ChainState = { seq: 0, hash: chainStart };
  for (;;) {
    const rows = db.all<Raw>(`${selected} WHERE seq > ? ORDER BY seq LIMIT ?`, state.seq, chunk);
    for (const row of rows) {
      const salt = findSalt(db, saltSubject(row.subjectId));
      if (salt === null && row.erasedAt === null) {
        return {
          ok: false,
          entries: row.seq,
          firstBroken: { id: String(row.seq), reason: 'its salt is gone without an erasure' },
        };
      }
      const content = salt === null || row.erasedAt !== null ? null : { salt, payload: payloadOf(row) };
      const reason = brokenLink(state, { ...row, id: String(row.seq), content });
      if (reason !== null) return { ok: false, entries: row.seq, firstBroken: { id: String(row.seq), reason } };
      state = { seq: row.seq, hash: row.hash };
    }
    if (rows.length < chunk) break;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const head = chainHead(db, 'audit');
  if (head.entryCount !== state.seq || head.hash !== state.hash) {
    return {
      ok: false,
      entries: state.seq,
      firstBroken: { id: String(state.seq + 1), reason: 'the end of the chain is missing' },
    };
  }
  return { ok: true, entries: state.seq, firstBroken: null };
}
