import { createRng } from '../../main/base/rng.ts';
import { sharedFloat64, sharedInt32 } from '../../main/compute/shared-columns.ts';
import type { TrainingData } from '../../main/compute/tasks/training-data.ts';
import type { InputSpec } from '../../main/ml/model-spec.ts';

const inputs: readonly InputSpec[] = [
  { name: 'x', type: 'double', logicalType: 'number' },
  { name: 'y', type: 'double', logicalType: 'number' },
  { name: 'city', type: 'string', logicalType: 'text' },
];

/** A small seeded yes/no problem on shared memory: two numbers with gaps, a category with rare levels. */
export function churnData(rowCount: number, seed: number): TrainingData {
  const rng = createRng(seed);
  const levels = Array.from({ length: 40 }, (_, i) => `city ${i}`);
  const x = sharedFloat64(rowCount);
  const y = sharedFloat64(rowCount);
  const city = sharedInt32(rowCount);
  const label = sharedFloat64(rowCount);
  for (let row = 0; row < rowCount; row++) {
    x[row] = rng.next() < 0.05 ? Number.NaN : rng.normal();
    y[row] = rng.normal();
    city[row] = rng.next() < 0.03 ? -1 : Math.floor(rng.next() ** 3 * 40);
    const signal = (Number.isNaN(x[row]) ? 0 : x[row]) - y[row] + (city[row] % 3 === 0 ? 1 : 0) + rng.normal();
    label[row] = signal > 0.3 ? 1 : 0;
  }
  return {
    session: `test-${seed}-${rowCount}`,
    frame: {
      rowCount,
      columns: [
        { type: 'double', name: 'x', values: x },
        { type: 'double', name: 'y', values: y },
        { type: 'string', name: 'city', codes: city, levels },
      ],
    },
    inputs,
    task: 'binary',
    outputCount: 1,
    label,
    weight: null,
  };
}
