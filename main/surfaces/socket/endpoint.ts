/** Where a running host listens for local programs: a note in the workspace that its user alone can read. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { resourceProblem } from '../../base/errors.ts';

const noteSchema = z.object({
  pid: z.number().int().positive(),
  version: z.string(),
  socket: z.string().min(1),
  secret: z.string().min(32),
});

/** What a client must know to attach. */
export type HostNote = z.infer<typeof noteSchema>;

const noteFile = (workspaceFolder: string): string => join(workspaceFolder, 'host.json');

/** Unix sockets have room for 108 bytes of path, so the socket lies in a private folder of the temporary directory. */
const MAX_SOCKET_PATH = 100;

/**
 * A socket or pipe path for this workspace and process. Throws `resource` when the private folder belongs to someone
 * else: then a stranger could answer in our name.
 */
export function socketPath(workspaceFolder: string, pid: number): string {
  const key = createHash('sha256').update(resolve(workspaceFolder)).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\augury-${userInfo().username}-${key}-${pid}`;
  const near = join(resolve(workspaceFolder), `host-${pid}.sock`);
  if (Buffer.byteLength(near) <= MAX_SOCKET_PATH) return near;
  const folder = join(tmpdir(), `augury-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0) {
    throw resourceProblem('socket-folder-shared', 'The folder for local sockets is open to other users.', {
      hint: `Remove ${folder} or make it private (chmod 700), and start again.`,
    });
  }
  return join(folder, `${key}-${pid}.sock`);
}

/** Publishes the note in one step, readable by its user alone. */
export function writeHostNote(workspaceFolder: string, note: HostNote): void {
  const file = noteFile(workspaceFolder);
  const temporary = `${file}.${note.pid}`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, JSON.stringify(note), { mode: 0o600, flag: 'wx' });
  renameSync(temporary, file);
}

/** The note of a host that is alive, or null; a note whose process is gone is ignored. */
export function findHostNote(workspaceFolder: string): HostNote | null {
  try {
    const note = noteSchema.parse(JSON.parse(readFileSync(noteFile(workspaceFolder), 'utf8')));
    return isAlive(note.pid) ? note : null;
  } catch {
    return null;
  }
}

/** Withdraws the note, if it is still ours. */
export function removeHostNote(workspaceFolder: string, pid: number): void {
  try {
    const note = noteSchema.parse(JSON.parse(readFileSync(noteFile(workspaceFolder), 'utf8')));
    if (note.pid === pid) rmSync(noteFile(workspaceFolder), { force: true });
  } catch {
    // gone already, or another host's
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
