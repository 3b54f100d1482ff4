/** Models written by other libraries, with rows and what those libraries predict for them (test/fixtures/interop). */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Frame, RawColumn } from '../../main/ml/frame.ts';
import type { ForeignModel, ForeignOptions } from '../../main/ml/interop/foreign-model.ts';
import { foreignFormat, readForeign } from '../../main/ml/interop/read-foreign.ts';
import { foreignSpec } from '../../main/ml/interop/to-spec.ts';
import type { ModelSpec } from '../../main/ml/model-spec.ts';

export const foreignFolder = resolve(import.meta.dirname, '../fixtures/interop');
export const foreignPath = (name: string): string => resolve(foreignFolder, name);

export const plainOptions: ForeignOptions = { iterations: 'best', output: null, names: null, levels: new Map() };

/** Reads bytes as the import does. */
export function readBytes(bytes: Uint8Array, options: Partial<ForeignOptions> = {}): ForeignModel {
  const format = foreignFormat(bytes);
  if (format === null) throw new Error('no known format');
  const text = (): string => new TextDecoder().decode(bytes);
  return readForeign(format, { bytes, text }, { ...plainOptions, ...options });
}

export const readFixture = (file: string, options: Partial<ForeignOptions> = {}): ForeignModel =>
  readBytes(new Uint8Array(readFileSync(foreignPath(file))), options);

export type GivenTable = {
  readonly column: (name: string) => string[];
  readonly names: readonly string[];
  readonly rows: number;
};

/** A CSV of the fixtures; none of them quotes. */
export function readTable(file: string): GivenTable {
  const [head = '', ...lines] = readFileSync(foreignPath(file), 'utf8').trim().split('\n');
  const names = head.split(',');
  const cells = lines.map((line) => line.split(','));
  return { names, rows: cells.length, column: (name) => cells.map((row) => row[names.indexOf(name)] ?? '') };
}

/** Rows of a table as the model reads them. */
export function frameOf(spec: ModelSpec, table: GivenTable): Frame {
  const columns = spec.recipe.inputs.map((input): RawColumn => {
    const texts = table.column(input.name);
    if (input.type !== 'string') {
      const values = Float64Array.from(texts, (text) => (text === '' ? Number.NaN : Number(text)));
      return { type: input.type, name: input.name, values };
    }
    const levels = [...new Set(texts)];
    return { type: 'string', name: input.name, levels, codes: Int32Array.from(texts, (text) => levels.indexOf(text)) };
  });
  return { rowCount: table.rows, columns };
}

/** A fixture as a specification with its rows. */
export function foreignFixture(file: string, options: Partial<ForeignOptions> = {}) {
  const model = readFixture(file, options);
  const spec = foreignSpec(model);
  const table = readTable(file.replace(/\.\w+$/, '.csv'));
  return { model, spec, table, frame: frameOf(spec, table) };
}
