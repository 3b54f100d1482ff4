/**
 * Who may talk to the loopback server. A page gets in with a one-time token that it exchanges for a session cookie; a
 * program gets in with the API token, kept in a file that its user alone can read. Only digests are held in memory, and
 * they are compared in constant time.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resourceProblem } from '../../base/errors.ts';

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
const same = (known: Buffer | null, given: string): boolean => known !== null && timingSafeEqual(known, digest(given));

/** 256 fresh bits, safe in URLs and headers. */
export const freshSecret = (): string => randomBytes(32).toString('base64url');

export type Access = {
  /** The one-time token, as it stands in the first URL; it works once. */
  readonly oneTimeToken: string;
  readonly cookieName: string;
  /** Uses the one-time token up and gives the new session's cookie value; null when the token is wrong or used. */
  readonly exchange: (token: string) => string | null;
  readonly hasSession: (cookieHeader: string | undefined) => boolean;
  readonly isApiToken: (authorization: string | undefined) => boolean;
};

/** Sessions live as long as the server does. The cookie's name carries the port, because cookies of all ports mix. */
export function createAccess(apiToken: string, port: () => number): Access {
  const oneTimeToken = freshSecret();
  let pending: Buffer | null = digest(oneTimeToken);
  const api = digest(apiToken);
  const sessions: Buffer[] = [];
  const cookieName = (): string => `augury_session_${port()}`;
  return {
    oneTimeToken,
    get cookieName() {
      return cookieName();
    },
    exchange: (token) => {
      if (!same(pending, token)) return null;
      pending = null;
      const session = freshSecret();
      sessions.push(digest(session));
      return session;
    },
    hasSession: (cookieHeader) => {
      const value = findCookie(cookieHeader, cookieName());
      return value !== null && sessions.some((session) => same(session, value));
    },
    isApiToken: (authorization) => {
      const given = /^Bearer ([\w-]{16,128})$/.exec(authorization ?? '')?.[1];
      return given !== undefined && same(api, given);
    },
  };
}

function findCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}

/** Reads the API token, or makes it on first use; the file is readable by its user alone. */
export function ensureApiToken(file: string): string {
  const stored = readStored(file);
  if (stored !== null) {
    chmodSync(file, 0o600);
    return stored;
  }
  const token = freshSecret();
  try {
    rmSync(`${file}.new`, { force: true });
    // A new file, so that its mode is ours whatever lay there before.
    writeFileSync(`${file}.new`, `${token}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw resourceProblem('api-token-unwritable', 'The API token could not be stored in the workspace.', {
      hint: 'Check that the workspace folder is writable and that the disk is not full.',
      cause,
    });
  }
  return token;
}

function readStored(file: string): string | null {
  try {
    const token = readFileSync(file, 'utf8').trim();
    return /^[\w-]{43}$/.test(token) ? token : null;
  } catch {
    return null;
  }
}
