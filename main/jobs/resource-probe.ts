/** What the machine has left, as the queue asks before it takes a job. */
import { statfsSync } from 'node:fs';

export type ResourceProbe = {
  /** Bytes a process may still take, limits of containers included. */
  readonly freeMemoryBytes: () => number;
  /** Bytes free on the disk of the workspace for this user. */
  readonly freeDiskBytes: () => number;
  /** Resident bytes of this process now. */
  readonly processMemoryBytes: () => number;
};

/** The real machine; `folder` names the disk. */
export function machineProbe(folder: string): ResourceProbe {
  return {
    freeMemoryBytes: () => process.availableMemory(),
    freeDiskBytes: () => {
      const disk = statfsSync(folder);
      return disk.bavail * disk.bsize;
    },
    processMemoryBytes: () => process.memoryUsage.rss(),
  };
}
