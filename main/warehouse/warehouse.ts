import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bug, cancelled, dataProblem } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { OutputColumn } from '../base/row-text.ts';
import { neverStop, type StopSignal } from '../base/stop.ts';
import type { CleaningStep, StepEffect, VersionDiff } from '../contract/cleaning.ts';
import type { DialectOptions } from '../contract/datasets.ts';
import type { ImportAlarm } from '../contract/import-alarms.ts';
import type { ImportAnswers } from '../contract/import-options.ts';
import type { PiiColumn } from '../contract/privacy.ts';
import type { RawFinding } from '../ml/findings/quality/types.ts';
import type { Frame } from '../ml/frame.ts';
import { cleanVersion, previewClean } from './cleaning/clean.ts';
import { type DeriveRequest, deriveVersion } from './derive.ts';
import { diffVersions } from './diff/diff.ts';
import { Duck, type Session } from './duck.ts';
import { type Exported, exportVersion } from './export.ts';
import { exportAsRead } from './export-as-read.ts';
import { guarded, namingFile } from './failures.ts';
import { createFeatureEngine, type FeatureEngine } from './features/engine.ts';
import { findStat, hashFile } from './files.ts';
import type { PreviousReceipt } from './import/previous.ts';
import { type ImportRequest, runImport } from './import/run-import.ts';
import { type Preview, sniff } from './import/sniff.ts';
import { catalogueFile, type ImportOutcome, parseVersion } from './import/version.ts';
import type { Page, PageRequest } from './page.ts';
import { Pager } from './pager.ts';
import { type CoverRequest, coverStored } from './privacy/cover-stored.ts';
import { landMasked, type MaskedCopy, type MaskRequest } from './privacy/land-masked.ts';
import { findPersonalColumns } from './privacy/stored.ts';
import { type Confirmed, confirmFindings } from './profile/confirm.ts';
import { type ProfileFacts, profileVersion } from './profile/profile.ts';
import { type QualitySample, readQualitySample } from './profile/quality-sample.ts';
import { deriveFromQuery, type FindTable, type QueryResult, runQuery } from './query/run-query.ts';
import { type ReadFrameOptions, readFrame } from './read-frame.ts';
import { discardSealed } from './sealed-file.ts';
import { Storing } from './storing.ts';
import { createLastSample } from './stream/last-sample.ts';
import type { ScoreSource } from './stream/score-source.ts';
import { openParquetSource, openVersionSource } from './stream/table-source.ts';
import { openTextSource } from './stream/text-source.ts';
import type { RunHooks, Version } from './types.ts';
import { openViewStore } from './view-store.ts';
import { type ExportFormat, openWriter, type TableWriter, type WriterState } from './writer.ts';

export type WarehouseOptions = {
  /** The workspace folder. */
  readonly dir: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
  /** Told of what fails in the background. */
  readonly logger: Logger;
};

/** The data of one workspace: everything that reads or writes rows. One at a time per folder. */
export type Warehouse = {
  /** How the head of a file would be read; with the receipt of the last import its answers are used and changes are told. */
  readonly sniff: (
    path: string,
    options?: DialectOptions,
    previous?: PreviousReceipt | null,
  ) => Promise<Preview & { readonly alarms: readonly ImportAlarm[]; readonly again: ImportAnswers }>;
  /** Imports a file as a version; resumable from `hooks.scratchDir`, which must lie in the workspace folder. */
  readonly runImport: (request: ImportRequest, hooks: RunHooks) => Promise<ImportOutcome>;
  /** Copies a source into the job's folder with its personal data replaced; the copy is what is imported then. */
  readonly landMasked: (request: MaskRequest & { readonly sourceName: string }, hooks: RunHooks) => Promise<MaskedCopy>;
  /** Columns of a stored version that personal data are found in, from evenly spaced rows. */
  readonly findPersonalColumns: (version: Version) => Promise<readonly PiiColumn[]>;
  /** Writes a version of a stored one with columns covered or left out. */
  readonly coverStored: (request: CoverRequest, hooks: RunHooks & { readonly abort?: AbortSignal }) => Promise<Version>;
  /** The catalogue of a stored version. Errors: data-problem when it is gone or does not match its hash. */
  readonly readVersion: (hash: string) => Promise<Version>;
  /** Recomputes every hash of a version; the files that do not match. */
  readonly verifyVersion: (version: Version) => Promise<readonly string[]>;
  readonly profile: (
    version: Version,
    stop?: StopSignal,
    progress?: (fraction: number) => void,
  ) => Promise<ProfileFacts>;
  /** Rows of a version; a sort or filter nobody waits for any more is stopped. */
  readonly page: (version: Version, request: PageRequest, signal?: AbortSignal) => Promise<Page>;
  /** Throws away what was kept for pages, rows included. */
  readonly forgetPages: () => Promise<void>;
  readonly readFrame: (version: Version, options?: ReadFrameOptions) => Promise<Frame>;
  /** Opens a file, or a stored version, for reading in blocks; close it when done. */
  readonly openSource: (
    from: { readonly path: string; readonly options?: DialectOptions } | { readonly version: Version },
  ) => Promise<ScoreSource>;
  /** A writer of result rows; `scratchDir` must lie in the workspace folder. */
  readonly openWriter: (request: {
    readonly destination: string;
    readonly format: ExportFormat;
    readonly columns: readonly OutputColumn[];
    readonly scratchDir: string;
    readonly state: WriterState | null;
    /** Texts that begin like formulas stay as they are in CSV. */
    readonly keepFormulas?: boolean;
    /** Asked while a workbook is finished. */
    readonly stop?: StopSignal;
  }) => Promise<TableWriter & { readonly close: () => Promise<void> }>;
  readonly exportVersion: (request: {
    readonly version: Version;
    readonly destination: string;
    readonly format: ExportFormat;
    readonly scratchDir: string;
    readonly asRead?: boolean;
    /** Texts that begin like formulas stay as they are in CSV. */
    readonly keepFormulas?: boolean;
    readonly stop?: StopSignal;
  }) => Promise<Exported>;
  /** The first rows of a read-only query; stopped when the signal is raised. */
  readonly query: (request: {
    readonly sql: string;
    readonly find: FindTable;
    readonly limit: number;
    readonly signal?: AbortSignal | undefined;
  }) => Promise<QueryResult>;
  /** Writes the whole result of a query as a version; `hooks.scratchDir` must lie in the workspace folder. */
  readonly deriveFromQuery: (
    request: { readonly sql: string; readonly find: FindTable; readonly sourceName: string },
    hooks: RunHooks & { readonly abort?: AbortSignal },
  ) => Promise<Version>;
  /** Writes a version made from others by one SELECT; stopped when `hooks.abort` is raised. */
  readonly derive: (request: DeriveRequest, hooks: RunHooks & { readonly abort?: AbortSignal }) => Promise<Version>;
  /** What cleaning steps would change, one after another. */
  readonly previewClean: (request: {
    readonly version: Version;
    readonly steps: readonly CleaningStep[];
    readonly signal?: AbortSignal | undefined;
  }) => Promise<{ readonly rows: number; readonly columns: number; readonly effects: readonly StepEffect[] }>;
  /** Writes the version that cleaning steps make of another. */
  readonly clean: (
    request: { readonly version: Version; readonly steps: readonly CleaningStep[]; readonly sourceName: string },
    hooks: RunHooks & { readonly abort?: AbortSignal },
  ) => Promise<Version>;
  /** What differs between two versions; rows are matched by `key`, or by a proposed one. */
  readonly diff: (request: {
    readonly from: Version;
    readonly to: Version;
    readonly key?: readonly string[] | undefined;
    readonly signal?: AbortSignal | undefined;
  }) => Promise<Omit<VersionDiff, 'from' | 'to'>>;
  /** Evenly spaced rows on shared memory, for finding what may be wrong. */
  readonly readQualitySample: (version: Version) => Promise<QualitySample>;
  /** Counts findings over all rows, with example rows; those that no row bears out are left out. */
  readonly confirmFindings: (version: Version, findings: readonly RawFinding[]) => Promise<readonly Confirmed[]>;
  /** Features as of each row's time. */
  readonly features: FeatureEngine;
  readonly close: () => Promise<void>;
};

/** Opens the warehouse of a workspace folder. Its database file is disposable: it is made anew each time. Errors: resource. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const { dir } = options;
  const spillDir = join(dir, 'temp');
  await guarded('opening the data warehouse', async () => {
    for (const folder of ['data', 'raw']) await mkdir(join(dir, folder), { recursive: true });
    await rm(spillDir, { recursive: true, force: true });
  });
  const duck = await Duck.open({
    file: join(dir, 'warehouse.duckdb'),
    spillDir,
    folders: [dir],
    memoryLimitMb: options.memoryLimitMb,
    threads: options.threads,
  });
  const storing = new Storing(options, join(spillDir, 'storing'));
  const pages = await duck.session();
  const pager = new Pager(duck, pages, dir, await openViewStore(pages, dir), options.logger);

  const lastSample = createLastSample();

  const readVersion = async (hash: string): Promise<Version> => {
    const path = join(dir, catalogueFile(hash));
    if (!/^[0-9a-f]{64}$/.test(hash)) throw bug('a version hash is 64 hex digits');
    if ((await findStat(path)) === null) {
      throw dataProblem('version-lost', 'The catalogue of this data set version is gone.', {
        hint: 'Restore the workspace from a backup or import the file again.',
      });
    }
    return parseVersion(hash, await readFile(path, 'utf8'));
  };

  const interruptible = <T>(signal: AbortSignal | undefined, use: (session: Session) => Promise<T>): Promise<T> =>
    duck.withSession(async (session) => {
      if (signal?.aborted) throw cancelled();
      const stop = (): void => session.interrupt();
      signal?.addEventListener('abort', stop, { once: true });
      try {
        return await use(session);
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    });

  return {
    features: createFeatureEngine(dir, interruptible),
    query: ({ signal, ...request }) =>
      guarded('running the query', () => interruptible(signal, (session) => runQuery(session, dir, request))),
    deriveFromQuery: (request, hooks) =>
      guarded('running the query', () =>
        interruptible(hooks.abort, (session) => deriveFromQuery(session, dir, request, hooks)),
      ),
    derive: (request, hooks) => interruptible(hooks.abort, (session) => deriveVersion(session, dir, request, hooks)),
    previewClean: ({ version, steps, signal }) =>
      guarded('trying the steps', () =>
        interruptible(signal, (session) => previewClean(session, dir, version, steps, neverStop)),
      ),
    clean: (request, hooks) => interruptible(hooks.abort, (session) => cleanVersion(session, dir, request, hooks)),
    diff: ({ signal, ...request }) =>
      guarded('comparing the versions', () => interruptible(signal, (session) => diffVersions(session, dir, request))),
    readQualitySample: (version) =>
      guarded('reading rows', () => duck.withSession((session) => readQualitySample(session, dir, version))),
    confirmFindings: (version, findings) =>
      guarded('counting findings', () =>
        duck.withSession((session) => confirmFindings(session, dir, version, findings)),
      ),
    sniff: (path, dialect = {}, previous = null) =>
      namingFile(basename(path), () => sniff(path, dialect, spillDir, previous)),
    runImport: (request, hooks) =>
      namingFile(request.sourceName ?? basename(request.sourcePath), () =>
        storing.withSessions((sessions) => runImport(sessions, dir, request, hooks)),
      ),
    landMasked: ({ sourceName, ...request }, hooks) =>
      namingFile(sourceName, () => landMasked(request, hooks, spillDir)),
    findPersonalColumns: (version) =>
      guarded('looking for personal data', () =>
        duck.withSession((session) => findPersonalColumns(session, dir, version)),
      ),
    coverStored: (request, hooks) => interruptible(hooks.abort, (session) => coverStored(session, dir, request, hooks)),
    readVersion,
    verifyVersion: async (version) => {
      const wrong: string[] = [];
      for (const part of version.parts) {
        const path = join(dir, part.file);
        if ((await findStat(path)) === null || (await hashFile(path)) !== part.sha256) wrong.push(part.file);
      }
      const { file, sha256 } = version.source;
      if (file !== null && ((await findStat(join(dir, file))) === null || (await hashFile(join(dir, file))) !== sha256))
        wrong.push(file);
      return wrong;
    },
    profile: (version, stop = neverStop, progress = () => {}) =>
      guarded('profiling the data set', () =>
        duck.withSession((session) => profileVersion(session, dir, version, stop, progress)),
      ),
    page: (version, request, signal) => guarded('reading a page', () => pager.page(version, request, signal)),
    forgetPages: () => guarded('forgetting pages', () => pager.forget()),
    readFrame: (version, request) =>
      guarded('reading columns', () => duck.withSession((session) => readFrame(session, dir, version, request))),
    openSource: async (from) => {
      const session = await duck.session();
      if ('version' in from) return { ...openVersionSource(session, dir, from.version), close: () => session.close() };
      return namingFile(basename(from.path), async () => {
        let text: Awaited<ReturnType<typeof openTextSource>> = null;
        try {
          text = await openTextSource(session, from.path, from.options ?? {}, spillDir, lastSample);
        } finally {
          if (text === null) await session.close();
        }
        if (text === null) return openParquetSource(from.path, spillDir);
        const { close } = text;
        return { ...text, close: () => session.close().finally(close) };
      });
    },
    openWriter: async ({ destination, format, columns, scratchDir, state, keepFormulas, stop }) => {
      const session = await duck.session();
      const writer = await openWriter(session, destination, format, columns, scratchDir, state, keepFormulas, stop);
      const close = async (): Promise<void> => {
        await writer.suspend();
        await session.close();
      };
      return { ...writer, close };
    },
    exportVersion: ({
      version,
      destination,
      format,
      scratchDir,
      asRead = false,
      keepFormulas = false,
      stop = neverStop,
    }) =>
      duck.withSession((session) =>
        asRead
          ? exportAsRead(session, dir, version, destination, format, scratchDir, stop)
          : exportVersion(session, dir, version, destination, format, scratchDir, keepFormulas, stop),
      ),
    close: async () => {
      await storing.close();
      await duck.close();
      discardSealed(spillDir);
    },
  };
}
