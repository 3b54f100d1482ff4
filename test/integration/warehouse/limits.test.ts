import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const child = fileURLToPath(new URL('../../helpers/import-child.ts', import.meta.url));
const root = process.getuid?.() === 0;

function canMount(): boolean {
  if (!root || process.platform !== 'linux') return false;
  const dir = mkdtempSync(join(tmpdir(), 'augury-mount-'));
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir]).status === 0;
  if (mounted) spawnSync('/bin/umount', [dir]);
  rmSync(dir, { recursive: true, force: true });
  return mounted;
}

type Reply = {
  readonly first: string;
  readonly second: string;
  readonly verified: readonly string[];
  readonly rows: number;
};

function runChild(workspace: string, small: string, large: string, uid?: number): Reply {
  const out = execFileSync(process.execPath, [child, workspace, small, large], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return JSON.parse(out) as Reply;
}

const small = 'a,b\n1,x\n2,y\n';
const large = (): string =>
  `a,b\n${Array.from({ length: 400_000 }, (_, i) => `${i},text number ${(i * 7919) % 1_000_003}`).join('\n')}\n`;

describe('A9 a full disk and a read-only folder', () => {
  it.skipIf(!canMount())(
    'a full disk stops an import with a resource error; what was stored before opens and verifies',
    () => {
      const base = mkdtempSync(join(tmpdir(), 'augury-full-'));
      const workspace = join(base, 'workspace');
      mkdirSync(workspace);
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=9m', 'tmpfs', workspace]);
      try {
        writeFileSync(join(base, 'small.csv'), small);
        writeFileSync(join(base, 'large.csv'), large());
        const reply = runChild(workspace, join(base, 'small.csv'), join(base, 'large.csv'));
        expect(reply).toEqual({ first: 'ok', second: 'resource/disk-full', verified: [], rows: 2 });
      } finally {
        execFileSync('/bin/umount', [workspace]);
        rmSync(base, { recursive: true, force: true });
      }
    },
  );

  it('a folder that cannot be written gives a resource error', () => {
    const base = mkdtempSync(join(tmpdir(), 'augury-readonly-'));
    const workspace = join(base, 'workspace');
    mkdirSync(workspace);
    writeFileSync(join(base, 'small.csv'), small);
    chmodSync(base, 0o755);
    chmodSync(workspace, 0o555);
    try {
      // Permissions do not bind root: as root the check runs as the user nobody
      const reply = runChild(workspace, join(base, 'small.csv'), join(base, 'small.csv'), root ? 65534 : undefined);
      expect(reply.first).toBe('resource/not-writable');
    } finally {
      chmodSync(workspace, 0o755);
      rmSync(base, { recursive: true, force: true });
    }
  });
});
