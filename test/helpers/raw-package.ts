/** Packages taken apart and put together without any of the application's checks. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { open, type ZipFile as YauzlFile } from 'yauzl';
import { ZipFile } from 'yazl';
import { canonicalJson } from '../../main/base/json.ts';

export type Entries = Map<string, Buffer>;

/** All entries of a package, read without any of our checks. */
export async function unzip(path: string): Promise<Entries> {
  const zip = await new Promise<YauzlFile>((resolve, reject) =>
    open(path, { lazyEntries: true, autoClose: false }, (error, file) =>
      error === null ? resolve(file) : reject(error),
    ),
  );
  const entries: Entries = new Map();
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error !== null) return reject(error);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          entries.set(entry.fileName, Buffer.concat(chunks));
          zip.readEntry();
        });
      });
    });
    zip.on('end', resolve);
    zip.readEntry();
  });
  zip.close();
  return entries;
}

export async function zipTo(
  path: string,
  entries: Iterable<readonly [string, Buffer]>,
  options: { mode?: number; compress?: boolean } = {},
): Promise<string> {
  const zip = new ZipFile();
  for (const [entry, bytes] of entries)
    zip.addBuffer(bytes, entry, { compress: options.compress ?? true, mode: options.mode ?? 0o100644 });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  writeFileSync(path, Buffer.concat(chunks));
  return path;
}

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** A copy with changed entries whose hashes have been made to fit again: what a careful forger would do. */
export async function forge(
  original: string,
  path: string,
  change: (entries: Entries, manifest: Record<string, unknown>) => void,
): Promise<string> {
  const entries = await unzip(original);
  const manifest: Record<string, unknown> = JSON.parse(String(entries.get('model.json')));
  change(entries, manifest);
  manifest.entries = Object.fromEntries(
    [...entries]
      .filter(([entry]) => entry !== 'model.json')
      .map(([entry, bytes]) => [entry, { sha256: sha256(bytes), bytes: bytes.length }]),
  );
  delete manifest.contentSha256;
  manifest.contentSha256 = sha256(canonicalJson(manifest));
  entries.set('model.json', Buffer.from(JSON.stringify(manifest)));
  return zipTo(path, entries);
}
