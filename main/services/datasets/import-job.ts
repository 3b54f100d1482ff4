/** The import job: runs the warehouse's import and records the version, its files and its receipt in one transaction. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import { AuguryError, dataProblem, notFound } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { DialectOptions } from '../../contract/datasets.ts';
import type { PrivacyOptions, PrivacyReceipt } from '../../contract/privacy.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobContext, JobEstimate, JobHandler } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import { getJob } from '../../store/repositories/jobs.ts';
import { findReceipt, insertReceipt } from '../../store/repositories/receipts.ts';
import { findStat } from '../../warehouse/files.ts';
import { lastAnswers } from '../../warehouse/import/previous.ts';
import { effectivePrivacy } from '../../warehouse/privacy/choose.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Uploads } from '../system/uploads.ts';
import type { Catalogue } from './catalogue.ts';
import { landMaskedSource, readingsLeft } from './masked-source.ts';
import { previousImport } from './previous-import.ts';
import { recordVersion } from './record-version.ts';

export type ImportJobInput = {
  readonly path: string;
  /** File name to show. */
  readonly sourceName: string;
  readonly name: string;
  readonly options: { readonly [key: string]: string | number | boolean | readonly string[] };
  readonly readings: { readonly [column: string]: string };
  /** Size and time of the file when it was named: an interrupted import is gone on with only while both are the same. */
  readonly sourceBytes: number;
  readonly sourceModifiedMs: number;
  /** What was sent or pasted; it goes afterwards. */
  readonly uploadId: string | null;
  /** What is done with personal data; absent: as at the last import. */
  readonly privacy?: PrivacyOptions;
  /** Whether to go on when the file differs from the last import; absent: yes. */
  readonly changes?: 'accept' | 'stop';
};

export type ImportJobResult = {
  readonly datasetId: string;
  readonly version: number;
  readonly rows: number;
  readonly rejected: number;
};

export type ImportDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly catalogue: Pick<Catalogue, 'workspaceDir'>;
  readonly uploads: Pick<Uploads, 'has' | 'remove'>;
  /** Computes and keeps the profile of a version. */
  readonly profile: (datasetId: string, version: number, stop: StopSignal) => Promise<unknown>;
};

/** Name of a data set from its file. */
export const nameFromFile = (file: string): string => {
  const plain = basename(file).replace(/\.gz$/i, '');
  return plain.slice(0, plain.length - extname(plain).length) || plain;
};

/** Measured on the reference machine; the machine profile corrects them. */
const bytesPerSecond = 18e6;
const workBytes = 420 * 1024 * 1024;

export function createImportHandler(deps: ImportDeps): JobHandler {
  const { db, warehouse, uploads } = deps;
  const discard = ({ uploadId }: ImportJobInput): void => {
    if (uploadId !== null) uploads.remove(uploadId);
  };
  const { workspaceDir } = deps.catalogue;
  return defineHandler<ImportJobInput, ImportJobResult>({
    kind: 'import',
    estimate: async (input): Promise<JobEstimate> => {
      const bytes = input.sourceBytes;
      return {
        seconds: 0.3 + bytes / bytesPerSecond,
        memoryBytes: Math.min(workBytes, 120 * 1024 * 1024 + bytes * 6),
        diskBytes: bytes * 2,
        basis: `${bytes} bytes at a measured rate.`,
      };
    },
    onCancelled: discard,
    run: async (input, context) => {
      refuseWithoutSource(uploads, input, context.scratchDir);
      const startedMs = db.clock.monotonic();
      const previous = previousImport(db, input.name)?.receipt ?? null;
      const masked = await forgetting(deps, input, previous?.privacy ?? null, context, () =>
        landMaskedSource(deps, input, previous?.privacy ?? null, lastAnswers(previous), context),
      );
      const { version, receipt } = await warehouse.runImport(
        {
          sourcePath: masked?.path ?? input.path,
          sourceName: input.sourceName,
          options: masked?.options ?? (input.options as DialectOptions),
          ...(masked === null ? {} : { kinds: masked.kinds, recalled: masked.recalled }),
          readings: masked === null ? input.readings : readingsLeft(input.readings, masked.receipt),
          ...(previous === null ? {} : { previous }),
          // Columns that are covered for the first time, or no longer, differ because that was asked for
          stopOnChanges: input.changes === 'stop' && (masked === null) === (previous?.privacy === undefined),
        },
        context,
      );
      const seconds = (db.clock.monotonic() - startedMs) / 1000;
      const done = db.transaction((): ImportJobResult => {
        const { dataset, row, isNew } = recordVersion(db, workspaceDir, { name: input.name, version, steps: [] });
        const reply = {
          datasetId: dataset.id,
          version: row.number,
          rows: version.rows,
          rejected: version.rejected.rows,
        };
        // The same bytes read the same way are the same version: its first receipt stays.
        if (!isNew && findReceipt(db, row.id) !== null) return reply;
        insertReceipt(db, {
          datasetVersionId: row.id,
          rawFile: version.source.file,
          rawSha256: version.source.sha256,
          rawBytes: version.source.bytes,
          dialect: asJson(receipt.dialect),
          rowCount: version.rows,
          rejectedCount: version.rejected.rows,
          rejectsFile: receipt.rejectsFile,
          body: asJson({
            ...receipt,
            ...(masked === null
              ? {}
              : { privacy: masked.receipt, notes: [...new Set([...masked.notes, ...receipt.notes])] }),
            importedAt: db.clock.now(),
            seconds,
          }),
        });
        return reply;
      });
      context.log(`${done.rows} rows kept, ${done.rejected} rejected at ${isoTime(db.clock.now())}`);
      context.report({ stage: 'profile', fraction: 0.95, message: 'Computing the profile' });
      await deps.profile(done.datasetId, done.version, context.stop);
      discard(input);
      return done;
    },
  });
}

/**
 * Runs the masking. A source that was sent or pasted to be masked does not outlive a failure; it stays while a
 * question about it is open, and while the job is to go on.
 */
async function forgetting<T>(
  { db, uploads }: ImportDeps,
  input: ImportJobInput,
  previous: PrivacyReceipt | null,
  context: JobContext,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const goesOn = context.stop.stopped() && getJob(db, context.jobId).request !== 'cancel';
    const asks = error instanceof AuguryError && error.code === 'new-personal-data';
    const wanted = effectivePrivacy(input.privacy, previous) !== null;
    if (input.uploadId !== null && wanted && !goesOn && !asks) uploads.remove(input.uploadId);
    throw error;
  }
}

/** Size and time of change of a file that is to be imported. Throws not-found. */
export async function stampOf(path: string): Promise<Pick<ImportJobInput, 'sourceBytes' | 'sourceModifiedMs'>> {
  const found = await findStat(path);
  if (found === null) {
    const isFolder = await stat(path).then(
      (other) => other.isDirectory(),
      () => false,
    );
    if (isFolder) {
      throw dataProblem('not-a-file', `${basename(path)} is a folder, not a file.`, {
        hint: 'Name one file of it.',
        details: { file: basename(path) },
      });
    }
    throw notFound('no-such-file', `There is no file ${basename(path)}.`, {
      hint: 'Check the path.',
      details: { file: basename(path) },
    });
  }
  return { sourceBytes: found.bytes, sourceModifiedMs: Math.round(found.modifiedMs) };
}

/** An import that goes on after a restart needs what was sent only while neither it nor its masked copy has landed. */
function refuseWithoutSource(uploads: Pick<Uploads, 'has'>, input: ImportJobInput, scratchDir: string): void {
  if (input.uploadId === null || uploads.has(input.uploadId)) return;
  if (['masked.json', 'landed.json'].some((name) => existsSync(join(scratchDir, name)))) return;
  throw notFound(
    'upload-gone',
    `${input.sourceName} was sent to a program that has ended since, and is gone with it.`,
    {
      hint: 'Send or paste it again: what waits for its import can be read only by the program it was sent to.',
      details: { file: input.sourceName },
    },
  );
}
