/**
 * The job that covers personal data of a data set that was imported in clear. A new version is written from the current
 * one, it is profiled, and only then are all earlier versions erased for good. Killed at any point it goes on where it was:
 * its steps are kept with the job in the transactions that do them.
 */
import { conflict, dataProblem } from '../../base/errors.ts';
import { asJson, type JsonValue } from '../../base/json.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { Receipt } from '../../contract/datasets.ts';
import type { MaskResult } from '../../contract/masking.ts';
import type { PrivacyOptions, PrivacyReceipt } from '../../contract/privacy.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobContext, JobHandler } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import { withMutation } from '../../store/mutation.ts';
import {
  type DatasetVersionRow,
  getDatasetVersion,
  listDatasetVersions,
  updateDataset,
} from '../../store/repositories/datasets.ts';
import { jobsOfDataset } from '../../store/repositories/jobs.ts';
import { findReceipt, insertReceipt } from '../../store/repositories/receipts.ts';
import { type ColumnChoice, chooseActions } from '../../warehouse/privacy/choose.ts';
import type { Version } from '../../warehouse/types.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Catalogue } from './catalogue.ts';
import { type ErasurePlan, eraseFiles, eraseRows, planErasure } from './erase.ts';
import { saltOf } from './masked-source.ts';
import { lastImport, lineIds } from './recipe.ts';
import { recordVersion } from './record-version.ts';

export type MaskJobInput = { readonly id: string; readonly actor: string; readonly privacy: JsonValue };

export type MaskDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly catalogue: Catalogue;
  readonly folders: { readonly workspace: string; readonly downloads: string; readonly backups: string };
  readonly profile: (datasetId: string, version: number, stop: StopSignal) => Promise<unknown>;
};

type Columns = MaskResult['columns'];
/** What is done so far. */
type Done = {
  readonly versionId: string;
  readonly columns: Columns;
  readonly plan?: ErasurePlan;
};

const words = { keep: 'kept', mask: 'masked', hash: 'hashed', drop: 'left out' } as const;
const sentence = ({ column, action, cells }: Columns[number]): string =>
  `Column "${column}": ${words[action]}, ${cells} cells, after the import.`;

/** Throws conflict while another job is at work on the data set, or waits to go on with it. */
export function refuseInUse(db: Db, id: string, ownJob: string): void {
  const [other] = jobsOfDataset(db, id, ['queued', 'running', 'interrupted']).filter((job) => job.id !== ownJob);
  if (other === undefined) return;
  throw conflict('dataset-in-use', `"${other.title}" is not finished and needs the versions that would be erased.`, {
    hint: 'Wait for it or cancel it, then mask again.',
  });
}

export function createMaskHandler(deps: MaskDeps): JobHandler {
  const { db, warehouse, catalogue } = deps;

  /** Records the covered version with a receipt that repeats nothing of the columns covered. */
  const record = (input: MaskJobInput, made: Version, choices: readonly ColumnChoice[], columns: Columns) => {
    const { dataset, row: from } = catalogue.get(input.id);
    const first = lastImport(db, from.id);
    const receipt = first === null ? null : (findReceipt(db, first.id)?.body as Receipt | undefined);
    const fresh = listDatasetVersions(db, input.id, { limit: 1000 }).rows.find(
      (row) => row.contentHash === made.hash && row.parentVersionId === from.id,
    );
    if (fresh !== undefined) {
      updateDataset(db, input.id, { currentVersionId: fresh.id });
      return fresh;
    }
    const steps = columns.map((column) => ({ kind: 'mask', text: sentence(column) }));
    const { row } = recordVersion(db, catalogue.workspaceDir, { name: dataset.name, version: made, steps });
    if (receipt == null) return row;
    const body = coveredReceipt(receipt, made, choices, columns);
    insertReceipt(db, {
      datasetVersionId: row.id,
      rawFile: null,
      rawSha256: made.source.sha256,
      rawBytes: receipt.sourceBytes,
      dialect: asJson(receipt.dialect),
      rowCount: made.rows,
      rejectedCount: 0,
      rejectsFile: null,
      body: asJson({ ...body, importedAt: db.clock.now() }),
    });
    return row;
  };

  const cover = async (input: MaskJobInput, context: JobContext): Promise<Done> => {
    const { row, version } = catalogue.get(input.id);
    const privacy = input.privacy as PrivacyOptions;
    context.report({ stage: 'privacy', fraction: 0.05, message: 'Looking for personal data' });
    const found = await warehouse.findPersonalColumns(version);
    const names = version.columns.map(({ name }) => name);
    const { choices } = chooseActions(
      names,
      names.map((name) => found.find(({ column }) => column === name) ?? null),
      privacy,
      null,
    );
    const changed = choices.some(({ action }) => action !== 'keep');
    if (!changed) return { versionId: row.id, columns: [] };
    if (choices.every(({ action }) => action === 'drop'))
      throw dataProblem('nothing-left', 'Every column would be left out.', { hint: 'Keep or mask at least one.' });
    const made = await warehouse.coverStored(
      { version, choices, salt: saltOf(db), sourceName: version.source.name },
      context,
    );
    const columns = choices.flatMap(({ column, action }, i) =>
      action === 'keep' ? [] : [{ column, action, cells: version.rows - version.columns[i].missing }],
    );
    return db.transaction(() => {
      const done = { versionId: record(input, made, choices, columns).id, columns };
      context.writeCheckpoint(asJson(done));
      return done;
    });
  };

  /** Versions that hold nothing in clear: the current one, and those before it where the import itself was masked. */
  const keptBeside = (row: DatasetVersionRow, columns: Columns): ReadonlySet<string> => {
    const first = lastImport(db, row.id);
    const body = first === null ? null : (findReceipt(db, first.id)?.body as Receipt | undefined);
    return columns.length === 0 && body?.privacy !== undefined ? new Set(lineIds(db, row)) : new Set([row.id]);
  };

  return defineHandler<MaskJobInput, JsonValue>({
    kind: 'mask',
    estimate: async ({ id }) => {
      const { version } = catalogue.get(id);
      return {
        seconds: 1 + (version.rows * version.columns.length) / 6e6,
        memoryBytes: 300 * 1024 * 1024,
        diskBytes: version.bytes * 3,
        basis: `${version.rows} rows of ${version.columns.length} columns are written once.`,
      };
    },
    run: async (input, context) => {
      refuseInUse(db, input.id, context.jobId);
      let done = (context.readCheckpoint() as Done | null) ?? (await cover(input, context));
      const row = getDatasetVersion(db, done.versionId);
      context.report({ stage: 'profile', fraction: 0.6, message: 'Computing the profile' });
      await deps.profile(input.id, row.number, context.stop);
      refuseInUse(db, input.id, context.jobId);
      context.report({ stage: 'erase', fraction: 0.85, message: 'Erasing the earlier versions' });
      if (done.plan === undefined) {
        const keep = keptBeside(row, done.columns);
        const plan = planErasure(db, catalogue.workspaceDir, input.id, keep, context.jobId);
        done = { ...done, plan };
        const detail = { versions: [...plan.versions], files: plan.files.length };
        const subject = { kind: 'dataset', id: input.id };
        withMutation(db, { operation: 'datasets.mask', actor: input.actor, undoable: false, subject, detail }, () => {
          eraseRows(db, plan);
          context.writeCheckpoint(asJson(done));
        });
      }
      const { plan } = done;
      const gone = plan === undefined ? { bytes: 0, backups: 0 } : eraseFiles(deps.folders, plan);
      await warehouse.forgetPages();
      db.compact();
      const result: MaskResult = {
        datasetId: input.id,
        version: row.number,
        columns: [...done.columns],
        erased: { versions: [...(plan?.versions ?? [])], files: plan?.files.length ?? 0, ...gone },
        elsewhere: [...(plan?.elsewhere ?? [])],
      };
      return asJson(result);
    },
  });
}

/** The receipt of the covered version: what the import said, without anything of the columns covered and of the texts. */
function coveredReceipt(
  receipt: Receipt,
  made: Version,
  choices: readonly ColumnChoice[],
  columns: Columns,
): Omit<Receipt, 'importedAt'> {
  const { alarms: _alarms, importedAt: _importedAt, ...rest } = receipt;
  const covered = new Map(columns.map((column) => [column.column, column]));
  const before = receipt.privacy;
  const now: PrivacyReceipt['columns'] = choices.flatMap(({ column, kind, action }) =>
    kind === null && action === 'keep' ? [] : [{ column, kind, action, cells: covered.get(column)?.cells ?? 0 }],
  );
  return {
    ...rest,
    sourceSha256: made.source.sha256,
    rejectsFile: null,
    rejects: [],
    columns: receipt.columns.flatMap((column) => {
      const cover = covered.get(column.name);
      if (cover === undefined) return [column];
      if (cover.action === 'drop') return [];
      return [
        {
          ...column,
          type: 'text',
          reading: 'text',
          readingCode: 'text',
          alternative: null,
          alternativeCode: null,
          changedValues: 0,
          hinderedBy: 0,
          missingWords: [],
          examples: [],
          evidence: sentence(cover),
        },
      ];
    }),
    notes: [
      ...columns.map(sentence),
      'The kept copy of the file, its rejected records and the earlier versions were erased for good.',
    ],
    privacy: {
      found: before?.found ?? 'keep',
      columns: [...(before?.columns ?? []).filter(({ column }) => !now.some((each) => each.column === column)), ...now],
      seen: before?.seen ?? receipt.columns.map(({ name }) => name),
      rejectedMasked: before?.rejectedMasked ?? 0,
    },
  };
}
