/** Import, with profile and findings, of tables with very many columns of every type. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createRng } from '../../main/base/rng.ts';
import { augury } from '../cli.ts';
import type { Measure } from '../result.ts';

/** Every tenth column has few levels, is a whole number, has gaps, or is a date; the others are numbers. */
function writeWide(path: string, rows: number, columns: number): void {
  const rng = createRng(1);
  const cell = (column: number): string => {
    const kind = column % 10;
    if (kind === 0) return `level ${rng.int(6)}`;
    if (kind === 1) return String(rng.int(50));
    if (kind === 2 && rng.next() < 0.1) return '';
    if (kind === 3) return new Date(Date.UTC(2020, 0, 1) + rng.int(2000) * 86_400_000).toISOString().slice(0, 10);
    return rng.normal().toFixed(3);
  };
  const places = Array.from({ length: columns }, (_, column) => column);
  const file = openSync(path, 'w');
  writeSync(file, `${places.map((column) => `x${column}`).join(',')}\n`);
  for (let row = 0; row < rows; row++) writeSync(file, `${places.map(cell).join(',')}\n`);
  closeSync(file);
}

export async function measureWide(folder: string, measure: Measure): Promise<void> {
  for (const [rows, columns, most] of [
    [200, 10_000, 20],
    [5000, 2000, null],
  ] as const) {
    const path = join(folder, `wide-${columns}.csv`);
    writeWide(path, rows, columns);
    const { seconds, peakBytes, code } = await augury(['import', path, '--workspace', join(folder, `wide-${columns}`)]);
    if (code !== 0) throw new Error(`the import of ${columns} columns ended with ${code}`);
    measure({
      what: `import of ${columns.toLocaleString('en')} columns × ${rows.toLocaleString('en')} rows`,
      value: seconds,
      unit: 's',
      bar: most === null ? null : `< ${most}`,
      met: most === null ? null : seconds < most,
      detail: `with profile, findings and search for personal data; start of the program included; peak ${Math.round(peakBytes / 2 ** 20)} MiB of all processes`,
    });
  }
}
