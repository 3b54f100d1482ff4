import type { JsonValue } from '../../base/json.ts';
import type { OutputColumn } from '../../base/row-text.ts';
import type { Db } from '../../store/db.ts';
import { appendBatch } from '../../store/ledger.ts';
import { findLedgerEntry } from '../../store/ledger-list.ts';
import { recordFile } from '../../store/repositories/files.ts';
import { keepSegment } from '../../warehouse/segment.ts';
import type { ExportFormat } from '../../warehouse/writer.ts';

export type BatchRecord = {
  readonly jobId: string;
  readonly modelVersionId: string;
  readonly output: string;
  readonly format: ExportFormat;
  readonly columns: readonly OutputColumn[];
  readonly scratchDir: string;
  readonly formulas: number;
  readonly rows: number;
  /** Asked once, while the segment is written. */
  readonly inputHash: () => Promise<string>;
  readonly summary: JsonValue;
};

/** The ledger entry of a job's batch: one a job, so that a job which is run again after a kill does not add a second one. */
export const batchEntryId = (jobId: string): string => jobId.replace(/^job_/, 'led_');

/**
 * Keeps the predictions of a batch as a Parquet segment and links one ledger entry over it, in one transaction. Nothing is
 * recorded for no rows. Returns the entry's id.
 */
export async function recordBatch(
  deps: { readonly db: Db; readonly workspaceDir: string },
  batch: BatchRecord,
): Promise<string | null> {
  const { db, workspaceDir } = deps;
  const id = batchEntryId(batch.jobId);
  if (findLedgerEntry(db, id) !== null) return id;
  if (batch.rows === 0) return null;
  const { output, format, columns, scratchDir, formulas } = batch;
  const [segment, inputHash] = await Promise.all([
    keepSegment({ workspaceDir, output, format, columns, scratchDir, formulas }),
    batch.inputHash(),
  ]);
  db.transaction(() => {
    recordFile(db, {
      path: segment.file,
      kind: 'segment',
      sha256: segment.sha256,
      byteSize: segment.bytes,
      ownerId: id,
    });
    appendBatch(db, {
      id,
      modelVersionId: batch.modelVersionId,
      segmentFile: segment.file,
      segmentSha256: segment.sha256,
      segmentRows: batch.rows,
      inputHash,
      summary: batch.summary,
    });
  });
  return id;
}
