import { closeSync, openSync, writeSync } from 'node:fs';
import { createRng } from '../main/base/rng.ts';

/**
 * Writes a customer table of `rows` rows: an id, ten numbers, six categories, a date and a yes/no outcome that depends on
 * some of them. Equal seeds give equal bytes; about 150 bytes a row.
 */
export function writeTable(path: string, rows: number, seed: number): number {
  const rng = createRng(seed);
  const file = openSync(path, 'w');
  const regions = ['north', 'south', 'east', 'west', 'centre'];
  const plans = ['basic', 'plus', 'pro', 'business'];
  const header = ['id', 'joined', 'region', 'plan', 'channel', 'device', 'segment', 'city'];
  for (let k = 0; k < 10; k++) header.push(`x${k}`);
  header.push('left');
  let bytes = writeSync(file, `${header.join(',')}\n`);
  let block = '';
  for (let row = 0; row < rows; row++) {
    const numbers = Array.from({ length: 10 }, (_, k) => (k < 5 ? rng.normal() * (k + 1) : rng.int(1000) / 10));
    const region = rng.int(5);
    const plan = rng.int(4);
    const score =
      0.6 * numbers[0] - 0.2 * numbers[1] + (numbers[5] > 70 ? 1 : 0) + 0.5 * plan - 0.4 * region - 1 + rng.normal();
    const day = new Date(Date.UTC(2020, 0, 1) + rng.int(2000) * 86_400_000).toISOString().slice(0, 10);
    block += `C${row + 1},${day},${regions[region]},${plans[plan]},ch${rng.int(12)},dev${rng.int(30)},s${rng.int(6)},city${rng.int(200)}`;
    for (const value of numbers) block += `,${rng.next() < 0.02 ? '' : value.toFixed(3)}`;
    block += `,${score > 0 ? 'Yes' : 'No'}\n`;
    if (block.length > 1 << 20) {
      bytes += writeSync(file, block);
      block = '';
    }
  }
  bytes += writeSync(file, block);
  closeSync(file);
  return bytes;
}
