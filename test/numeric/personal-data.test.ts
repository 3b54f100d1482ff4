/** Recall and precision of the search for personal data, on columns made from seeds with many that only look personal. */
import { describe, expect, it } from 'vitest';
import { PiiCounter } from '../../main/warehouse/privacy/detect.ts';
import { plantedColumns } from '../helpers/personal-data.ts';

function judge(seeds: readonly number[], rows: number) {
  let found = 0;
  let planted = 0;
  let alarms = 0;
  let right = 0;
  const wrong = new Map<string, number>();
  const note = (text: string): void => void wrong.set(text, (wrong.get(text) ?? 0) + 1);
  for (const seed of seeds) {
    for (const column of plantedColumns(seed, rows)) {
      const counter = new PiiCounter();
      for (const value of column.values) counter.add(value);
      const said = counter.finish(column.name);
      if (column.kind !== null) planted++;
      if (said !== null) alarms++;
      if (said !== null && column.kind !== null) found++;
      if (said !== null && said.kind === column.kind) right++;
      if ((said?.kind ?? null) !== column.kind) note(`${column.name}: ${column.kind} → ${said?.kind ?? 'nothing'}`);
    }
  }
  return { recall: found / planted, precision: found / alarms, kindRight: right / planted, wrong: [...wrong] };
}

describe('B7 finding personal data', () => {
  it('recall and precision are at least 95 % on 20 seeds of 300 rows', () => {
    const result = judge(
      Array.from({ length: 20 }, (_, i) => i + 1),
      300,
    );
    expect(result.recall, JSON.stringify(result)).toBeGreaterThanOrEqual(0.95);
    expect(result.precision, JSON.stringify(result)).toBeGreaterThanOrEqual(0.95);
    expect(result.kindRight, JSON.stringify(result)).toBeGreaterThanOrEqual(0.93);
  });

  it('holds on short tables of 40 rows too', () => {
    const result = judge(
      Array.from({ length: 10 }, (_, i) => 100 + i),
      40,
    );
    expect(result.recall, JSON.stringify(result)).toBeGreaterThanOrEqual(0.95);
    expect(result.precision, JSON.stringify(result)).toBeGreaterThanOrEqual(0.95);
  });
});
