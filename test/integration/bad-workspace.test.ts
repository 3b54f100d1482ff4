import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { cliJson, cliProgram, runCli, startCli } from '../helpers/cli-process.ts';
import { importFile, openTestHost } from '../helpers/host.ts';
import { jobsOf, workOf } from '../helpers/kill.ts';
import { suiteFolder } from '../helpers/suite-folder.ts';

const folder = suiteFolder('augury-bad-workspace-');
const small = join(folder, 'small.csv');
const large = join(folder, 'large.csv');
const kept = join(folder, 'kept');
const isRoot = process.getuid?.() === 0;
/** The user that owns nothing. */
const nobody = 65_534;

type Doctor = { readonly checks: { readonly name: string; readonly ok: boolean; readonly detail: string }[] };

/** Every check but the one for free space, which small disks and this test fail by design. */
async function expectSound(workspace: string): Promise<void> {
  const { stdout } = await runCli(['doctor', '--json', '--quiet', '--workspace', workspace]);
  const { checks } = JSON.parse(stdout) as Doctor;
  expect(checks.length).toBeGreaterThan(5);
  expect(checks.filter((check) => !check.ok && check.name !== 'disk')).toEqual([]);
}

beforeAll(async () => {
  const rng = createRng(2);
  const lines = Array.from({ length: 300 }, (_, i) => `${i % 7},${rng.next().toFixed(4)},${rng.int(2) ? 'yes' : 'no'}`);
  writeFileSync(small, `a,b,y\n${lines.join('\n')}\n`);
  const more = Array.from({ length: 500_000 }, (_, i) => `${i},${rng.next()},${rng.next()},${i % 17}`);
  writeFileSync(large, `id,a,b,c\n${more.join('\n')}\n`);
  await cliJson(['import', small, '--workspace', kept]);
});

describe('A5 a full disk', () => {
  const mount = join(folder, 'mount');
  const workspace = join(mount, 'workspace');
  let mounted = false;
  beforeAll(() => {
    mkdirSync(mount);
    if (!isRoot) return;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', mount], { stdio: 'pipe' });
      mounted = true;
    } catch {
      // no right to mount here: the tests below say so
    }
  });
  afterAll(() => {
    if (mounted) execFileSync('umount', [mount]);
  });

  it('refuses what cannot fit before it starts', async ({ skip }) => {
    if (!mounted) skip('mounting a small disk needs root');
    await cliJson(['import', small, '--workspace', workspace]);
    const filler = join(mount, 'filler');
    writeFileSync(filler, Buffer.alloc(125 << 20));
    const { code, stderr } = await runCli(['import', large, '--workspace', workspace]);
    expect({ code, stderr }).toMatchObject({ code: 5 });
    expect(stderr).toMatch(/refused before it started.*on the disk/);
    rmSync(filler);
    await expectSound(workspace);
  });

  it.for([20, 45])(
    'at %i percent of an import: ends with exit code 5, keeps what was there, goes on later',
    async (percent, { skip }) => {
      if (!mounted) skip('mounting a small disk needs root');
      rmSync(workspace, { recursive: true, force: true });
      await cliJson(['import', small, '--workspace', workspace]);
      const run = startCli(['import', large, '--workspace', workspace]);
      while (workOf(workspace, 'import') < percent * 10_000) await new Promise((resolve) => setTimeout(resolve, 3));
      const filler = join(mount, 'filler');
      fill(filler);
      const { code, stderr } = await run.ended;
      expect({ code, stderr }).toMatchObject({ code: 5 });
      expect(stderr).toMatch(/disk.*full/i);
      expect(stderr).toMatch(/Free some space/);
      rmSync(filler);
      await expectSound(workspace);
      const { datasets } = await cliJson<{ datasets: { name: string }[] }>(['datasets', '--workspace', workspace]);
      expect(datasets.map((dataset) => dataset.name)).toEqual(['small']);
      const again = await cliJson<{ rows: number }>(['import', large, '--workspace', workspace]);
      expect(again.rows).toBe(500_000);
      await expectSound(workspace);
    },
  );

  it('says so at every command while it lasts, and breaks nothing', async ({ skip }) => {
    if (!mounted) skip('mounting a small disk needs root');
    const filler = join(mount, 'filler');
    fill(filler);
    for (const args of [
      ['train', 'small', '--target', 'y', '--trials', '1'],
      ['import', small, '--name', 'other'],
    ]) {
      const { code, stderr } = await runCli([...args, '--workspace', workspace]);
      expect({ args, code, stderr }).toMatchObject({ code: 5 });
      expect(stderr).toMatch(/disk/);
    }
    rmSync(filler);
    await expectSound(workspace);
    // Nothing half-written stays in the folder itself.
    expect(readdirSync(workspace).filter((name) => name.startsWith('owner.json.'))).toEqual([]);
  });
});

/** Takes all the space there is. */
function fill(path: string): void {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=64k'], { stdio: 'pipe' });
  } catch {
    // dd ends with an error when the disk is full: as wanted
  }
}

describe('A5 a workspace that may not be written to', () => {
  /** Everything below `path` without any right to write. */
  const protect = (path: string): void => {
    for (const name of ['', ...readdirSync(path, { recursive: true, encoding: 'utf8' })]) {
      const entry = join(path, name);
      chmodSync(entry, statSync(entry).isDirectory() ? 0o555 : 0o444);
      if (isRoot) chownSync(entry, nobody, nobody);
    }
  };
  const unprotect = (path: string): void => {
    for (const name of ['', ...readdirSync(path, { recursive: true, encoding: 'utf8' })])
      chmodSync(join(path, name), 0o755);
  };
  const asUser = isRoot ? { uid: nobody, gid: nobody } : {};
  /** A plain user must at least be able to read the program and this test's files. */
  const why = (): string | null => {
    chmodSync(folder, 0o755);
    const look = `for (const path of ${JSON.stringify([cliProgram, small])}) require('node:fs').accessSync(path)`;
    const { status } = spawnSync(process.execPath, ['-e', look], { ...asUser, stdio: 'pipe' });
    return status === 0 ? null : 'the checkout or the temporary folder is private to its user';
  };

  it('refuses in words with exit code 5, as a plain user, and leaves the previous state as it was', async ({
    skip,
  }) => {
    const reason = why();
    if (reason !== null) skip(reason);
    const workspace = join(folder, 'read-only');
    cpSync(kept, workspace, { recursive: true });
    protect(workspace);
    for (const args of [
      ['datasets'],
      ['import', small, '--name', 'other'],
      ['train', 'small', '--target', 'y', '--trials', '1'],
    ]) {
      const { code, stderr } = await runCli([...args, '--workspace', workspace], asUser);
      expect({ args, code, stderr }).toMatchObject({ code: 5 });
      expect(stderr).toMatch(/cannot be (read or )?written to/);
      expect(stderr).toMatch(/write/);
    }
    unprotect(workspace);
    if (isRoot)
      for (const name of readdirSync(workspace, { recursive: true, encoding: 'utf8' }))
        chownSync(join(workspace, name), 0, 0);
    await expectSound(workspace);
    const { datasets } = await cliJson<{ datasets: { name: string }[] }>(['datasets', '--workspace', workspace]);
    expect(datasets.map((dataset) => dataset.name)).toEqual(['small']);
  });

  it('refuses a folder in which none can be made', async ({ skip }) => {
    const reason = why();
    if (reason !== null) skip(reason);
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o555 });
    const { code, stderr } = await runCli(['datasets', '--workspace', join(closed, 'new')], asUser);
    expect({ code, stderr }).toMatchObject({ code: 5 });
    chmodSync(closed, 0o755);
  });
});

describe('A5 two processes on one workspace', () => {
  it('lets one work and tells the other, however many try', async () => {
    const workspace = join(folder, 'shared');
    cpSync(kept, workspace, { recursive: true });
    const first = startCli(['train', 'small', '--target', 'y', '--budget', '60s', '--workspace', workspace]);
    while (workOf(workspace, 'train') < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    const others = await Promise.all(
      [['datasets'], ['import', small, '--name', 'late']].map((args) => runCli([...args, '--workspace', workspace])),
    );
    for (const { code, stderr } of others) {
      expect({ code, stderr }).toMatchObject({ code: 1 });
      expect(stderr).toMatch(/has this workspace open[\s\S]*--workspace/);
    }
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(6);
    await expectSound(workspace);
  });
});

describe('A9 jobs that cannot fit', () => {
  it('refuses with exit code 5 what exceeds the memory that the workspace may use', async () => {
    const home = join(folder, 'limited');
    const test = await openTestHost({ folder: home });
    await importFile(test.client, small);
    await test.client.system.updateSettings({ memoryLimitBytes: 64 << 20 });
    await test.close();
    const workspace = join(home, 'workspace');
    const args = ['train', 'small', '--target', 'y', '--trials', '1', '--workspace', workspace];
    const { code, stderr } = await runCli(args);
    expect({ code, stderr }).toMatchObject({ code: 5 });
    expect(stderr).toMatch(/refused before it started.*this workspace may use 64\.0 MiB/);
    expect(stderr).toMatch(/raise the workspace limit/);
    expect(await jobsOf(workspace, 'train')).toEqual([]);
  });

  it('refuses what exceeds the quota a workspace was made with', async () => {
    const test = await openTestHost();
    const quota = { cores: 1, memoryBytes: 80 << 20 };
    const { id } = await test.client.workspaces.create({ name: 'tiny', quota });
    const tiny = test.clientFor({ workspaceId: id });
    await expect(tiny.datasets.import({ source: { path: large } })).rejects.toMatchObject({
      code: 'RESOURCE',
      data: { code: 'does-not-fit', details: { memoryLimitBytes: 80 << 20 } },
    });
    await test.close();
  });
});
