/** What tables of a seeded yes/no problem are made of: draws, an outcome that bends in one column, and the file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Draws from 0 to 1; the same for the same seed. */
export function drawsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** The outcome of a row: likelier with a, and with b away from zero; `shift` makes it likelier still. Takes one draw. */
export const curvedOutcome = (draw: () => number, a: number, b: number, shift = 0): 'yes' | 'no' =>
  draw() < 1 / (1 + Math.exp(-2 * a - b * b + 1.3 - shift)) ? 'yes' : 'no';

/** Writes lines as a file in a folder and gives its path. */
export function writeLines(folder: string, name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
