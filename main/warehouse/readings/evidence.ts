import { quickSignature } from './quick-signature.ts';
import { signatureOf } from './signature.ts';

/** One kind of cell of a column: how many, and the first one met. */
export type SignatureCount = {
  readonly signature: number;
  readonly count: number;
  readonly example: string;
  /** 1-based data row of the example. */
  readonly row: number;
};

/** All that is known about a column's texts: counts by signature, in order of first appearance. */
export type ColumnEvidence = readonly SignatureCount[];

const exampleLength = 60;

/** The signature of the cell in bytes[start, end). */
export function cellSignature(bytes: Uint8Array, start: number, end: number): number {
  const quick = quickSignature(bytes, start, end);
  return quick >= 0 ? quick : signatureOf(bytes, start, end);
}

/** Counts signatures of one column as rows pass by. */
export class EvidenceCounter {
  readonly #slots = new Map<number, number>();
  readonly #signatures: number[] = [];
  readonly #counts: number[] = [];
  readonly #examples: string[] = [];
  readonly #rows: number[] = [];
  #lastSignature = -1;
  #lastSlot = -1;

  /** Counts the cell in bytes[start, end), of the 1-based data row. */
  add(bytes: Uint8Array, start: number, end: number, row: number): void {
    this.addSigned(cellSignature(bytes, start, end), bytes, start, end, row);
  }

  /** The same for a cell whose signature is known. */
  addSigned(signature: number, bytes: Uint8Array, start: number, end: number, row: number): void {
    if (signature !== this.#lastSignature) {
      this.#lastSignature = signature;
      const known = this.#slots.get(signature);
      if (known === undefined) {
        this.#lastSlot = this.#signatures.length;
        this.#slots.set(signature, this.#lastSlot);
        this.#signatures.push(signature);
        this.#counts.push(0);
        const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
        this.#examples.push(text.length > exampleLength ? `${text.slice(0, exampleLength)}…` : text);
        this.#rows.push(row);
      } else this.#lastSlot = known;
    }
    this.#counts[this.#lastSlot]++;
  }

  /** Counts `count` more cells with a signature that was met before. */
  addCount(signature: number, count: number): void {
    const slot = this.#slots.get(signature);
    if (slot !== undefined) this.#counts[slot] += count;
  }

  /** Counts `count` absent cells, as when a column appears late in a file of JSON lines. */
  addBlank(count: number, row: number): void {
    const none = new Uint8Array(0);
    if (count <= 0) return;
    this.add(none, 0, 0, row);
    this.#counts[this.#lastSlot] += count - 1;
  }

  evidence(): ColumnEvidence {
    return this.#signatures.map((signature, i) => ({
      signature,
      count: this.#counts[i],
      example: this.#examples[i],
      row: this.#rows[i],
    }));
  }
}

/** Evidence of one stretch of rows followed by another's. */
export function mergeEvidence(first: ColumnEvidence, second: ColumnEvidence): ColumnEvidence {
  const merged = new Map<number, SignatureCount>();
  for (const item of first) merged.set(item.signature, item);
  for (const item of second) {
    const known = merged.get(item.signature);
    merged.set(item.signature, known === undefined ? item : { ...known, count: known.count + item.count });
  }
  return [...merged.values()];
}
