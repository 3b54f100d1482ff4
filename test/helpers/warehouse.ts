import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '../../main/base/json.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { neverStop, type StopSignal } from '../../main/base/stop.ts';
import type { ImportRequest } from '../../main/warehouse/import/run-import.ts';
import type { ImportOutcome } from '../../main/warehouse/import/version.ts';
import type { RunHooks } from '../../main/warehouse/types.ts';
import { openWarehouse, type Warehouse } from '../../main/warehouse/warehouse.ts';

/** A warehouse in a folder of its own, with files beside it. */
export type Bench = {
  readonly dir: string;
  readonly warehouse: Warehouse;
  /** Writes a source file outside the workspace and returns its path. */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly hooks: (job?: string, stop?: StopSignal) => RunHooks & { readonly work: () => number };
  /** Imports text or bytes as a new job. */
  readonly importText: (
    name: string,
    content: string | Uint8Array,
    request?: Partial<ImportRequest>,
  ) => Promise<ImportOutcome>;
  readonly close: () => Promise<void>;
};

export async function openBench(threads = 2, memoryLimitMb = 256): Promise<Bench> {
  const root = mkdtempSync(join(tmpdir(), 'augury-warehouse-'));
  const dir = join(root, 'workspace');
  mkdirSync(join(root, 'sources'));
  mkdirSync(dir);
  const warehouse = await openWarehouse({ dir, memoryLimitMb, threads, logger: silentLogger });
  let jobs = 0;
  const hooks: Bench['hooks'] = (job = `job-${++jobs}`, stop = neverStop) => {
    let work = 0;
    let checkpoint: JsonValue | null = null;
    const scratchDir = join(dir, 'jobs', job);
    mkdirSync(scratchDir, { recursive: true });
    return {
      scratchDir,
      stop,
      readCheckpoint: () => checkpoint,
      writeCheckpoint: (value) => {
        checkpoint = value;
      },
      countWork: (units) => {
        work += units;
      },
      report: () => {},
      work: () => work,
    };
  };
  const file: Bench['file'] = (name, content) => {
    const path = join(root, 'sources', name);
    writeFileSync(path, content);
    return path;
  };
  return {
    dir,
    warehouse,
    file,
    hooks,
    importText: (name, content, request = {}) =>
      warehouse.runImport({ ...request, sourcePath: file(name, content) }, hooks()),
    close: async () => {
      await warehouse.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
