/** Taking in a model as a job: with progress, beside whatever else runs, and cancelled between its steps or inside the long ones. */
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler, JsonValue } from '../../jobs/types.ts';
import { findStat } from '../../warehouse/files.ts';
import { sourceFile } from '../datasets/service.ts';
import type { SourceDeps } from '../predictions/open-source.ts';
import type { Inputs } from '../service-types.ts';
import { importAnyModel } from './import-any.ts';
import { importCallOf } from './import-call.ts';
import type { RecordDeps } from './record-model.ts';

type ImportJobInput = Inputs['models']['import'] & { readonly [key: string]: JsonValue | undefined };

/** Reading a model takes a multiple of its file: text becomes trees, trees a graph, and both are checked. */
const bytesInMemory = 24;
const bytesPerSecond = 4e6;
const fixedBytes = 64 * 1024 * 1024;

/** The job behind `models.import`; its result names the model. */
export function createImportModelHandler(deps: RecordDeps & { readonly sources: SourceDeps }): JobHandler {
  return defineHandler<ImportJobInput & JsonValue, { readonly modelId: string }>({
    kind: 'import-model',
    estimate: async ({ source }) => {
      const bytes = (await findStat(sourceFile(deps.sources.uploads, source).path))?.bytes ?? 0;
      return {
        seconds: 1 + bytes / bytesPerSecond,
        memoryBytes: fixedBytes + bytes * bytesInMemory,
        diskBytes: bytes * 3,
        basis: `From the size of the file, ${bytes} bytes.`,
      };
    },
    run: async ({ source, options }, context) => {
      const { modelId } = await importAnyModel({ ...deps, call: importCallOf(context) }, source, options);
      return { modelId };
    },
  });
}
