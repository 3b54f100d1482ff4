import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireWorkspace, findOwner } from '../../main/store/workspace-lock.ts';
import { temporaryFolder } from '../helpers/store.ts';

const program = join(import.meta.dirname, '..', 'helpers', 'workspace-racer.ts');
const self = { version: '1.0.0', startedAt: 5 };

function race(folder: string, rounds: number, mode = '') {
  const child = spawn(process.execPath, [program, folder, String(rounds), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += String(data);
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return { child, output: () => output, ended };
}

describe('one workspace, one owner', () => {
  it('never has two owners, however four processes race for it', async () => {
    const folder = temporaryFolder();
    const racers = [1, 2, 3, 4].map(() => race(folder, 40));
    await Promise.all(racers.map((racer) => racer.ended));
    expect(racers.map((racer) => racer.output().trim())).toEqual(Array(4).fill('owned 40'));
  });

  it('names the live owner to the one who comes second, and passes on when the owner is killed', async () => {
    const folder = temporaryFolder();
    const holder = race(folder, 1, 'hold');
    while (!holder.output().includes('holding')) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await acquireWorkspace(folder, self);
    expect(second).toMatchObject({ kind: 'held', owner: { pid: holder.child.pid, version: '1.0.0' } });
    holder.child.kill('SIGKILL');
    await holder.ended;
    expect(findOwner(folder)?.pid).toBe(holder.child.pid);
    const third = await acquireWorkspace(folder, self);
    expect(third.kind).toBe('owner');
    expect(findOwner(folder)).toEqual({ pid: process.pid, ...self });
    if (third.kind === 'owner') third.release();
  });

  it('takes over after a crash although the process id now belongs to somebody else', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: process.ppid, version: '1.0.0', startedAt: 1 }));
    const lock = await acquireWorkspace(folder, self);
    expect(lock.kind).toBe('owner');
    if (lock.kind !== 'owner') return;
    expect(statSync(join(folder, 'owner.json')).mode & 0o077).toBe(0);
    lock.release();
    lock.release();
    expect(existsSync(join(folder, 'owner.json'))).toBe(false);
  });

  it('refuses beside another version with a sentence, also within one process', async () => {
    const folder = temporaryFolder();
    const lock = await acquireWorkspace(folder, self);
    await expect(acquireWorkspace(folder, { ...self, version: '2.0.0' })).rejects.toMatchObject({
      family: 'conflict',
      code: 'other-version',
      message: `Augury 1.0.0 (process ${process.pid}) has this workspace open; this is Augury 2.0.0.`,
    });
    expect((await acquireWorkspace(folder, self)).kind).toBe('held');
    if (lock.kind === 'owner') lock.release();
    const next = await acquireWorkspace(folder, { ...self, version: '2.0.0' });
    expect(next.kind).toBe('owner');
    if (next.kind === 'owner') next.release();
  });
});
