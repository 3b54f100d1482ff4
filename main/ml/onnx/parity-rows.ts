/**
 * Raw rows that are hard on an exported model: missing, unseen and infinite values, every float32 split threshold with its
 * two neighbours and the doubles that round across it, clip bounds, dates on both sides of 1970, near-misses of levels.
 * Equal arguments give equal rows.
 */
import { createRng, type Rng, shuffle } from '../../base/rng.ts';
import { type Frame, findColumn, type RawColumn } from '../frame.ts';
import type { InputSpec, ModelSpec } from '../model-spec.ts';
import { nextFloat32, previousFloat32 } from './float32-neighbours.ts';

export type ParityRowOptions = { readonly rowCount: number; readonly seed: number };

/**
 * Builds `rowCount` rows for the inputs of `spec`. Rows of `sample` (the training data, or null) are mixed in with a few
 * cells replaced; row 0 is all missing, row 1 all unseen and infinite. With about three rows for every hard value of a
 * column, each of them occurs.
 */
export function buildParityRows(spec: ModelSpec, sample: Frame | null, options: ParityRowOptions): Frame {
  const rng = createRng(options.seed);
  const sampled = sample !== null && sample.rowCount > 0 ? sample : null;
  const rowOf = Int32Array.from({ length: options.rowCount }, () =>
    sampled === null ? -1 : rng.int(sampled.rowCount),
  );
  const hardShare = Float64Array.from({ length: options.rowCount }, (_, row) =>
    sampled === null || row % 4 === 0 ? 1 : 0.25,
  );
  const columns = spec.recipe.inputs.map((input): RawColumn => {
    const source = sampled === null ? null : findColumn(sampled, input.name);
    const rowCount = options.rowCount;
    // Hard values take turns in a random order, so that all of them occur once there are rows enough.
    const pick = <T>(hard: readonly T[], special: readonly [T, T], fromSample: ((row: number) => T) | null): T[] => {
      const order = shuffle(
        Int32Array.from(hard, (_, i) => i),
        rng,
      );
      const values: T[] = [];
      let turn = 0;
      for (let row = 0; row < rowCount; row++) {
        if (row < 2) values.push(special[row]);
        else if (fromSample !== null && rng.next() >= hardShare[row]) values.push(fromSample(rowOf[row]));
        else values.push(hard[order[turn++ % order.length]]);
      }
      return values;
    };
    if (input.type === 'string') {
      const kept = source?.type === 'string' ? source : null;
      const text = (row: number): string => (kept === null || kept.codes[row] < 0 ? '' : kept.levels[kept.codes[row]]);
      return encodeText(
        input.name,
        pick(hardTexts(spec, input), ['', 'never seen before'], kept === null ? null : text),
      );
    }
    const kept = source !== null && source.type !== 'string' ? source.values : null;
    const fromSample = kept === null ? null : (row: number): number => kept[row];
    const hard = input.type === 'double' ? hardNumbers(spec, input) : hardTimes(kept, rng);
    const special = [Number.NaN, input.type === 'double' ? Number.POSITIVE_INFINITY : -1] as const;
    return { type: input.type, name: input.name, values: Float64Array.from(pick(hard, special, fromSample)) };
  });
  return { rowCount: options.rowCount, columns };
}

/** Numbers at, beside and rounding across every threshold and clip bound that the column's features are compared with. */
function hardNumbers(spec: ModelSpec, input: InputSpec): number[] {
  const values = new Set<number>([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0.5,
    1,
    1e300,
    -1e300,
    1e-310,
    16_777_217,
  ]);
  const features = new Set<number>();
  spec.recipe.features.forEach((feature, index) => {
    if (feature.source === input.name && feature.kind === 'numeric') features.add(index);
  });
  const near = (threshold: number): void => {
    const up = nextFloat32(threshold);
    const down = previousFloat32(threshold);
    const halfUp = (threshold + up) / 2; // the tie between two float32 numbers: rounds to the even one
    for (const value of [threshold, up, down, halfUp, (threshold + down) / 2]) values.add(value);
    values.add(halfUp + Math.abs(halfUp) * Number.EPSILON);
    values.add(halfUp - Math.abs(halfUp) * Number.EPSILON);
  };
  for (const member of spec.members) {
    if (member.kind === 'trees') {
      const { feature, threshold } = member.trees;
      for (let node = 0; node < feature.length; node++) if (features.has(feature[node])) near(threshold[node]);
    } else if (member.kind === 'additive') {
      for (const term of member.additive.terms) {
        term.features.forEach((feature, axis) => {
          if (features.has(feature)) term.cuts[axis].forEach(near);
        });
      }
    } else if (member.kind === 'linear') {
      for (const term of member.linear.terms) {
        if (term.kind !== 'numeric' || !features.has(term.feature)) continue;
        near(term.low);
        near(term.high);
      }
    }
  }
  return [...values];
}

function hardTexts(spec: ModelSpec, input: InputSpec): string[] {
  const levels = spec.recipe.features.flatMap((feature) =>
    feature.kind === 'category' && feature.source === input.name ? feature.levels : [],
  );
  const missesOf = (level: string): string[] => [`${level} `, ` ${level}`, level.toUpperCase(), level.toLowerCase()];
  for (const step of spec.recipe.steps ?? []) {
    if (step.op === 'lookup' && step.column === input.name) levels.push(...step.levels.slice(0, 200));
    if (step.op === 'term' && step.column === input.name) levels.push(...step.tokens.slice(0, 20));
  }
  return [
    ...new Set(['', ...levels, ...levels.slice(0, 8).flatMap(missesOf), 'never seen before', 'ü 漢 🙂', '0', 'NaN']),
  ];
}

const microsecondsPerDay = 86_400_000_000;

/** Edges of the calendar and random instants of four centuries, before and after 1970. */
function hardTimes(sample: Float64Array | null, rng: Rng): number[] {
  const days = [
    -719_468, -141_428, -135_081, -25_567, -25_509, -25_508, -1, 0, 1, 58, 59, 60, 364, 365, 789, 10_957, 11_016,
    11_017, 47_540, 47_541,
  ];
  const values = new Set<number>([Number.NaN]);
  const around = (time: number): void => {
    for (const offset of [-1, 0, 1]) values.add(time + offset);
  };
  for (const day of days) around(day * microsecondsPerDay);
  for (let i = 0; i < 64; i++) {
    values.add(Math.floor((rng.next() - 0.5) * 146_097 * microsecondsPerDay));
    around(Math.floor((rng.next() - 0.5) * 73_048) * microsecondsPerDay);
    const known = sample === null || sample.length === 0 ? Number.NaN : sample[rng.int(sample.length)];
    if (Number.isFinite(known)) around(known);
  }
  return [...values];
}

function encodeText(name: string, values: readonly string[]): RawColumn {
  const index = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === '') return -1;
    const code = index.get(value) ?? index.size;
    index.set(value, code);
    return code;
  });
  return { type: 'string', name, codes, levels: [...index.keys()] };
}
