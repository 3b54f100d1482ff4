/** Words of a kernel's program, gathered in order for the address they will lie at. */
export type ProgramWriter = {
  /** Where the next word will lie. */
  readonly address: () => number;
  readonly word: (value: number) => void;
  readonly float: (value: number) => void;
  /** A float64 as two words. */
  readonly double: (value: number) => void;
  readonly wordsOf: (values: Uint32Array) => void;
  readonly taken: () => Uint32Array;
};

/** `origin` is the address of the first word. */
export function createProgramWriter(origin: number): ProgramWriter {
  let words = new Uint32Array(4096);
  let floats = new Float32Array(words.buffer);
  const pair = new Float64Array(1);
  const halves = new Uint32Array(pair.buffer);
  let length = 0;
  const room = (count: number): void => {
    if (length + count <= words.length) return;
    const wider = new Uint32Array(Math.max(2 * words.length, length + count));
    wider.set(words);
    words = wider;
    floats = new Float32Array(words.buffer);
  };
  return {
    address: () => origin + 4 * length,
    word: (value) => {
      room(1);
      words[length++] = value;
    },
    float: (value) => {
      room(1);
      floats[length++] = value;
    },
    double: (value) => {
      pair[0] = value;
      room(2);
      words[length++] = halves[0];
      words[length++] = halves[1];
    },
    wordsOf: (values) => {
      room(values.length);
      words.set(values, length);
      length += values.length;
    },
    taken: () => words.slice(0, length),
  };
}
