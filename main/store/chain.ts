/**
 * Hash chains that survive erasure. Every entry carries P = H(salt(subject) ‖ payload) and C = H(C of the entry before ‖ id ‖ P),
 * H = SHA-256. Salts sit in a table of their own: erasing a subject removes its salt and payloads, after which P says
 * nothing about them (the salt has 128 random bits), while C still follows from what is left. The head of each chain is
 * kept apart with its length, so that cutting off the end is noticed too.
 */
import { hash } from 'node:crypto';
import type { Db } from './db.ts';

export type ChainName = 'ledger' | 'audit';

/** C of the entry before the first one. */
export const chainStart = '0'.repeat(64);

export const payloadHash = (salt: Uint8Array, payload: string): string =>
  hash('sha256', `${Buffer.from(salt).toString('hex')}\n${payload}`);

export const entryHash = (previous: string, id: string, payload: string): string =>
  hash('sha256', `${previous}\n${id}\n${payload}`);

/** The salt of a subject; made at first use, gone after erasure. */
export function saltOf(db: Db, subject: string): Uint8Array {
  const kept = findSalt(db, subject);
  if (kept !== null) return kept;
  const made = db.salt();
  db.run('INSERT INTO subject_salts (subject, salt) VALUES (?, ?)', subject, made);
  return made;
}

export const findSalt = (db: Db, subject: string): Uint8Array | null =>
  db.get<{ salt: Uint8Array }>('SELECT salt FROM subject_salts WHERE subject = ?', subject)?.salt ?? null;

export type ChainHead = { readonly entryCount: number; readonly hash: string };

export const chainHead = (db: Db, chain: ChainName): ChainHead =>
  db.get<ChainHead>('SELECT entry_count AS entryCount, hash FROM chain_heads WHERE chain = ?', chain) ?? {
    entryCount: 0,
    hash: chainStart,
  };

/** Links one more entry and moves the head; call it in the transaction that inserts the entry. */
export function extendChain(
  db: Db,
  chain: ChainName,
  entry: { readonly id: string; readonly subject: string; readonly payload: string },
): { readonly seq: number; readonly payloadHash: string; readonly prevHash: string; readonly hash: string } {
  const head = chainHead(db, chain);
  const payload = payloadHash(saltOf(db, entry.subject), entry.payload);
  const linked = entryHash(head.hash, entry.id, payload);
  const seq = head.entryCount + 1;
  db.run(
    `INSERT INTO chain_heads (chain, entry_count, hash) VALUES (?, ?, ?)
     ON CONFLICT (chain) DO UPDATE SET entry_count = excluded.entry_count, hash = excluded.hash`,
    chain,
    seq,
    linked,
  );
  return { seq, payloadHash: payload, prevHash: head.hash, hash: linked };
}

/** What a verification needs of one stored entry. */
export type LinkedEntry = {
  readonly seq: number;
  readonly id: string;
  readonly payloadHash: string;
  readonly prevHash: string;
  readonly hash: string;
  /** The salt and payload, or null for an erased entry, whose P cannot be recomputed. */
  readonly content: { readonly salt: Uint8Array; readonly payload: string } | null;
};

export type ChainState = { readonly seq: number; readonly hash: string };

/** Why `entry` does not follow from `state`, or null when it does. */
export function brokenLink(state: ChainState, entry: LinkedEntry): string | null {
  if (entry.seq !== state.seq + 1) {
    const missing = entry.seq - state.seq - 1;
    return missing > 0 ? `${missing} entries before it are missing` : 'it is out of order';
  }
  if (entry.prevHash !== state.hash) return 'it does not follow from the entry before it';
  if (entry.content !== null && payloadHash(entry.content.salt, entry.content.payload) !== entry.payloadHash) {
    return 'its content was changed';
  }
  if (entryHash(state.hash, entry.id, entry.payloadHash) !== entry.hash) return 'its hash was changed';
  return null;
}
