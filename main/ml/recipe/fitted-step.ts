/**
 * What a fitted recipe computes before its features: each step makes one column from columns of the same row. Numbers are
 * doubles and NaN is missing; results of look-ups are float32-representable, so that the exported graph, which repeats
 * every operation in the same order, gives the same values.
 */
import { bug } from '../../base/errors.ts';
import type { Frame, InputType, RawColumn, StringColumn } from '../frame.ts';
import type { FittedStep } from '../model-spec.ts';
import { datePart } from './date-parts.ts';

/** Physical type of what a step makes. */
export const stepOutputType = (step: FittedStep): InputType => (step.op === 'fill-text' ? 'string' : 'double');

/** The columns a step reads with the type each must have; null: any. */
export function stepInputs(step: FittedStep): readonly (readonly [string, InputType | null])[] {
  switch (step.op) {
    case 'fill':
      return step.by === null
        ? [[step.column, 'double']]
        : [
            [step.column, 'double'],
            [step.by.column, 'string'],
          ];
    case 'missing':
      return [[step.column, null]];
    case 'fill-text':
    case 'lookup':
    case 'length':
    case 'words':
    case 'term':
      return [[step.column, 'string']];
    case 'arithmetic':
      return [
        [step.left, 'double'],
        [step.right, 'double'],
      ];
    case 'map':
    case 'bins':
      return [[step.column, 'double']];
    case 'date-part':
      return [[step.column, 'timestamp']];
    case 'date-difference':
      return [
        [step.left, 'timestamp'],
        [step.right, 'timestamp'],
      ];
  }
}

/** Tokens are separated by spaces alone, as the exported graph separates them. */
export const tokensOf = (text: string): string[] => text.split(' ').filter((token) => token !== '');

/** Characters of a text, up to the last edge, rounded down to an edge. */
export function textLength(text: string, edges: readonly number[]): number {
  const length = [...text].length;
  let reached = 0;
  for (const edge of edges) if (length >= edge) reached = edge;
  return reached;
}

/** x transformed; parameters by kind: yeo-johnson [λ], affine [mean, scale], clip [low, high]. */
export function mapNumber(
  kind: Extract<FittedStep, { op: 'map' }>['function'],
  p: readonly number[],
  x: number,
): number {
  switch (kind) {
    case 'log':
      return x > -1 ? Math.log(1 + x) : Number.NaN;
    case 'sqrt':
      return x >= 0 ? Math.sqrt(x) : Number.NaN;
    case 'affine':
      return (x - p[0]) / p[1];
    case 'clip':
      return Number.isNaN(x) ? x : Math.min(Math.max(x, p[0]), p[1]);
    case 'yeo-johnson':
      return yeoJohnson(x, p[0]);
  }
}

/** Yeo & Johnson (2000), "A new family of power transformations to improve normality or symmetry", Biometrika 87. */
export function yeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return lambda === 0 ? Math.log(x + 1) : ((x + 1) ** lambda - 1) / lambda;
  if (x < 0) return lambda === 2 ? -Math.log(1 - x) : -((1 - x) ** (2 - lambda) - 1) / (2 - lambda);
  return Number.NaN;
}

function arithmetic(kind: Extract<FittedStep, { op: 'arithmetic' }>['function'], a: number, b: number): number {
  switch (kind) {
    case 'ratio':
      return b === 0 ? Number.NaN : a / b;
    case 'product':
      return a * b;
    case 'difference':
      return a - b;
    case 'sum':
      return a + b;
  }
}

/** The column a step makes for every row of the columns it reads. */
export function computeStep(step: FittedStep, find: (name: string) => RawColumn, rowCount: number): RawColumn {
  const numbers = (name: string): Float64Array => {
    const column = find(name);
    if (column.type === 'string') throw bug(`step ${step.output} reads text ${name} as a number`);
    return column.values;
  };
  const texts = (name: string): StringColumn => {
    const column = find(name);
    if (column.type !== 'string') throw bug(`step ${step.output} reads ${column.type} ${name} as text`);
    return column;
  };
  const make = (value: (row: number) => number): RawColumn => {
    const values = new Float64Array(rowCount);
    for (let row = 0; row < rowCount; row++) values[row] = value(row);
    return { type: 'double', name: step.output, values };
  };
  // Missing stays missing where a look-up says so with null: JSON has no NaN.
  const perLevel = (
    column: StringColumn,
    ofText: (text: string) => number,
    missing: number,
  ): ((row: number) => number) => {
    const known = Float64Array.from(column.levels, (text) => (text === '' ? missing : ofText(text)));
    return (row) => (column.codes[row] < 0 ? missing : known[column.codes[row]]);
  };
  switch (step.op) {
    case 'fill': {
      const values = numbers(step.column);
      const { by, value } = step;
      if (by === null) return make((row) => (Number.isNaN(values[row]) ? value : values[row]));
      const index = new Map(by.levels.map((level, i) => [level, by.values[i]]));
      const group = perLevel(texts(by.column), (text) => index.get(text) ?? value, value);
      return make((row) => (Number.isNaN(values[row]) ? group(row) : values[row]));
    }
    case 'fill-text': {
      const column = texts(step.column);
      const empty = new Set(column.levels.flatMap((text, code) => (text === '' ? [code] : [])));
      const at = column.levels.indexOf(step.value);
      const filling = at < 0 ? column.levels.length : at;
      const levels = at < 0 ? [...column.levels, step.value] : column.levels;
      const codes = Int32Array.from(column.codes, (code) => (code < 0 || empty.has(code) ? filling : code));
      return { type: 'string', name: step.output, codes, levels };
    }
    case 'missing': {
      const column = find(step.column);
      if (column.type !== 'string') return make((row) => (Number.isNaN(column.values[row]) ? 1 : 0));
      return make(perLevel(column, () => 0, 1));
    }
    case 'lookup': {
      const index = new Map(step.levels.map((level, i) => [level, step.values[i]]));
      const other = step.other ?? Number.NaN;
      return make(perLevel(texts(step.column), (text) => index.get(text) ?? other, step.missing ?? Number.NaN));
    }
    case 'arithmetic': {
      const [a, b] = [numbers(step.left), numbers(step.right)];
      return make((row) => arithmetic(step.function, a[row], b[row]));
    }
    case 'map': {
      const values = numbers(step.column);
      return make((row) => mapNumber(step.function, step.parameters, values[row]));
    }
    case 'bins': {
      const values = numbers(step.column);
      return make((row) => {
        const x = values[row];
        if (Number.isNaN(x)) return x;
        let bin = 0;
        for (const edge of step.edges) if (x > edge) bin++;
        return bin;
      });
    }
    case 'date-part': {
      const values = numbers(step.column);
      return make((row) => Math.fround(datePart(values[row], step.part)));
    }
    case 'date-difference': {
      const [a, b] = [numbers(step.left), numbers(step.right)];
      return make((row) => (a[row] - b[row]) / step.unitMicroseconds);
    }
    case 'length':
      return make(perLevel(texts(step.column), (text) => textLength(text, step.edges), Number.NaN));
    case 'words':
      return make(perLevel(texts(step.column), (text) => tokensOf(text).length, Number.NaN));
    case 'term': {
      const wanted = new Set(step.tokens);
      const count = (text: string): number => tokensOf(text).filter((token) => wanted.has(token)).length;
      return make(perLevel(texts(step.column), (text) => count(text) * step.weight, 0));
    }
  }
}

/** The frame with the columns of all steps after its own; columns in `known` are taken as they are. */
export function applySteps(
  steps: readonly FittedStep[] | undefined,
  frame: Frame,
  known: ReadonlyMap<string, RawColumn> = new Map(),
): Frame {
  if (steps === undefined || steps.length === 0) return frame;
  const columns = new Map(frame.columns.map((column) => [column.name, column]));
  const find = (name: string): RawColumn => {
    const column = columns.get(name);
    if (column === undefined) throw bug(`a recipe step reads ${name}, which is not there`);
    return column;
  };
  for (const step of steps) columns.set(step.output, known.get(step.output) ?? computeStep(step, find, frame.rowCount));
  return { rowCount: frame.rowCount, columns: [...columns.values()] };
}
