/** The cleaning job: writes the cleaned version, profiles it, then makes it the current one as an event that can be undone. */
import { createHash } from 'node:crypto';
import { conflict } from '../../base/errors.ts';
import { asJson, canonicalJson } from '../../base/json.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { CleaningStep } from '../../contract/cleaning.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler, JsonValue } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import { withMutation } from '../../store/mutation.ts';
import { getDataset, listDatasetVersions, updateDataset } from '../../store/repositories/datasets.ts';
import { describeStep } from '../../warehouse/cleaning/describe.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Catalogue } from './catalogue.ts';
import { recordVersion } from './record-version.ts';

export type CleanJobInput = {
  readonly id: string;
  /** Version the steps were meant for. */
  readonly version: number;
  readonly steps: JsonValue;
  readonly actor: string;
};

export type CleanJobResult = {
  readonly datasetId: string;
  readonly version: number;
  readonly rows: number;
  /** Whether anything changed; when not, no version was made. */
  readonly changed: boolean;
  /** What `system.undo` takes back; null when nothing changed. */
  readonly eventId: string | null;
};

/** How a cleaning step is kept with its version. */
const recorded = (step: CleaningStep): JsonValue => asJson({ kind: step.kind, text: describeStep(step), step });

/** The job that cleans. */
export function createCleanHandler(deps: {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly catalogue: Catalogue;
  readonly profile: (datasetId: string, version: number, stop: StopSignal) => Promise<unknown>;
}): JobHandler {
  const { db, warehouse, catalogue } = deps;
  return defineHandler<CleanJobInput, CleanJobResult>({
    kind: 'clean',
    estimate: async ({ id }) => {
      const { version } = catalogue.get(id);
      const cells = version.rows * version.columns.length;
      return {
        seconds: 0.5 + cells / 8e6,
        memoryBytes: 300 * 1024 * 1024,
        diskBytes: version.bytes * 3,
        basis: `${version.rows} rows of ${version.columns.length} columns are written once.`,
      };
    },
    run: async (input, context) => {
      const { id } = input;
      const steps = input.steps as readonly CleaningStep[];
      const { dataset, row, version } = catalogue.get(id);
      if (row.number !== input.version) {
        throw conflict('version-moved', `"${dataset.name}" is at version ${row.number} now, not at ${input.version}.`, {
          hint: 'Look at the preview for the current version and start again.',
        });
      }
      context.report({ stage: 'check', fraction: 0.02 });
      const { effects } = await warehouse.previewClean({ version, steps, signal: context.abort });
      const changes = effects.some((effect) => effect.cellsChanged + effect.rowsRemoved + effect.columnsChanged > 0);
      if (!changes) return { datasetId: id, version: row.number, rows: version.rows, changed: false, eventId: null };
      const made = await warehouse.clean(
        { version, steps, sourceName: `${dataset.name}, version ${row.number}` },
        context,
      );
      const fresh = db.transaction(() => {
        // Done before and undone since, or interrupted after writing: the same content is the same version
        const known = listDatasetVersions(db, id, { limit: 1000 }).rows.find(
          (candidate) => candidate.contentHash === made.hash && candidate.parentVersionId === row.id,
        );
        if (known !== undefined) return known;
        const entered = recordVersion(db, catalogue.workspaceDir, {
          name: getDataset(db, id).name,
          version: made,
          steps: steps.map(recorded),
        });
        // It becomes the current one below, as an event of its own that undo can take back
        updateDataset(db, id, { currentVersionId: row.id });
        return entered.row;
      });
      context.report({ stage: 'profile', fraction: 0.85, message: 'Computing the profile' });
      await deps.profile(id, fresh.number, context.stop);
      const { eventId } = withMutation(
        db,
        {
          operation: 'datasets.clean',
          actor: input.actor,
          undoable: true,
          detail: { version: fresh.number, steps: steps.length, recipe: recipeHash(steps) },
        },
        () => updateDataset(db, id, { currentVersionId: fresh.id }),
      );
      for (const effect of effects) context.log(effect.text);
      return { datasetId: id, version: fresh.number, rows: made.rows, changed: true, eventId };
    },
  });
}

const recipeHash = (steps: readonly CleaningStep[]): string =>
  createHash('sha256').update(canonicalJson(steps)).digest('hex').slice(0, 16);
