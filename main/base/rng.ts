/**
 * Seeded random numbers: sfc32 (Chris Doty-Humphrey's small fast counting generator, PractRand), seeded through
 * splitmix32 so that neighbouring seeds give unrelated streams. Equal seeds give equal streams on every machine.
 */
export type Rng = {
  /** Uniform in [0, 1) with 32 random bits. */
  readonly next: () => number;
  /** Uniform integer in [0, n); n ≤ 2^32. */
  readonly int: (n: number) => number;
  /** Standard normal (Box–Muller, one of the pair). */
  readonly normal: () => number;
};

/** 32-bit mix of a number and a label: derives independent stream seeds from one master seed. */
export function deriveSeed(seed: number, label: string): number {
  let h = (seed ^ 0x9e3779b9) >>> 0;
  for (let i = 0; i < label.length; i++) {
    h = Math.imul(h ^ label.charCodeAt(i), 0x01000193) >>> 0;
    h = (h ^ (h >>> 15)) >>> 0;
  }
  return splitmix32(h)();
}

function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** A generator for `seed` (any finite number; its low 32 bits count). */
export function createRng(seed: number): Rng {
  const mix = splitmix32(seed);
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const u32 = (): number => {
    const t = (((a + b) >>> 0) + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + t) >>> 0;
    return t;
  };
  for (let i = 0; i < 12; i++) u32();
  const next = (): number => u32() / 4294967296;
  return {
    next,
    int: (n) => Math.floor(next() * n),
    normal: () => {
      const u = 1 - next();
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * next());
    },
  };
}

/** Fisher–Yates shuffle in place; returns the same array. */
export function shuffle<T extends Int32Array | Uint32Array | number[]>(values: T, rng: Rng): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    const kept = values[i];
    values[i] = values[j];
    values[j] = kept;
  }
  return values;
}
