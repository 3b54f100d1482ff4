import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../main/store/ledger-verify.ts';
import { openStore } from '../../main/store/open.ts';
import { fixedSources, temporaryFolder } from '../helpers/store.ts';

const program = join(import.meta.dirname, '..', 'helpers', 'ledger-writer.ts');

describe('F6 the ledger survives kill -9', () => {
  it('loses nothing that was committed and verifies after every kill', async () => {
    const folder = temporaryFolder();
    let count = 0;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [program, folder, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      const enough = new Promise<void>((resolve) =>
        child.stdout.on('data', (data) => {
          output += String(data);
          if (output.length > 500 * (round + 1)) resolve();
        }),
      );
      const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
      await enough;
      child.kill('SIGKILL');
      await ended;
      const told = Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
      const { db } = openStore({ path: join(folder, 'augury.db'), ...fixedSources() });
      const report = await verifyLedger(db, () => null);
      db.close();
      expect(report.firstBroken).toBeNull();
      expect(report.entries).toBeGreaterThanOrEqual(told);
      count = report.entries;
    }
  });
});
