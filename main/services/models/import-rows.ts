/** Rows with another library's own predictions: read by the columns of the imported model, compared with what it says. */
import { dataProblem } from '../../base/errors.ts';
import type { StopSignal } from '../../base/stop.ts';
import { joinArrays } from '../../base/typed-arrays.ts';
import type { Source } from '../../contract/common.ts';
import type { Frame, RawColumn } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import { openRowSource, type SourceDeps } from '../predictions/open-source.ts';

/** Rows compared at most: enough to meet every split of a model that matters. */
const mostRows = 20_000;

export type GivenRows = {
  readonly file: string;
  readonly frame: Frame;
  /** 1-based line or row number of each row. */
  readonly lines: Int32Array;
  /** Row-major over `names`. */
  readonly predictions: readonly string[];
  readonly names: readonly string[];
};

/** Names of a source's columns, those with predictions left out. */
export async function givenColumns(deps: SourceDeps, source: Source): Promise<readonly string[]> {
  const opened = await openRowSource(deps, source);
  try {
    return opened.rows.columns.map(({ name }) => name).filter((name) => !isPrediction(name));
  } finally {
    await opened.rows.close();
  }
}

const isPrediction = (name: string): boolean =>
  name === 'prediction' || name === 'probability' || name.startsWith('probability_');

/** Reads the inputs of `spec` and the prediction columns. Throws data-problem where a column is missing or unreadable. */
export async function readGivenRows(
  deps: SourceDeps,
  source: Source,
  spec: ModelSpec,
  { scratchDir, stop }: { readonly scratchDir: string; readonly stop: StopSignal },
): Promise<GivenRows> {
  const opened = await openRowSource(deps, source);
  try {
    const names = opened.rows.columns.map(({ name }) => name).filter(isPrediction);
    if (names.length === 0) {
      throw dataProblem('parity-no-predictions', `${opened.name} has no column with predictions.`, {
        hint: 'Add the library’s own predictions as prediction, probability, or probability_<class>.',
        details: { file: opened.name },
      });
    }
    const blocks: FrameBlock[] = [];
    let rowCount = 0;
    const wanted = spec.recipe.inputs.map(({ name, type, logicalType }) => ({ name, type, logicalType }));
    for await (const block of opened.rows.blocks({
      wanted,
      keep: names,
      chunkRows: mostRows,
      scratchDir,
      stop,
    })) {
      const bad = block.rejected[0];
      if (bad !== undefined) {
        throw dataProblem('parity-row', `${opened.name}, line ${bad.line}: ${bad.reason}.`, {
          hint: 'Every row given for checking must be readable.',
          details: { file: opened.name, row: bad.line },
        });
      }
      blocks.push(block);
      rowCount += block.frame.rowCount;
      if (rowCount >= mostRows) break;
    }
    return {
      file: opened.name,
      frame: joinFrames(spec, blocks, rowCount),
      lines: Int32Array.from(blocks.flatMap((block) => linesOf(block))),
      predictions: blocks.flatMap((block) =>
        Array.from({ length: block.frame.rowCount }, (_, row) => block.kept.map((texts) => texts[row] ?? '')).flat(),
      ),
      names,
    };
  } finally {
    await opened.rows.close();
  }
}

const linesOf = (block: FrameBlock): number[] =>
  Array.from(
    { length: block.frame.rowCount },
    (_, row) => block.lineOf?.[row] ?? block.firstRecord + block.recordOf[row] + 1,
  );

function joinFrames(spec: ModelSpec, blocks: readonly FrameBlock[], rowCount: number): Frame {
  const columns = spec.recipe.inputs.map((input, c): RawColumn => {
    if (input.type !== 'string') {
      const values = blocks.flatMap(({ frame }) => {
        const column = frame.columns[c];
        return column.type === 'string' ? [] : [column.values];
      });
      return { type: input.type, name: input.name, values: joinArrays(Float64Array, values) };
    }
    const index = new Map<string, number>();
    const codes = new Int32Array(rowCount);
    let at = 0;
    for (const { frame } of blocks) {
      const column = frame.columns[c];
      for (let row = 0; row < frame.rowCount; row++, at++) {
        const text = column.type === 'string' && column.codes[row] >= 0 ? column.levels[column.codes[row]] : null;
        if (text === null) codes[at] = -1;
        else {
          const code = index.get(text) ?? index.size;
          index.set(text, code);
          codes[at] = code;
        }
      }
    }
    return { type: 'string', name: input.name, codes, levels: [...index.keys()] };
  });
  return { rowCount, columns };
}

export type Comparison = { readonly rows: number; readonly maxError: number; readonly worst: string };

/**
 * Largest difference between the model's outputs and the given predictions: of probabilities absolute, of values relative
 * to the value or the root mean square of all of them, whichever is larger; of class texts 1 where they differ.
 */
export function compareGiven(spec: ModelSpec, outputs: Float64Array, given: GivenRows): Comparison {
  const width = spec.outputCount;
  const { rowCount } = given.frame;
  let maxError = 0;
  let worst = '';
  let compared = false;
  const see = (row: number, name: string, expected: number | string, actual: number | string, error: number): void => {
    compared = true;
    if (error > maxError || Number.isNaN(error)) {
      maxError = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
      worst = `line ${given.lines[row]}: ${name} is ${expected} there and ${actual} here`;
    }
  };
  given.names.forEach((name, c) => {
    const text = (row: number): string => given.predictions[row * given.names.length + c];
    const asClass = name === 'prediction' && spec.task !== 'regression' && hasClasses(spec, text, rowCount);
    const output = name.startsWith('probability_') ? spec.classes.indexOf(name.slice(12)) : 0;
    if (output < 0) throw unknownClass(given.file, name, spec);
    if (spec.task === 'multiclass' && !asClass && !name.startsWith('probability_'))
      throw unknownClass(given.file, name, spec);
    let squares = 0;
    for (let row = 0; row < rowCount; row++) squares += Number(text(row)) ** 2;
    const scale = spec.task === 'regression' ? Math.sqrt(squares / Math.max(1, rowCount)) : 1;
    for (let row = 0; row < rowCount; row++) {
      if (asClass) {
        const here = spec.classes[likeliest(outputs, row, width)] ?? '';
        see(row, name, text(row), here, sameClass(text(row), here) ? 0 : 1);
        continue;
      }
      const expected = text(row).trim() === '' ? Number.NaN : Number(text(row));
      const shown = outputs[row * width + (spec.task === 'multiclass' ? output : 0)];
      const actual = spec.task === 'binary' && name.startsWith('probability_') && output === 0 ? 1 - shown : shown;
      const error =
        actual === expected
          ? 0
          : Math.abs(actual - expected) / Math.max(Math.abs(spec.task === 'regression' ? expected : 0), scale || 1);
      see(row, name, expected, actual, error);
    }
  });
  return { rows: compared ? rowCount : 0, maxError, worst };
}

function likeliest(outputs: Float64Array, row: number, width: number): number {
  if (width === 1) return outputs[row] >= 0.5 ? 1 : 0;
  let best = 0;
  for (let k = 1; k < width; k++) if (outputs[row * width + k] > outputs[row * width + best]) best = k;
  return best;
}

/** 1 and 1.0 are the same class, as pandas writes whole numbers either way. */
const sameClass = (a: string, b: string): boolean =>
  a === b || (a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));

const hasClasses = (spec: ModelSpec, text: (row: number) => string, rowCount: number): boolean => {
  for (let row = 0; row < rowCount; row++) if (!spec.classes.some((label) => sameClass(label, text(row)))) return false;
  return true;
};

const unknownClass = (file: string, name: string, spec: ModelSpec): Error =>
  dataProblem('parity-class', `${file}: the column "${name}" belongs to no class of the model.`, {
    hint: `Its classes are ${spec.classes.join(', ')}; name them otherwise with --classes.`,
    details: { file, column: name },
  });
