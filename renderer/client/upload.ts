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
  for (let offset = 0; offset < file.size; offset += chunkBytes) {
    const data = file.slice(offset, Math.min(file.size, offset + chunkBytes));
    await client.system.appendUpload({ uploadId, offset, data }, options);
    onProgress?.(Math.min(1, (offset + chunkBytes) / file.size));
  }
  return { uploadId };
}
