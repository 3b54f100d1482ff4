/**
 * Writes the data of a shape: node training-data.ts FOLDER SHAPE SEED. In a process of its own, because a process inherits
 * the peak memory of the one that starts it: the bench that starts the trainings must not have held the data.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeShape, shapes } from './training-shapes.ts';

const [folder, name, seed] = process.argv.slice(2);
const shape = shapes.find((each) => each.name === name);
if (folder === undefined || shape === undefined) throw new Error('usage: training-data.ts FOLDER SHAPE SEED');
const { columns, label } = makeShape(shape, Number(seed));
const total = label.length;
const byColumn = new Float32Array(total * columns.length);
const byRow = new Float32Array(total * columns.length);
columns.forEach((column, f) => {
  byColumn.set(column, f * total);
  for (let row = 0; row < total; row++) byRow[row * columns.length + f] = column[row];
});
writeFileSync(join(folder, 'shape.json'), JSON.stringify(shape));
writeFileSync(join(folder, 'columns.bin'), byColumn);
writeFileSync(join(folder, 'rows.bin'), byRow);
writeFileSync(join(folder, 'label.bin'), label);
