import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { changed, idOf, time } from './common.ts';
import { base, changing, reading, starting } from './meta.ts';

export const providerReport = z.object({
  name: z.string().describe('requested provider: cuda, dml, coreml, webgpu, cpu'),
  available: z.boolean(),
  error: z.string().nullable().describe('the real error text'),
  milliseconds: z.number().nullable(),
  maxDifference: z.number().nullable().describe('largest difference from CPU on the smoke model'),
  nodes: z.object({ onProvider: z.number().int(), total: z.number().int() }).nullable(),
  chosen: z.boolean(),
});
export type ProviderReport = z.infer<typeof providerReport>;

export const machine = z.object({
  platform: z.string(),
  cores: z.number().int(),
  memoryBytes: z.number(),
  freeMemoryBytes: z.number(),
  freeDiskBytes: z.number(),
  nodeVersion: z.string(),
  electronVersion: z.string().nullable(),
  providers: z.array(providerReport),
});

export const settingsValues = z.object({
  threads: z.number().int().min(0).max(256).default(0).describe('0 = all cores'),
  memoryLimitBytes: z.number().int().min(0).default(0).describe('0 = three quarters of the machine'),
  provider: z.enum(['auto', 'cpu', 'cuda', 'dml', 'coreml', 'webgpu']).default('auto'),
  theme: z.enum(['auto', 'light', 'dark']).default('auto'),
  numberLocale: z.string().max(35).default(''),
  updateChannel: z.enum(['stable', 'beta']).default('stable'),
  updateCheck: z.boolean().default(false),
  firstRunDone: z.boolean().default(false),
});
export type Settings = z.infer<typeof settingsValues>;

/** What an update may carry. Without the defaults: those would reset every setting that is not named. */
const { shape } = settingsValues;
export const settingsChanges = z
  .object({
    threads: shape.threads.unwrap(),
    memoryLimitBytes: shape.memoryLimitBytes.unwrap(),
    provider: shape.provider.unwrap(),
    theme: shape.theme.unwrap(),
    numberLocale: shape.numberLocale.unwrap(),
    updateChannel: shape.updateChannel.unwrap(),
    updateCheck: shape.updateCheck.unwrap(),
    firstRunDone: shape.firstRunDone.unwrap(),
  })
  .partial();

export const doctorCheck = z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), hint: z.string() });

/** A change notice: what noun changed, so that clients refetch. */
export const changeNotice = z.object({
  noun: z.enum(['datasets', 'models', 'jobs', 'decisions', 'settings', 'predictions', 'workspaces', 'features']),
  id: z.string().nullable(),
  at: time,
});
export type ChangeNotice = z.infer<typeof changeNotice>;

export const system = {
  health: base
    .route({ method: 'GET', path: '/health', summary: 'Is the host alive' })
    .input(z.object({}))
    .output(z.object({ ok: z.boolean(), version: z.string(), uptimeSeconds: z.number() })),
  machine: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/system/machine',
      summary: 'Cores, memory, disk, inference providers with their real errors',
    })
    .input(z.object({ refresh: z.boolean().default(false) }))
    .output(machine),
  settings: base
    .meta(reading)
    .route({ method: 'GET', path: '/system/settings', summary: 'Settings of the workspace' })
    .input(z.object({}))
    .output(settingsValues),
  updateSettings: base
    .meta(changing)
    .route({ method: 'POST', path: '/system/settings', summary: 'Change settings' })
    .input(settingsChanges)
    .output(changed),
  doctor: base
    .meta(reading)
    .route({ method: 'GET', path: '/system/doctor', summary: 'Check the installation and the workspace' })
    .input(z.object({}))
    .output(z.object({ checks: z.array(doctorCheck) })),
  undo: base
    .meta({ ...starting, undo: true })
    .route({ method: 'POST', path: '/system/undo', summary: 'Reverse a change by its event id' })
    .input(z.object({ eventId: z.string() }))
    .output(changed),
  changes: base
    .meta(reading)
    .route({ method: 'GET', path: '/system/changes', summary: 'A notice whenever something changes, from any door' })
    .input(z.object({}))
    .output(eventIterator(changeNotice)),
  beginUpload: base
    .meta(starting)
    .route({ method: 'POST', path: '/system/uploads', summary: 'Begin sending a file to the host' })
    .input(z.object({ name: z.string().min(1).max(255), bytes: z.number().int().min(0) }))
    .output(z.object({ uploadId: idOf('up'), chunkBytes: z.number().int() })),
  appendUpload: base
    .meta({ ...starting, audit: false })
    .route({ method: 'POST', path: '/system/uploads/{uploadId}/append', summary: 'Append bytes at an offset' })
    .input(z.object({ uploadId: idOf('up'), offset: z.number().int().min(0), data: z.instanceof(Blob) }))
    .output(z.object({ received: z.number().int() })),
  discardUpload: base
    .meta({ ...starting, audit: false })
    .route({ method: 'POST', path: '/system/uploads/{uploadId}/discard', summary: 'Remove what was sent' })
    .input(z.object({ uploadId: idOf('up') }))
    .output(z.object({})),
  download: base
    .meta(reading)
    .route({ method: 'GET', path: '/system/downloads/{jobId}', summary: 'The file a job made for download' })
    .input(z.object({ jobId: idOf('job') }))
    .output(z.instanceof(Blob)),
};
