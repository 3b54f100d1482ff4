/** Settings of a workspace, each with its default; and the limits that follow from them. */
import type { Settings } from '../../contract/system.ts';
import { settingsValues } from '../../contract/system.ts';
import type { Db } from '../../store/db.ts';
import { listSettings, setSetting } from '../../store/repositories/settings.ts';
import type { Quota } from '../workspaces/identity.ts';

const prefix = 'app/';

/** All settings; one that is absent or no longer valid has its default. */
export function readSettings(db: Db): Settings {
  const kept = Object.fromEntries(listSettings(db, prefix));
  const all = settingsValues.safeParse(kept);
  if (all.success) return all.data;
  const wrong = new Set(all.error.issues.map((issue) => String(issue.path[0])));
  return settingsValues.parse(Object.fromEntries(Object.entries(kept).filter(([key]) => !wrong.has(key))));
}

/** Changes the given settings; call it in the operation's transaction. */
export function writeSettings(db: Db, changes: Partial<Settings>): void {
  for (const [key, value] of Object.entries(changes)) if (value !== undefined) setSetting(db, prefix + key, value);
}

/** Threads for training and scoring: the setting, within the workspace's quota and the machine. */
export function threadLimit(settings: Settings, quota: Quota, cores: number): number {
  const wanted = settings.threads === 0 ? cores : settings.threads;
  return Math.max(1, Math.min(wanted, quota.cores ?? wanted, cores));
}

/** Bytes of memory the workspace's jobs may plan with. */
export function memoryLimit(settings: Settings, quota: Quota, machineBytes: number): number {
  const wanted = settings.memoryLimitBytes === 0 ? Math.floor(machineBytes * 0.75) : settings.memoryLimitBytes;
  return Math.min(wanted, quota.memoryBytes ?? wanted);
}
