/**
 * The job that covers personal data of a data set that was imported in clear. A new version is written from the current
 * one; what depends on the data set and is to be made again or covered is so; all of it is profiled; and only then are all
 * earlier versions erased for good, with what else a person named. Killed at any point it goes on where it was: its steps are
 * kept with the job in the transactions that do them.
 */
import { conflict, invalidInput } from '../../base/errors.ts';
import { asJson, type JsonValue } from '../../base/json.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { Receipt } from '../../contract/datasets.ts';
import type { DependentAction, HeldElsewhere, MaskResult } from '../../contract/masking.ts';
import type { PrivacyOptions } from '../../contract/privacy.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobContext, JobHandler } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import { withMutation } from '../../store/mutation.ts';
import { type DatasetVersionRow, getDatasetVersion } from '../../store/repositories/datasets.ts';
import { jobsOfDataset, jobsOfModel } from '../../store/repositories/jobs.ts';
import { findReceipt } from '../../store/repositories/receipts.ts';
import { type CoverDeps, type CoveredColumns, coverDataset } from './cover-dataset.ts';
import { type DependentDataset, type Dependents, listDependents } from './dependents.ts';
import { type ErasurePlan, eraseFiles, eraseRows, planErasure } from './erase.ts';
import { lastImport, lineIds } from './recipe.ts';
import { type RemakeDeps, recordRemade, remake } from './remake.ts';

type Wanted = { readonly [id: string]: DependentAction };

export type MaskJobInput = {
  readonly id: string;
  readonly actor: string;
  readonly privacy: JsonValue;
  /** What is done with what depends on the data set, by id; all others are kept. */
  readonly dependents?: Wanted;
};

export type MaskDeps = CoverDeps &
  RemakeDeps & {
    readonly folders: { readonly workspace: string; readonly downloads: string; readonly backups: string };
    readonly profile: (datasetId: string, version: number, stop: StopSignal) => Promise<unknown>;
  };

/** What was done with a dependent; a data set made again or covered with its new version. */
type Settled = MaskResult['dependents'][number] & { readonly versionId: string | null };

/** What is done so far. */
type Done = {
  readonly versionId: string;
  readonly columns: CoveredColumns;
  readonly settled: readonly Settled[];
  readonly plan?: ErasurePlan;
  readonly elsewhere?: readonly HeldElsewhere[];
};

/** Throws conflict while another job is at work on the data set (or model), or waits to go on with it. */
export function refuseInUse(db: Db, id: string, ownJob: string): void {
  const states = ['queued', 'running', 'interrupted'] as const;
  const [other] = [...jobsOfDataset(db, id, states), ...jobsOfModel(db, id, states)].filter(({ id }) => id !== ownJob);
  if (other === undefined) return;
  throw conflict('dataset-in-use', `"${other.title}" is not finished and needs the versions that would be erased.`, {
    hint: 'Wait for it or cancel it, then mask again.',
  });
}

/** Ids of what is not kept as it is. */
export const touched = (wanted: Wanted): readonly string[] =>
  Object.entries(wanted).flatMap(([id, action]) => (action === 'keep' ? [] : [id]));

const everyDependent = ({ datasets, models, scorings }: Dependents) => [...datasets, ...models, ...scorings];

/**
 * Refuses what cannot be done with what depends: an action that is not offered, and making a data set again from one that
 * would be kept in clear or deleted. Ids that do not depend are left alone: they hold nothing.
 */
export function checkDependents(dependents: Dependents, wanted: Wanted): void {
  for (const { id, name, offers } of everyDependent(dependents)) {
    const action = wanted[id] ?? 'keep';
    if (offers.includes(action)) continue;
    throw invalidInput('dependent-action', `"${name}" cannot be treated in this way (${action}).`, {
      hint: `Possible is: ${offers.join(', ')}.`,
      details: { dependent: id },
    });
  }
  for (const { id, name, sources } of dependents.datasets) {
    if (wanted[id] !== 'again') continue;
    const left = dependents.datasets.find(
      (source) => sources.has(source.id) && !['again', 'mask'].includes(wanted[source.id] ?? 'keep'),
    );
    if (left === undefined) continue;
    throw invalidInput('dependent-order', `"${name}" is made of "${left.name}", which is not made again with it.`, {
      hint: `Have "${left.name}" made again too, or delete "${name}".`,
      details: { dependent: id },
    });
  }
}

/** Data sets in an order in which each comes after those it is made of. */
function inOrder(datasets: readonly DependentDataset[]): readonly DependentDataset[] {
  const placed: DependentDataset[] = [];
  for (let left = [...datasets]; left.length > 0; ) {
    const ready = left.filter(({ sources }) => !left.some(({ id }) => sources.has(id)));
    // Data sets that were made of each other in turn have no first one
    const next = ready.length > 0 ? ready : left;
    placed.push(...next);
    left = left.filter((each) => !next.includes(each));
  }
  return placed;
}

export function createMaskHandler(deps: MaskDeps): JobHandler {
  const { db, warehouse, catalogue } = deps;
  const { workspaceDir } = catalogue;

  /** Versions that hold nothing in clear: the current one, and those before it where the import itself was masked. */
  const keptBeside = (row: DatasetVersionRow, columns: CoveredColumns): ReadonlySet<string> => {
    const first = lastImport(db, row.id);
    const body = first === null ? null : (findReceipt(db, first.id)?.body as Receipt | undefined);
    return columns.length === 0 && body?.privacy !== undefined ? new Set(lineIds(db, row)) : new Set([row.id]);
  };

  /** Makes a data set that depends again, or covers it in the same way; one that was done before stays as it is. */
  const settleDataset = async (
    { id, kind, name, why }: DependentDataset,
    action: 'again' | 'mask',
    input: MaskJobInput,
    done: Done,
    context: JobContext,
  ): Promise<Done> => {
    if (done.settled.some((each) => each.id === id)) return done;
    const settle = (versionId: string): Done => {
      const version = getDatasetVersion(db, versionId).number;
      const next = { ...done, settled: [...done.settled, { kind, id, name, why, action, version, versionId }] };
      context.writeCheckpoint(asJson(next));
      return next;
    };
    if (action === 'mask') {
      const names = new Set(catalogue.get(id).version.columns.map((column) => column.name));
      const columns = Object.fromEntries(
        done.columns.flatMap((each) => (names.has(each.column) ? [[each.column, each.action]] : [])),
      );
      return coverDataset(deps, id, { ...(input.privacy as PrivacyOptions), columns }, context, (made, covered) => {
        if (covered.length > 0) return settle(made);
        throw conflict('nothing-to-cover', `Nothing of "${name}" would be covered: its columns have other names.`, {
          hint: 'Nothing was erased. Mask that data set by itself, delete it, or keep it.',
          details: { dataset: name },
        });
      });
    }
    const now = new Set([input.id, ...done.settled.map((each) => each.id)]);
    const made = await remake(deps, id, name, now, context);
    return db.transaction(() => settle(recordRemade(deps, workspaceDir, id, made)));
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
      const wanted = input.dependents ?? {};
      refuseInUse(db, input.id, context.jobId);
      for (const id of touched(wanted)) refuseInUse(db, id, context.jobId);
      context.report({ stage: 'privacy', fraction: 0.05, message: 'Looking for personal data' });
      let done =
        (context.readCheckpoint() as Done | null) ??
        (await coverDataset(deps, input.id, input.privacy as PrivacyOptions, context, (versionId, columns): Done => {
          const first = { versionId, columns, settled: [] };
          context.writeCheckpoint(asJson(first));
          return first;
        }));
      const row = getDatasetVersion(db, done.versionId);
      if (done.plan === undefined) {
        const keep = keptBeside(row, done.columns);
        const dependents = listDependents(db, workspaceDir, input.id, (each) => !keep.has(each.id));
        // Gone on with, it was checked before; what is settled since is not offered again
        if (done.settled.length === 0) checkDependents(dependents, wanted);
        for (const dataset of inOrder(dependents.datasets)) {
          const action = wanted[dataset.id];
          if (action !== 'again' && action !== 'mask') continue;
          context.report({ stage: 'dependents', fraction: 0.3, message: `Working on ${dataset.name}` });
          done = await settleDataset(dataset, action, input, done, context);
        }
        context.report({ stage: 'profile', fraction: 0.6, message: 'Computing the profile' });
        await deps.profile(input.id, row.number, context.stop);
        for (const { id, version } of done.settled) if (version !== null) await deps.profile(id, version, context.stop);
        refuseInUse(db, input.id, context.jobId);
        for (const id of touched(wanted)) refuseInUse(db, id, context.jobId);
        context.report({ stage: 'erase', fraction: 0.85, message: 'Erasing the earlier versions' });
        const remade = done.settled.map(({ id }) => id);
        // Settled data sets were listed by an earlier attempt perhaps, and depend no more
        const deleted = everyDependent(dependents).filter(({ id }) => wanted[id] === 'delete' && !remade.includes(id));
        const idsOf = (kind: string): string[] => deleted.flatMap((each) => (each.kind === kind ? [each.id] : []));
        const plan = planErasure(db, {
          datasetId: input.id,
          keep: new Set([...keep, ...done.settled.flatMap(({ versionId }) => versionId ?? [])]),
          ownJob: context.jobId,
          remade,
          datasetIds: idsOf('dataset'),
          modelIds: idsOf('model'),
          ledgerIds: idsOf('scoring'),
        });
        const gone = new Set([...remade, ...deleted.map(({ id }) => id)]);
        const elsewhere = everyDependent(dependents).flatMap(({ kind, id, name, why }) =>
          gone.has(id) ? [] : [{ kind, id, name, why }],
        );
        const settled = [
          ...done.settled,
          ...deleted.map(
            ({ kind, id, name, why }): Settled => ({
              kind,
              id,
              name,
              why,
              action: 'delete',
              version: null,
              versionId: null,
            }),
          ),
        ];
        done = { ...done, settled, plan, elsewhere };
        const detail = {
          versions: [...plan.versions],
          files: plan.files.length,
          dependents: settled.map(({ id, action }) => ({ id, action })),
        };
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
        dependents: done.settled.map(({ versionId: _versionId, ...each }) => each),
        elsewhere: [...(done.elsewhere ?? [])],
      };
      return asJson(result);
    },
  });
}
