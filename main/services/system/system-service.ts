/** The installation and the machine: health, settings, doctor, change notices, transfers. */
import type { ProviderReport } from '../../contract/system.ts';
import type { Services } from '../service-types.ts';
import { watchChanges } from './changes.ts';
import { type DoctorDeps, examine } from './doctor.ts';
import { readSettings, writeSettings } from './settings.ts';
import type { Downloads } from './transfers.ts';
import type { Uploads } from './uploads.ts';

/** What does not change while the host runs. */
export type Machine = {
  readonly platform: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly electronVersion: string | null;
};

export type SystemDeps = DoctorDeps & {
  readonly version: string;
  readonly machine: Machine;
  /** Inference providers as they were tried; tried again with `refresh`. */
  readonly providers: (refresh: boolean) => Promise<readonly ProviderReport[]>;
  readonly uploads: Uploads;
  readonly downloads: Downloads;
};

/** Builds the service of one open workspace. */
export function createSystemService(deps: SystemDeps): Services['system'] {
  const { db, machine, probe } = deps;
  const startMs = db.clock.monotonic();
  return {
    health: () => ({ ok: db.isOpen, version: deps.version, uptimeSeconds: (db.clock.monotonic() - startMs) / 1000 }),
    machine: async ({ refresh }) => ({
      ...machine,
      freeMemoryBytes: probe.freeMemoryBytes(),
      freeDiskBytes: probe.freeDiskBytes(),
      nodeVersion: deps.nodeVersion,
      providers: [...(await deps.providers(refresh))],
    }),
    settings: () => readSettings(db),
    updateSettings: (changes) => writeSettings(db, changes),
    doctor: async () => ({ checks: await examine(deps) }),
    changes: (_input, call) => watchChanges(db, call.signal),
    beginUpload: ({ name, bytes }) => deps.uploads.begin(name, bytes),
    appendUpload: async ({ uploadId, offset, data }) => ({
      received: await deps.uploads.append(uploadId, offset, data),
    }),
    discardUpload: ({ uploadId }) => {
      deps.uploads.get(uploadId);
      deps.uploads.remove(uploadId);
      return {};
    },
    download: ({ jobId }) => deps.downloads.open(jobId),
  };
}
