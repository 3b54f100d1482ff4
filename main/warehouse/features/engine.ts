/** Feature sets of one workspace: written as versions, asked for single keys, proved. */
import { createHash } from 'node:crypto';
import { invalidInput } from '../../base/errors.ts';
import type { Cell } from '../../contract/common.ts';
import type { FeatureDefinition, FeatureTable } from '../../contract/feature-sets.ts';
import { deriveVersion } from '../derive.ts';
import { literal, type Session } from '../duck.ts';
import { guarded } from '../failures.ts';
import { cellOf, cellSql } from '../page.ts';
import type { RunHooks, Version } from '../types.ts';
import { baseSql, bindSet, featureColumns, wholeSetSql, withFeatures } from './feature-set.ts';
import { type ProofOutcome, type ProofRequest, proveSet } from './prove.ts';

export type FindVersion = (table: FeatureTable) => Version;

export type FeatureEngine = {
  /** Throws what is wrong with a definition. */
  readonly check: (definition: FeatureDefinition, find: FindVersion) => Promise<void>;
  /** Writes base columns and features as a version. */
  readonly materialise: (
    request: { readonly definition: FeatureDefinition; readonly find: FindVersion; readonly name: string },
    hooks: RunHooks & { readonly abort?: AbortSignal },
  ) => Promise<Version>;
  /** Features of one key as of a moment (ISO text), computed now. */
  readonly valuesAt: (request: {
    readonly definition: FeatureDefinition;
    readonly find: FindVersion;
    readonly key: readonly string[];
    readonly at: string;
  }) => Promise<{ readonly name: string; readonly value: Cell }[]>;
  readonly prove: (
    request: ProofRequest & { readonly definition: FeatureDefinition; readonly find: FindVersion },
    signal?: AbortSignal,
  ) => Promise<ProofOutcome>;
  /** Latest event time among the rows, as ISO text. */
  readonly latest: (definition: FeatureDefinition, find: FindVersion) => Promise<string | null>;
};

type WithSession = <T>(signal: AbortSignal | undefined, use: (session: Session) => Promise<T>) => Promise<T>;

export function createFeatureEngine(workspaceDir: string, withSession: WithSession): FeatureEngine {
  return {
    check: (definition, find) =>
      withSession(undefined, async (session) => {
        await bindSet(session, definition, find);
      }),
    materialise: ({ definition, find, name }, hooks) =>
      withSession(hooks.abort, async (session) => {
        const set = await guarded('reading the feature set', () => bindSet(session, definition, find));
        const own = set.base.version.columns.map(({ missing: _missing, ...column }) => column);
        const text = JSON.stringify(definition);
        return withFeatures(session, workspaceDir, set, baseSql(workspaceDir, set), null, (features) =>
          deriveVersion(
            session,
            workspaceDir,
            {
              select: wholeSetSql(workspaceDir, set, features),
              columns: [...own, ...featureColumns(set)],
              sourceName: `Feature set ${name}`,
              from: [...new Set([...set.tables.values()].map(({ version }) => version.hash))],
              definition: {
                sha256: createHash('sha256').update(text).digest('hex'),
                bytes: Buffer.byteLength(text),
              },
            },
            hooks,
          ),
        );
      }),
    valuesAt: ({ definition, find, key, at }) =>
      guarded('computing the features', () =>
        withSession(undefined, async (session) => {
          const set = await bindSet(session, definition, find);
          const moment = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(at) || !at.includes('T') ? at : `${at}Z`);
          if (Number.isNaN(moment)) {
            throw invalidInput('feature-time', `"${at}" is no moment.`, { hint: 'Write 2024-05-01T12:00:00.' });
          }
          if (key.length !== definition.base.key.length) {
            throw invalidInput(
              'feature-key',
              `The key has ${definition.base.key.length} parts, ${key.length} are given.`,
              {
                hint: `Give ${definition.base.key.join(', ') || 'no key'}.`,
              },
            );
          }
          const k = key.length === 0 ? `''` : key.map(literal).join(' || chr(31) || ');
          const base = `(SELECT -1::BIGINT AS r, ${k} AS k, ${BigInt(moment) * 1000n}::BIGINT AS t)`;
          const columns = featureColumns(set);
          const cells = columns.map((column, i) => cellSql({ ...column, missing: 0 }, i)).join(', ');
          const named = columns.map((_, i) => `f${i} AS c${i}`).join(', ');
          const [row] = await withFeatures(session, workspaceDir, set, base, null, (features) =>
            session.rows(`SELECT ${cells} FROM (SELECT ${named} FROM (${features}))`),
          );
          return columns.map(({ name }, i) => ({ name, value: cellOf(row[i]) }));
        }),
      ),
    prove: ({ definition, find, ...request }, signal) =>
      guarded('proving the features', () =>
        withSession(signal, async (session) =>
          proveSet(session, workspaceDir, await bindSet(session, definition, find), request),
        ),
      ),
    latest: (definition, find) =>
      withSession(undefined, async (session) => {
        const set = await bindSet(session, definition, find);
        const [[latest]] = await session.rows(`SELECT max(t) FROM ${baseSql(workspaceDir, set)}`);
        return latest === null ? null : new Date(Number(BigInt(String(latest)) / 1000n)).toISOString();
      }),
  };
}
