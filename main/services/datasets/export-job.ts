import { extname } from 'node:path';
import { invalidInput } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import type { Destination } from '../../contract/common.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler } from '../../jobs/types.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { ExportFormat } from '../../warehouse/writer.ts';
import type { Downloads } from '../system/transfers.ts';
import type { Catalogue } from './catalogue.ts';

export type ExportJobInput = {
  readonly id: string;
  readonly version?: number;
  readonly destination: Destination;
  readonly format?: ExportFormat;
  readonly asRead?: boolean;
  readonly keepFormulas?: boolean;
} & { readonly [key: string]: JsonValue | undefined };

export type ExportDeps = {
  readonly warehouse: Warehouse;
  readonly catalogue: Catalogue;
  readonly downloads: Downloads;
};

const bytesPerSecond = 60e6;

/** Writes a version to a file; the file appears under its name only when it is complete. */
export function createExportHandler(deps: ExportDeps): JobHandler {
  return defineHandler({
    kind: 'export',
    estimate: async (raw) => {
      const { bytes } = deps.catalogue.get(inputOf(raw).id, inputOf(raw).version).version;
      return {
        seconds: 0.2 + (bytes * 6) / bytesPerSecond,
        memoryBytes: 350 * 1024 * 1024,
        diskBytes: bytes * 8,
        basis: `${bytes} bytes of compressed columns.`,
      };
    },
    run: async (raw, context) => {
      const input = inputOf(raw);
      const { version } = deps.catalogue.get(input.id, input.version);
      const { destination } = input;
      const file =
        'path' in destination ? destination.path : deps.downloads.pathFor(context.jobId, destination.download);
      context.report({ stage: 'write', fraction: 0.05, rowsTotal: version.rows });
      const written = await deps.warehouse.exportVersion({
        version,
        destination: file,
        format: input.format ?? formatOf(file),
        scratchDir: context.scratchDir,
        asRead: input.asRead ?? false,
        keepFormulas: input.keepFormulas ?? false,
        stop: context.stop,
      });
      context.countWork(written.rows);
      return { ...written, file };
    },
  });
}

const inputOf = (raw: JsonValue): ExportJobInput => raw as ExportJobInput;

function formatOf(file: string): ExportFormat {
  const ending = extname(file).toLowerCase();
  if (ending === '.csv') return 'csv';
  if (ending === '.jsonl' || ending === '.ndjson') return 'jsonl';
  if (ending === '.parquet') return 'parquet';
  if (ending === '.xlsx') return 'xlsx';
  throw invalidInput('unknown-format', `The ending ${ending === '' ? '(none)' : ending} names no format.`, {
    hint: 'Use .csv, .xlsx, .jsonl or .parquet.',
  });
}
