/** What is spilled to disk goes with its use: at the opening, after an import that failed, and at the close. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../main/base/logger.ts';
import { neverStop } from '../../../main/base/stop.ts';
import { openWarehouse } from '../../../main/warehouse/warehouse.ts';
import { filesHolding } from '../../helpers/files-holding.ts';

const needle = /verborgene Zeile/;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'augury-spill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const spill = (...path: readonly string[]): string => join(folder, 'temp', ...path);
function leave(...path: readonly string[]): void {
  mkdirSync(spill(...path.slice(0, -1)), { recursive: true });
  writeFileSync(spill(...path), 'verborgene Zeile');
}
const open = () => openWarehouse({ dir: folder, memoryLimitMb: 128, threads: 1, logger: silentLogger });

async function importText(warehouse: Awaited<ReturnType<typeof open>>, job: string, text: string): Promise<number> {
  const sourcePath = join(folder, `${job}.csv`);
  writeFileSync(sourcePath, text);
  const hooks = {
    scratchDir: join(folder, 'jobs', job),
    stop: neverStop,
    readCheckpoint: () => null,
    writeCheckpoint: () => {},
    countWork: () => {},
    report: () => {},
  };
  return (await warehouse.runImport({ sourcePath }, hooks)).version.rows;
}

describe('B7 the folder of spilled rows', () => {
  it('is emptied at the opening and gone at the close, and what an import left that failed goes with it', async () => {
    leave('duckdb_temp_storage_DEFAULT-0.tmp');
    leave('mask-old', 'unfolded.csv');
    const warehouse = await open();
    expect(await filesHolding(spill(), [needle])).toEqual([]);
    expect(await importText(warehouse, 'good', 'a,b\n1,2\n3,4\n')).toBe(2);
    leave('storing', 'duckdb_temp_storage_DEFAULT-0.tmp');
    await expect(importText(warehouse, 'bad', '\n \n')).rejects.toMatchObject({ family: 'data-problem' });
    expect(existsSync(spill('storing'))).toBe(false);
    expect(await importText(warehouse, 'again', 'a,b\n5,6\n')).toBe(1);
    leave('duckdb_temp_storage_DEFAULT-1.tmp');
    leave('storing', 'duckdb_temp_storage_DEFAULT-1.tmp');
    await warehouse.close();
    expect(readdirSync(folder)).not.toContain('temp');
  });

  it('stays for an import that runs while another fails', async () => {
    const warehouse = await open();
    const rows = `a,b\n${Array.from({ length: 20_000 }, (_, i) => `${i},x${i}`).join('\n')}\n`;
    const [good, bad] = await Promise.allSettled([
      importText(warehouse, 'good', rows),
      importText(warehouse, 'bad', '\n \n'),
    ]);
    expect(good).toMatchObject({ status: 'fulfilled', value: 20_000 });
    expect(bad.status).toBe('rejected');
    expect(existsSync(spill('storing'))).toBe(false);
    await warehouse.close();
  });
});
