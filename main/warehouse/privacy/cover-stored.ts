/**
 * Covers columns of a version that is stored already: the same words as at an import, and the same keyed hashes, computed
 * by the database. HMAC-SHA-256 is written out as two SHA-256 over the key's pads (RFC 2104, section 2), since the
 * database has the one and not the other; the workspace's key is as long as one block, so it is used as it is.
 */
import { bug } from '../../base/errors.ts';
import { type DerivedColumn, deriveVersion } from '../derive.ts';
import { literal, type Session } from '../duck.ts';
import { hashText } from '../files.ts';
import { missingWords } from '../readings/words.ts';
import { numberedRelation, textSql } from '../relations.ts';
import type { RunHooks, Version } from '../types.ts';
import type { ColumnChoice } from './choose.ts';
import { maskWord } from './cover.ts';

export type CoverRequest = {
  readonly version: Version;
  /** One for each column of the version, in order; at least one column stays. */
  readonly choices: readonly ColumnChoice[];
  /** Key of the hashes: 64 characters. */
  readonly salt: string;
  readonly sourceName: string;
};

const blockBytes = 64;
/** What `trim` takes away in JavaScript. */
const blanks =
  ' \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

const blob = (bytes: Uint8Array): string =>
  `'${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'::BLOB`;

/** SQL for `h` and the keyed hash of a text expression. */
function hashSql(text: string, salt: string): string {
  const key = Buffer.from(salt, 'utf8');
  if (key.length !== blockBytes) throw bug(`a key of ${key.length} bytes`);
  const pad = (value: number): string => blob(key.map((byte) => byte ^ value));
  return `'h' || sha256(${pad(0x5c)} || unhex(sha256(${pad(0x36)} || encode(${text}))))`;
}

/** Writes the version with the chosen columns covered or left out, its rows in their order. */
export function coverStored(
  session: Session,
  workspaceDir: string,
  request: CoverRequest,
  hooks: RunHooks,
): Promise<Version> {
  const { version, choices, salt } = request;
  const missing = `(${missingWords.map((word) => literal(word)).join(', ')})`;
  const kept = version.columns.flatMap((column, index) => {
    const { action, kind } = choices[index];
    return action === 'drop' ? [] : [{ column, index, action, kind }];
  });
  const expressions = kept.map(({ column, index, action, kind }) => {
    if (action === 'keep') return `c${index}`;
    const value = textSql(column, index);
    const bare = `trim(${value}, ${literal(blanks)})`;
    const covered = action === 'mask' ? literal(maskWord(kind)) : hashSql(bare, salt);
    return `CASE WHEN ${value} IS NULL OR ${bare} = '' OR ${bare} IN ${missing} THEN ${value} ELSE ${covered} END`;
  });
  const columns = kept.map(({ column, action }): DerivedColumn => {
    const { missing: _missing, words, ...rest } = column;
    if (action !== 'keep') return { ...rest, type: 'text', reading: 'text' };
    return words === undefined ? rest : { ...rest, words };
  });
  const definition = JSON.stringify(choices.map(({ column, action }) => [column, action]));
  return deriveVersion(
    session,
    workspaceDir,
    {
      select: `SELECT ${expressions.map((sql, i) => `${sql} AS c${i}`).join(', ')} FROM ${numberedRelation(workspaceDir, version)} ORDER BY "row"`,
      columns,
      sourceName: request.sourceName,
      from: [version.hash],
      definition: { sha256: hashText(definition), bytes: definition.length },
    },
    hooks,
  );
}
