/** Hands a file to the host: its path where the preload knows it, otherwise its bytes in chunks. */
import type { Source } from '../../main/contract/common.ts';
import { findBridge } from './bridge.ts';
import { client } from './client.ts';

/** Progress of an upload, 0…1. */
export type UploadProgress = (fraction: number) => void;

/** A source the host can read. Rejects when the upload is aborted or refused. */
export async function sourceOfFile(file: File, onProgress?: UploadProgress, signal?: AbortSignal): Promise<Source> {
  const path = findBridge()?.pathForFile(file) ?? '';
  if (path !== '') return { path };
  const options = signal === undefined ? {} : { signal };
  const { uploadId, chunkBytes } = await client.system.beginUpload({ name: file.name, bytes: file.size }, options);
  try {
    for (let offset = 0; offset < file.size; offset += chunkBytes) {
      const data = file.slice(offset, Math.min(file.size, offset + chunkBytes));
      await client.system.appendUpload({ uploadId, offset, data }, options);
      onProgress?.(Math.min(1, (offset + chunkBytes) / file.size));
    }
  } catch (error) {
    forgetSource({ uploadId });
    throw error;
  }
  return { uploadId };
}

/** Has the host remove what was sent and is not wanted any more; whatever is gone already is left at that. */
export function forgetSource(source: Source | null): void {
  if (source !== null && 'uploadId' in source) void client.system.discardUpload(source).catch(() => {});
}
