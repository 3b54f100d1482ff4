/** Refuses what cannot fit before it is queued, with the figures. */
import { resourceProblem } from '../base/errors.ts';
import type { ResourceProbe } from './resource-probe.ts';
import type { JobEstimate } from './types.ts';

/** Left free on the disk whatever a job needs: the store itself must be able to write. */
const diskReserveBytes = 64 * 1024 * 1024;

/** 1.5 GiB, 12 MiB: figures for messages. */
export function byteText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${units[unit]}`;
}

export type FitLimits = {
  /** The workspace's own memory limit in bytes; null when it has none. */
  readonly memoryLimitBytes: number | null;
  /** Memory that running jobs will give back, in bytes. */
  readonly heldBytes: number;
};

/** Null when the job fits, else why not, in one sentence with figures. */
export function whyNotFitting(estimate: JobEstimate, probe: ResourceProbe, limits: FitLimits): string | null {
  const free = probe.freeMemoryBytes() + limits.heldBytes;
  const limit = limits.memoryLimitBytes;
  if (limit !== null && estimate.memoryBytes > limit) {
    return `It needs about ${byteText(estimate.memoryBytes)} of memory; this workspace may use ${byteText(limit)}.`;
  }
  if (estimate.memoryBytes > free) {
    return `It needs about ${byteText(estimate.memoryBytes)} of memory; ${byteText(free)} are free.`;
  }
  const disk = probe.freeDiskBytes();
  if (estimate.diskBytes > 0 && estimate.diskBytes + diskReserveBytes > disk) {
    return `It needs about ${byteText(estimate.diskBytes)} on the disk; ${byteText(disk)} are free, of which ${byteText(diskReserveBytes)} stay reserved.`;
  }
  return null;
}

/** Throws `resource` (does-not-fit) with the figures when the job cannot fit. */
export function checkFits(estimate: JobEstimate, probe: ResourceProbe, limits: FitLimits): void {
  const reason = whyNotFitting(estimate, probe, limits);
  if (reason === null) return;
  throw resourceProblem('does-not-fit', `The job was refused before it started. ${reason}`, {
    hint: 'Free memory or disk space, raise the workspace limit in the settings, or work on fewer rows or columns.',
    details: {
      memoryBytes: estimate.memoryBytes,
      freeMemoryBytes: probe.freeMemoryBytes(),
      memoryLimitBytes: limits.memoryLimitBytes,
      diskBytes: estimate.diskBytes,
      freeDiskBytes: probe.freeDiskBytes(),
      basis: estimate.basis,
    },
  });
}
