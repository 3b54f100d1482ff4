/** Feature sets of one workspace: written as versions, asked for single keys, proved. */
import { createHash } from 'node:crypto';
import type { FeatureDefinition, FeaturePreview } from '../../contract/feature-sets.ts';
import { deriveVersion } from '../derive.ts';
import type { Session } from '../duck.ts';
import { guarded } from '../failures.ts';
import type { RunHooks, Version } from '../types.ts';
import { baseSql, bindSet, type FindTable, featureColumns, wholeSetSql, withFeatures } from './feature-set.ts';
import { type ProofOutcome, type ProofRequest, proveSet } from './prove.ts';
import { previewRows, type ValuesAt, valuesAt } from './values.ts';

export type FeatureEngine = {
  /** Throws what is wrong with a definition. */
  readonly check: (definition: FeatureDefinition, find: FindTable) => Promise<void>;
  /** Writes base columns and features as a version. */
  readonly materialise: (
    request: { readonly definition: FeatureDefinition; readonly find: FindTable; readonly name: string },
    hooks: RunHooks & { readonly abort?: AbortSignal },
  ) => Promise<Version>;
  /** Features of one key as of a moment (ISO text), computed now. */
  readonly valuesAt: (request: {
    readonly definition: FeatureDefinition;
    readonly find: FindTable;
    readonly key: readonly string[];
    readonly at: string;
  }) => Promise<ValuesAt>;
  /** Sampled rows with their features, by a definition that need not be kept. */
  readonly preview: (request: {
    readonly definition: FeatureDefinition;
    readonly find: FindTable;
    readonly rows: number;
    readonly seed: number;
  }) => Promise<FeaturePreview>;
  readonly prove: (
    request: ProofRequest & { readonly definition: FeatureDefinition; readonly find: FindTable },
    signal?: AbortSignal,
  ) => Promise<ProofOutcome>;
  /** Latest event time among the rows, as ISO text. */
  readonly latest: (definition: FeatureDefinition, find: FindTable) => Promise<string | null>;
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
        withSession(undefined, async (session) =>
          valuesAt(session, workspaceDir, await bindSet(session, definition, find), { key, at }),
        ),
      ),
    preview: ({ definition, find, rows, seed }) =>
      guarded('computing the features', () =>
        withSession(undefined, async (session) =>
          previewRows(session, workspaceDir, await bindSet(session, definition, find), { rows, seed }),
        ),
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
