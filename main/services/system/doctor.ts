/** `augury doctor`: looks at the installation and the workspace and says of each part whether it is sound and, if not, what to do. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { toErrorData } from '../../base/errors.ts';
import type { doctorCheck } from '../../contract/system.ts';
import { byteText } from '../../jobs/fit-check.ts';
import type { ResourceProbe } from '../../jobs/resource-probe.ts';
import { verifyAudit } from '../../store/audit.ts';
import type { Db } from '../../store/db.ts';
import { verifyLedger } from '../../store/ledger-verify.ts';
import { newestVersion } from '../../store/migrate.ts';
import { eachFile } from '../../store/repositories/files.ts';
import { findOwner } from '../../store/workspace-lock.ts';
import type { WorkspacePaths } from '../workspaces/layout.ts';
import { workspaceFileHash } from './file-hash.ts';

export type DoctorCheck = z.infer<typeof doctorCheck>;

/** A check brought by another part, e.g. the warehouse opens, each inference provider's real error. */
export type ExtraCheck = () => Promise<DoctorCheck> | DoctorCheck;

export type DoctorDeps = {
  readonly db: Db;
  readonly paths: WorkspacePaths;
  readonly probe: ResourceProbe;
  /** `process.versions.node` of the host. */
  readonly nodeVersion: string;
  readonly extraChecks: readonly ExtraCheck[];
};

const leastNodeMajor = 22;
const lowDiskBytes = 1024 ** 3;
const restore = 'Restore the workspace from a backup, or copy the newest file from backups/ over augury.db.';

const good = (name: string, detail: string): DoctorCheck => ({ name, ok: true, detail, hint: '' });
const bad = (name: string, detail: string, hint: string): DoctorCheck => ({ name, ok: false, detail, hint });

function checkNode(version: string): DoctorCheck {
  const major = Number(version.split('.')[0]);
  return major >= leastNodeMajor
    ? good('node', `Node ${version}`)
    : bad(
        'node',
        `Node ${version} is too old.`,
        `Install Node ${leastNodeMajor} or later, or start Augury through npm.`,
      );
}

function checkStore(db: Db): DoctorCheck[] {
  const integrity = db.all<{ integrity_check: string }>('PRAGMA integrity_check(3)').map((row) => row.integrity_check);
  const sound = integrity.length === 1 && integrity[0] === 'ok';
  const dangling = db.all<{ table: string }>('PRAGMA foreign_key_check');
  const version = Number(db.pragma('user_version'));
  return [
    sound
      ? good('store', 'augury.db is sound.')
      : bad('store', `augury.db is damaged: ${integrity.join('; ')}`, restore),
    dangling.length === 0
      ? good('references', 'Every row that others refer to is there.')
      : bad(
          'references',
          `${dangling.length} rows refer to rows that are gone (first in ${dangling[0]?.table}).`,
          restore,
        ),
    version === newestVersion
      ? good('schema', `Store version ${version}.`)
      : bad(
          'schema',
          `Store version ${version}, expected ${newestVersion}.`,
          'Start Augury again; it migrates the store.',
        ),
  ];
}

async function checkChains(db: Db, paths: WorkspacePaths): Promise<DoctorCheck[]> {
  const ledger = await verifyLedger(db, (path) => workspaceFileHash(paths.folder, path));
  const audit = await verifyAudit(db);
  const altered =
    'Somebody changed the record after it was written. Compare it with a backup; the entries before it still verify.';
  return [
    ledger.firstBroken === null
      ? good('ledger', `${ledger.entries} entries verified.`)
      : bad('ledger', `Entry ${ledger.firstBroken.id}: ${ledger.firstBroken.reason}.`, altered),
    audit.firstBroken === null
      ? good('audit', `${audit.entries} lines verified.`)
      : bad('audit', `Line ${audit.firstBroken.id}: ${audit.firstBroken.reason}.`, altered),
  ];
}

const some = (paths: readonly string[]): string => `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ', …' : ''}`;

/** The manifest against the folder: every recorded file is there with its hash; what is not recorded is counted. */
async function checkFiles(db: Db, paths: WorkspacePaths): Promise<DoctorCheck[]> {
  const missing: string[] = [];
  const altered: string[] = [];
  const recorded = new Set<string>();
  for (const file of eachFile(db)) {
    recorded.add(file.path);
    const hash = await workspaceFileHash(paths.folder, file.path);
    if (hash === null) missing.push(file.path);
    else if (hash !== file.sha256) altered.push(file.path);
  }
  const orphans: string[] = [];
  let orphanBytes = 0;
  for (const folder of ['data', 'models', 'raw']) {
    for (const name of readdirSync(join(paths.folder, folder), { recursive: true, encoding: 'utf8' })) {
      const path = `${folder}/${name.replaceAll('\\', '/')}`;
      const found = statSync(join(paths.folder, path), { throwIfNoEntry: false });
      if (found === undefined || !found.isFile() || recorded.has(path)) continue;
      orphans.push(path);
      orphanBytes += found.size;
    }
  }
  const broken = [
    ...(missing.length > 0 ? [`${missing.length} missing: ${some(missing)}`] : []),
    ...(altered.length > 0 ? [`${altered.length} altered: ${some(altered)}`] : []),
  ];
  return [
    broken.length === 0
      ? good('files', `${recorded.size} recorded files are there and unchanged.`)
      : bad('files', broken.join('; '), 'Import the data or the model again, or restore the files from a backup.'),
    good(
      'orphans',
      orphans.length === 0
        ? 'No file is left over.'
        : `${orphans.length} files (${byteText(orphanBytes)}) belong to nothing yet: ${some(orphans)}. Interrupted work leaves them; they do no harm.`,
    ),
  ];
}

function checkDisk(probe: ResourceProbe): DoctorCheck {
  const free = probe.freeDiskBytes();
  return free >= lowDiskBytes
    ? good('disk', `${byteText(free)} free.`)
    : bad('disk', `Only ${byteText(free)} free.`, 'Free some space on the disk of the workspace.');
}

function checkLock(paths: WorkspacePaths): DoctorCheck {
  const owner = findOwner(paths.folder);
  return owner === null
    ? bad('lock', 'The workspace does not say who has it open.', 'Close Augury and open the workspace again.')
    : good('lock', `Open in process ${owner.pid}, version ${owner.version}.`);
}

/** A check that fails by itself is a finding, not the end of the examination. */
async function guarded(name: string, check: () => Promise<DoctorCheck[]> | DoctorCheck[]): Promise<DoctorCheck[]> {
  try {
    return await check();
  } catch (error) {
    const { message, hint } = toErrorData(error);
    return [bad(name, message, hint === '' ? restore : hint)];
  }
}

/** Runs all checks in order; each is small or yields to the event loop. */
export async function examine(deps: DoctorDeps): Promise<DoctorCheck[]> {
  const { db, paths, probe } = deps;
  const checks = [checkNode(deps.nodeVersion)];
  checks.push(...(await guarded('store', () => checkStore(db))));
  checks.push(...(await guarded('ledger', () => checkChains(db, paths))));
  checks.push(...(await guarded('files', () => checkFiles(db, paths))));
  checks.push(...(await guarded('disk', () => [checkDisk(probe), checkLock(paths)])));
  for (const extra of deps.extraChecks) checks.push(...(await guarded('installation', async () => [await extra()])));
  return checks;
}
