/**
 * Fits a user's steps on training rows alone and computes their columns for all rows: what a fold's validation rows hold
 * never reaches a step. O(rows) a step; bins by tree and quantiles O(rows · log rows).
 */
import { invalidInput } from '../../base/errors.ts';
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import type { Frame, RawColumn, StringColumn } from '../frame.ts';
import type { FittedStep, InputSpec } from '../model-spec.ts';
import { contentTag } from './content-tag.ts';
import { equalEdges, quantileEdges, treeEdges } from './fit-edges.ts';
import { bestYeoJohnson, groupFills, groupStatistics, meanOf, medianOf, modeOf, spreadOf } from './fit-numbers.ts';
import { lengthEdges, levelCounts, type TermGroup, termGroups } from './fit-texts.ts';
import { computeStep, stepInputs, stepOutputType } from './fitted-step.ts';
import { targetRates } from './ordered-target.ts';
import type { RecipeStep } from './steps.ts';

/** Label of the training rows as the learners see it. */
export type StepTarget = {
  readonly label: Float64Array;
  /** Columns a target encoding gets: one, or one a class. */
  readonly classCount: number;
};

export type FittedSteps = {
  readonly steps: readonly FittedStep[];
  /** The frame with what the steps made; training rows hold ordered target encodings. */
  readonly frame: Frame;
  /** What the learner sees, in order: raw columns and outputs of steps with the raw columns behind them. */
  readonly visible: readonly { readonly spec: InputSpec; readonly from: readonly string[] | null }[];
};

export type FitStepsInput = {
  readonly frame: Frame;
  /** Training rows; null: all. */
  readonly rows: Int32Array | null;
  readonly inputs: readonly InputSpec[];
  readonly steps: readonly RecipeStep[];
  readonly target: StepTarget | null;
  readonly seed: number;
};

type Unnamed = FittedStep extends infer S ? (S extends FittedStep ? Omit<S, 'output'> : never) : never;

/** Throws invalid-input that names the step and the column when a step cannot be fitted. */
export function fitSteps(input: FitStepsInput): FittedSteps {
  const { frame, inputs, target, seed } = input;
  const rows = input.rows ?? Int32Array.from({ length: frame.rowCount }, (_, i) => i);
  const columns = new Map(frame.columns.map((column) => [column.name, column]));
  const specs = new Map(inputs.map((spec) => [spec.name, spec]));
  /** What a user's name means now. */
  const current = new Map(inputs.map((spec) => [spec.name, spec.name]));
  const from = new Map<string, readonly string[]>();
  const visible = new Set(inputs.map((spec) => spec.name));
  const steps: FittedStep[] = [];
  let number = 0;

  const refuse = (step: RecipeStep, message: string, column: string): never => {
    throw invalidInput('recipe-step', `Step ${number} (${step.kind}): ${message}`, {
      hint: 'Change or remove the step in the recipe.',
      details: { column, step: number },
    });
  };
  const resolve = (step: RecipeStep, name: string): string => {
    const real = current.get(name);
    if (real !== undefined && columns.has(real)) return real;
    return refuse(step, `there is no column "${name}" at this point.`, name);
  };
  const read = (step: RecipeStep, name: string, wanted: RawColumn['type']): RawColumn => {
    const column = columns.get(resolve(step, name));
    if (column?.type === wanted) return column;
    const words = { double: 'numbers', string: 'text', timestamp: 'a date' };
    return refuse(
      step,
      `"${name}" is ${column === undefined ? 'not there' : words[column.type]}; it needs ${words[wanted]}.`,
      name,
    );
  };
  const numbers = (step: RecipeStep, name: string): Float64Array => {
    const column = read(step, name, 'double');
    return column.type === 'string' ? new Float64Array() : column.values;
  };
  const texts = (step: RecipeStep, name: string): StringColumn => {
    const column = read(step, name, 'string');
    return column.type === 'string' ? column : refuse(step, `"${name}" is no text.`, name);
  };
  const finite = (values: Float64Array): Float64Array =>
    Float64Array.from(rows, (row) => values[row]).filter((value) => Number.isFinite(value));
  const parentsOf = (name: string): readonly string[] => from.get(name) ?? [name];

  /** Adds a step's column; `label` is what the user calls it, `column` overrides what is computed for training. */
  const add = (
    label: string,
    op: Unnamed,
    fitted: boolean,
    made?: (output: string, computed: RawColumn) => RawColumn,
  ): string => {
    const reads = stepInputs({ ...op, output: '' } as FittedStep).map(([name]) => name);
    const plain = !fitted && reads.every((name) => !name.includes(' #'));
    const output = plain && !columns.has(label) ? label : `${label} #${contentTag(JSON.stringify(op))}`;
    const step = { ...op, output } as FittedStep;
    if (!columns.has(output)) {
      const computed = computeStep(
        step,
        (name) => columns.get(name) ?? { type: 'double', name, values: new Float64Array(frame.rowCount) },
        frame.rowCount,
      );
      steps.push(step);
      columns.set(output, made?.(output, computed) ?? computed);
      from.set(output, [...new Set(reads.flatMap(parentsOf))]);
      const type = stepOutputType(step);
      specs.set(output, { name: output, type, logicalType: type === 'string' ? 'text' : 'number' });
    }
    visible.add(output);
    current.set(label, output);
    return output;
  };
  const hide = (step: RecipeStep, name: string): void => {
    visible.delete(resolve(step, name));
  };
  /** Replaces a column: its name means the new one from here on. */
  const replace = (
    step: RecipeStep & { readonly keep?: boolean | undefined },
    name: string,
    suffix: string,
    op: Unnamed,
    fitted: boolean,
  ): void => {
    const before = resolve(step, name);
    const output = add(`${name} ${suffix}`, op, fitted);
    if (step.keep === true) return;
    visible.delete(before);
    current.set(name, output);
  };

  const impute = (step: Extract<RecipeStep, { kind: 'impute' }>, name: string): void => {
    const source = resolve(step, name);
    const column = columns.get(source);
    if (step.indicator === true) add(`${name} missing`, { op: 'missing', column: source }, false);
    if (column?.type === 'string') {
      if (step.with !== 'mode' && step.with !== 'constant')
        refuse(step, `"${name}" is text: fill it by mode or constant.`, name);
      const value =
        step.with === 'constant' ? String(step.value ?? 'missing') : (levelCounts(column, rows)[0]?.level ?? 'missing');
      replace(step, name, 'filled', { op: 'fill-text', column: source, value }, true);
      return;
    }
    const values = numbers(step, name);
    const fillOf = (own: Float64Array): number =>
      step.with === 'constant'
        ? Number(step.value ?? 0)
        : step.with === 'mean'
          ? meanOf(own)
          : step.with === 'median'
            ? medianOf(own)
            : modeOf(own);
    const known = finite(values);
    const value = known.length === 0 && step.with !== 'constant' ? 0 : fillOf(known);
    if (!Number.isFinite(value)) refuse(step, `the constant ${String(step.value)} for "${name}" is no number.`, name);
    let by: Extract<FittedStep, { op: 'fill' }>['by'] = null;
    if (step.by !== undefined) {
      const { levels, fills } = groupFills(texts(step, step.by), values, rows, fillOf);
      by = { column: resolve(step, step.by), levels, values: fills };
    }
    replace(
      step,
      name,
      'filled',
      { op: 'fill', column: source, value: by === null ? value : Math.fround(value), by },
      true,
    );
  };

  const encodeTarget = (step: Extract<RecipeStep, { kind: 'target' }>, name: string): void => {
    if (target === null) {
      refuse(step, 'target encoding needs the target, which is known in training only.', name);
      return;
    }
    const column = texts(step, name);
    const order = shuffle(Int32Array.from(rows), createRng(deriveSeed(seed, `target encoding ${name}`)));
    const classes = target.classCount > 2 ? target.classCount : 1;
    for (let k = 0; k < classes; k++) {
      const y = (row: number): number => (classes === 1 ? target.label[row] : target.label[row] === k ? 1 : 0);
      const { ordered, ...rates } = targetRates(column, order, y, step.smoothing ?? 10);
      const label = classes === 1 ? `${name} target rate` : `${name} target rate ${k + 1}`;
      add(label, { op: 'lookup', column: resolve(step, name), ...rates }, true, (_, computed) => {
        if (computed.type === 'string') return computed;
        for (const [row, value] of ordered) computed.values[row] = value;
        return computed;
      });
    }
  };

  const addTerms = (step: Extract<RecipeStep, { kind: 'terms' }>, name: string): void => {
    const groups: TermGroup[] = termGroups(texts(step, name), rows, step.count, step.hashed === true);
    for (const group of groups)
      add(
        `${name} ${group.label}`,
        { op: 'term', column: resolve(step, name), tokens: group.tokens, weight: group.weight },
        true,
      );
  };

  const one = (step: Extract<RecipeStep, { readonly columns: readonly string[] }>, name: string): void => {
    const source = resolve(step, name);
    switch (step.kind) {
      case 'drop':
        return;
      case 'impute':
        impute(step, name);
        return;
      case 'target':
        encodeTarget(step, name);
        return;
      case 'terms':
        addTerms(step, name);
        return;
      case 'one-hot': {
        const kept = levelCounts(texts(step, name), rows).slice(0, step.maxLevels ?? 20);
        for (const { level } of kept)
          add(
            `${name} = ${level}`,
            { op: 'lookup', column: source, levels: [level], values: [1], other: 0, missing: 0 },
            false,
          );
        return;
      }
      case 'ordinal': {
        const levels =
          step.order ??
          levelCounts(texts(step, name), rows)
            .map(({ level }) => level)
            .sort((a, b) => (a < b ? -1 : 1));
        texts(step, name);
        add(
          `${name} order`,
          {
            op: 'lookup',
            column: source,
            levels: [...new Set(levels)].filter((level) => level !== ''),
            values: [...new Set(levels)].filter((level) => level !== '').map((_, i) => i + 1),
            other: null,
            missing: null,
          },
          step.order === undefined,
        );
        return;
      }
      case 'frequency': {
        const counted = levelCounts(texts(step, name), rows);
        const known = counted.reduce((sum, { count }) => sum + count, 0);
        add(
          `${name} share`,
          {
            op: 'lookup',
            column: source,
            levels: counted.map(({ level }) => level),
            values: counted.map(({ count }) => Math.fround(count / rows.length)),
            other: 0,
            missing: Math.fround((rows.length - known) / rows.length),
          },
          true,
        );
        return;
      }
      case 'aggregate': {
        const learned = groupStatistics(texts(step, step.by), numbers(step, name), rows, step.with);
        const label = `${name} ${step.with} by ${step.by}`;
        add(label, { op: 'lookup', column: resolve(step, step.by), ...learned }, true);
        return;
      }
      case 'date-parts':
        read(step, name, 'timestamp');
        for (const part of step.parts)
          add(`${name} · ${part.replace('_', ' ')}`, { op: 'date-part', column: source, part }, false);
        return;
      case 'text':
        for (const measure of step.measures) {
          const column = texts(step, name);
          if (measure === 'words') add(`${name} words`, { op: 'words', column: source }, false);
          else add(`${name} length`, { op: 'length', column: source, edges: lengthEdges(column, rows) }, true);
        }
        return;
      case 'bins': {
        const values = numbers(step, name);
        const edges =
          step.method === 'quantile'
            ? quantileEdges(finite(values), step.count)
            : step.method === 'equal'
              ? equalEdges(finite(values), step.count)
              : target === null
                ? refuse(step, 'bins by tree need the target, which is known in training only.', name)
                : treeEdges(values, rows, target, step.count);
        replace(step, name, 'bin', { op: 'bins', column: source, edges }, true);
        return;
      }
      case 'log':
      case 'sqrt':
        numbers(step, name);
        replace(step, name, step.kind, { op: 'map', function: step.kind, column: source, parameters: [] }, false);
        return;
      case 'yeo-johnson':
        replace(
          step,
          name,
          'Yeo–Johnson',
          {
            op: 'map',
            function: 'yeo-johnson',
            column: source,
            parameters: [bestYeoJohnson(finite(numbers(step, name)))],
          },
          true,
        );
        return;
      case 'standardise': {
        const known = finite(numbers(step, name));
        replace(
          step,
          name,
          'standardised',
          {
            op: 'map',
            function: 'affine',
            column: source,
            parameters: [known.length === 0 ? 0 : meanOf(known), spreadOf(known)],
          },
          true,
        );
        return;
      }
      case 'clip': {
        numbers(step, name);
        const { low = -Number.MAX_VALUE, high = Number.MAX_VALUE } = step;
        if (!(low <= high)) refuse(step, `the lower bound ${low} is above the upper bound ${high}.`, name);
        replace(step, name, 'clipped', { op: 'map', function: 'clip', column: source, parameters: [low, high] }, false);
        return;
      }
    }
  };

  const signs = { ratio: '/', product: '×', difference: '−', sum: '+' } as const;
  for (const step of input.steps) {
    number++;
    if ('columns' in step) {
      for (const name of step.columns) {
        one(step, name);
        const replaces = ['impute', 'bins', 'log', 'sqrt', 'yeo-johnson', 'standardise', 'clip'].includes(step.kind);
        const stays = step.kind === 'aggregate' || (step.kind !== 'drop' && step.keep === true);
        if (!replaces && !stays) hide(step, name);
      }
    } else if (step.kind === 'date-difference') {
      read(step, step.left, 'timestamp');
      read(step, step.right, 'timestamp');
      const unitMicroseconds = step.unit === 'days' ? 86_400_000_000 : 3_600_000_000;
      add(
        step.as ?? `${step.left} − ${step.right} in ${step.unit}`,
        { op: 'date-difference', left: resolve(step, step.left), right: resolve(step, step.right), unitMicroseconds },
        false,
      );
    } else {
      numbers(step, step.left);
      numbers(step, step.right);
      add(
        step.as ?? `${step.left} ${signs[step.kind]} ${step.right}`,
        { op: 'arithmetic', function: step.kind, left: resolve(step, step.left), right: resolve(step, step.right) },
        false,
      );
    }
  }
  const shown = [...visible].flatMap((name) => {
    const spec = specs.get(name);
    return spec === undefined ? [] : [{ spec, from: from.get(name) ?? null }];
  });
  return { steps, frame: { rowCount: frame.rowCount, columns: [...columns.values()] }, visible: shown };
}
