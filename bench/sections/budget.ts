/** Whether a training keeps its budget: from the command to its answer, for small and large data, short and longer budgets. */
import { join } from 'node:path';
import { augury } from '../cli.ts';
import { type Measure, median } from '../result.ts';
import { writeTable } from '../table-data.ts';

const rounds = 3;

export async function measureBudget(folder: string, measure: Measure): Promise<void> {
  const workspace = join(folder, 'budget');
  for (const [rows, seconds] of [
    [20_000, 10],
    [200_000, 10],
    [200_000, 30],
  ] as const) {
    const file = join(folder, `budget-${rows}.csv`);
    writeTable(file, rows, 4);
    const name = `rows-${rows}`;
    if ((await augury(['import', file, '--name', name, '--workspace', workspace])).code > 1)
      throw new Error('import failed');
    const over: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const args = ['train', name, '--target', 'left', '--budget', `${seconds}s`, '--workspace', workspace];
      const { document } = await augury(args);
      over.push(Number(document.trainSeconds) / seconds);
    }
    measure({
      what: `training of ${rows.toLocaleString('en')} rows with a budget of ${seconds} s, time / budget`,
      value: median(over),
      unit: '×',
      bar: '≤ 1.05',
      met: Math.max(...over) <= 1.05,
      detail: `median of ${rounds}, largest ${Math.max(...over).toFixed(3)}; export and record included, met only if every run is`,
    });
  }
}
