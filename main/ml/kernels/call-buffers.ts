/** Buffers of compiled operations, made at their first use and dropped when the memory behind them is given back. */
import type { Arena } from './arena.ts';

export type Words = Uint8Array | Int32Array | Float64Array;

export type CallBuffers = {
  /** The buffer of that name, at least so long. */
  readonly keep: <A extends Words>(name: string, length: number, make: (length: number) => A) => A;
  /** Drops what lies at or behind an address. */
  readonly forget: (from: number) => void;
  /** Grows at every `forget`: what was placed before must be placed again. */
  readonly age: () => number;
};

/** No buffers yet. */
export function createCallBuffers(arena: Arena): CallBuffers {
  const kept = new Map<string, { readonly at: number; readonly array: Words }>();
  let age = 0;
  return {
    keep: <A extends Words>(name: string, length: number, make: (length: number) => A): A => {
      const known = kept.get(name);
      if (known !== undefined && known.array.length >= length) return known.array as A;
      const at = arena.mark();
      const array = make(length);
      kept.set(name, { at, array });
      return array;
    },
    forget: (from) => {
      age++;
      for (const [name, { at }] of kept) if (at >= from) kept.delete(name);
    },
    age: () => age,
  };
}
