import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AuguryError } from '../../main/base/errors.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { neverStop } from '../../main/base/stop.ts';
import type { ImportOutcome } from '../../main/warehouse/import/version.ts';
import { openWarehouse } from '../../main/warehouse/warehouse.ts';

/** Imports two files into a workspace and tells, as JSON, how each went and whether the first still verifies. */
const [workspace, small, large] = process.argv.slice(2);
const told = (error: unknown): string =>
  error instanceof AuguryError ? `${error.family}/${error.code}` : `unexpected: ${String(error)}`;

async function main(): Promise<{ first: string; second: string; verified: readonly string[]; rows: number }> {
  const reply = { first: 'ok', second: 'ok', verified: ['not checked'] as readonly string[], rows: 0 };
  try {
    const warehouse = await openWarehouse({ dir: workspace, memoryLimitMb: 200, threads: 2, logger: silentLogger });
    const run = (sourcePath: string, job: string): Promise<ImportOutcome> => {
      const scratchDir = join(workspace, 'jobs', job);
      mkdirSync(scratchDir, { recursive: true });
      const hooks = {
        scratchDir,
        stop: neverStop,
        readCheckpoint: () => null,
        writeCheckpoint: () => {},
        countWork: () => {},
        report: () => {},
      };
      return warehouse.runImport({ sourcePath }, hooks);
    };
    const first = await run(small, 'first');
    await run(large, 'second').catch((error: unknown) => {
      reply.second = told(error);
    });
    await warehouse.close();
    const again = await openWarehouse({ dir: workspace, memoryLimitMb: 200, threads: 2, logger: silentLogger });
    const version = await again.readVersion(first.version.hash);
    reply.verified = await again.verifyVersion(version);
    reply.rows = (await again.page(version, { offset: 0, limit: 10, sort: [], filters: [], search: '' })).rows.length;
    await again.close();
  } catch (error) {
    reply.first = told(error);
  }
  return reply;
}

process.stdout.write(JSON.stringify(await main()));
