/**
 * A process that takes and leaves a workspace again and again. While it owns it, it makes a file that must not exist and
 * removes it: finding it there means two owners. `node workspace-racer.ts FOLDER ROUNDS [hold]`.
 */
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { acquireWorkspace } from '../../main/store/workspace-lock.ts';

const [folder = '', rounds = '1', mode = ''] = process.argv.slice(2);
const inside = join(folder, 'inside');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let owned = 0;
for (let tries = 0; owned < Number(rounds) && tries < 20_000; tries++) {
  const lock = await acquireWorkspace(folder, { version: '1.0.0', startedAt: Date.now() }).catch(() => null);
  if (lock === null || lock.kind === 'held') {
    await pause(1);
    continue;
  }
  owned++;
  try {
    closeSync(openSync(inside, 'wx'));
  } catch {
    process.stdout.write('two owners\n');
  }
  if (mode === 'hold') {
    process.stdout.write('holding\n');
    await pause(60_000);
  }
  await pause(owned % 3);
  rmSync(inside, { force: true });
  lock.release();
  await pause(owned % 2);
}
process.stdout.write(`owned ${owned}\n`);
