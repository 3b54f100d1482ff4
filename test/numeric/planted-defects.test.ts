import { describe, expect, it } from 'vitest';
import { findQuality } from '../../main/ml/findings/quality/find.ts';
import { cleanTable, readAtUs } from '../helpers/clean-tables.ts';
import { defects, plantedTable } from '../helpers/planted-defects.ts';

const seeds = Array.from({ length: 6 }, (_, i) => 100 + i * 17);

describe('B5 findings on planted defects', () => {
  it.each(defects.map((defect) => [defect.kind, defect.name, defect] as const))(
    '%s: %s is found in every table',
    (kind, _name, defect) => {
      for (const seed of seeds) {
        const frame = plantedTable(seed, defect);
        const found = findQuality({ frame, step: 1, nowUs: readAtUs, plain: [] });
        const kinds = found.filter(({ column }) => column === defect.column).map((finding) => finding.kind);
        expect(kinds, `seed ${seed}, ${frame.rowCount} rows`).toContain(kind);
      }
    },
  );

  it('raises fewer than 2 false alarms for 100 clean columns', () => {
    let columns = 0;
    const alarms: string[] = [];
    for (let seed = 1; seed <= 120; seed++) {
      const frame = cleanTable(seed);
      columns += frame.columns.length;
      for (const { kind, column, message } of findQuality({ frame, step: 1, nowUs: readAtUs, plain: [] })) {
        alarms.push(`${seed} ${column} ${kind}: ${message}`);
      }
    }
    expect(alarms.length / columns, alarms.join('\n')).toBeLessThan(0.02);
  });
});
