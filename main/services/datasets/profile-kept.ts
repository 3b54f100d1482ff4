import { asJson } from '../../base/json.ts';
import { neverStop, type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { Profile } from '../../contract/datasets.ts';
import type { Db } from '../../store/db.ts';
import { saveProfile } from '../../store/repositories/datasets.ts';
import { repeatedRows } from '../../warehouse/profile/confirm.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Catalogue } from './catalogue.ts';
import { bySeverity, confirmedFinding, profileFindings } from './findings.ts';
import { personalFindings } from './personal-findings.ts';

export type ProfileDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly catalogue: Catalogue;
  readonly pool: ComputePool;
};

/** Profiles of versions, computed once and kept with the version; calls for the same version share one computation. */
export function createProfiles(
  deps: ProfileDeps,
): (datasetId: string, version: number | undefined, stop?: StopSignal) => Promise<Profile> {
  const running = new Map<string, Promise<Profile>>();
  return (datasetId, number, stop = neverStop) => {
    const { row, version } = deps.catalogue.get(datasetId, number);
    if (row.profile !== null) return Promise.resolve(row.profile as Profile);
    const known = running.get(row.id);
    if (known !== undefined) return known;
    const made = (async () => {
      const facts = await deps.warehouse.profile(version, stop);
      const sample = await deps.warehouse.readQualitySample(version);
      const raw = await deps.pool.run('find-quality', { ...sample, nowUs: deps.db.clock.now() * 1000 });
      throwIfStopped(stop);
      const repeated = facts.duplicateRows !== null && facts.duplicateRows > 0 ? [repeatedRows(version)] : [];
      const confirmed = await deps.warehouse.confirmFindings(version, [...raw, ...repeated]);
      const found = confirmed.map((each) => confirmedFinding(each, version.rows, sample.step > 1));
      const personal = await deps.warehouse.findPersonalColumns(version);
      const profile: Profile = {
        ...facts,
        findings: bySeverity([...found, ...profileFindings(facts), ...personalFindings(personal, version)]),
      };
      saveProfile(deps.db, row.id, asJson(profile));
      return profile;
    })();
    running.set(row.id, made);
    made.finally(() => running.delete(row.id)).catch(() => {});
    return made;
  };
}
