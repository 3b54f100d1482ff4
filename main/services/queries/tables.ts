import type { Db } from '../../store/db.ts';
import { findDatasetByName, listDatasets } from '../../store/repositories/datasets.ts';
import type { FindTable } from '../../warehouse/query/run-query.ts';
import type { Catalogue } from '../datasets/catalogue.ts';

/** Data sets as tables: by name whatever the case, an older version as "name@2". */
export function createFindTable(db: Db, catalogue: Catalogue): FindTable {
  const idOf = (name: string): string | null => {
    const exact = findDatasetByName(db, name);
    if (exact !== null) return exact.currentVersionId === null ? null : exact.id;
    const lower = name.toLowerCase();
    const { rows } = listDatasets(db, { limit: 1000 });
    return rows.find((row) => row.name.toLowerCase() === lower && row.currentVersionId !== null)?.id ?? null;
  };
  return (name) => {
    const whole = idOf(name);
    if (whole !== null) return catalogue.get(whole).version;
    const parts = /^(.*)@(\d{1,6})$/s.exec(name);
    const id = parts === null ? null : idOf(parts[1]);
    return id === null || parts === null ? null : catalogue.get(id, Number(parts[2])).version;
  };
}
