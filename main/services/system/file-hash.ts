import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve, sep } from 'node:path';

/** SHA-256 (hex) of a file of the workspace by its relative path, streamed; null when it is absent or lies outside. */
export async function workspaceFileHash(workspaceFolder: string, relativePath: string): Promise<string | null> {
  const file = resolve(workspaceFolder, relativePath);
  if (!file.startsWith(resolve(workspaceFolder) + sep)) return null;
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  } catch {
    return null;
  }
  return hash.digest('hex');
}
