import { throwIfStopped } from '../../base/stop.ts';
import type { ColumnEvidence } from '../readings/evidence.ts';
import { isMissing } from '../readings/fit.ts';
import { bit, wordOf } from '../readings/signature.ts';
import { isMixable } from '../readings/words.ts';
import type { Rows } from '../stream/rows.ts';
import { scanRows, startPosition } from '../stream/scan.ts';
import type { RunHooks } from '../types.ts';
import { byteOptions, openRows, type TextPlan } from './plan.ts';

/**
 * Whether the whole numbers among words for yes and no are 0 and 1 alone. Counts by signature do not tell 1 from 2, so the
 * cells of such columns, which are rare, are looked at again.
 */
export class BinaryDigits {
  readonly #open: Set<number>;
  readonly #width: number;

  constructor(columns: readonly ColumnEvidence[]) {
    this.#width = columns.length;
    this.#open = new Set([...columns.keys()].filter((i) => isCandidate(columns[i])));
  }

  /** Columns that may still turn out so. */
  get left(): number {
    return this.#open.size;
  }

  /** Looks at the cells of the current row. */
  visit({ cellBytes, starts, ends, outcome }: Rows): void {
    if (outcome !== 'row') return;
    for (const column of this.#open) {
      if (!isZeroOneOrNoNumber(cellBytes, starts[column], ends[column])) this.#open.delete(column);
    }
  }

  /** By column: it has whole numbers among its words, and they are 0 and 1. */
  finish(): readonly boolean[] {
    return Array.from({ length: this.#width }, (_, i) => this.#open.has(i));
  }
}

function isCandidate(evidence: ColumnEvidence): boolean {
  let words = false;
  let digits = false;
  for (const { signature } of evidence) {
    if (isMissing(signature)) continue;
    if (isMixable(wordOf(signature))) words = true;
    else if ((signature & bit.word) === 0 && (signature & bit.integer) !== 0) digits = true;
    else return false;
  }
  return words && digits;
}

const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

function isZeroOneOrNoNumber(bytes: Uint8Array, start: number, end: number): boolean {
  let from = start;
  let to = end;
  while (from < to && isSpace(bytes[from])) from++;
  while (to > from && isSpace(bytes[to - 1])) to--;
  if (to - from === 1) return !isDigit(bytes[from]) || bytes[from] <= 49;
  return !isDigit(bytes[from]) && !((bytes[from] === 43 || bytes[from] === 45) && isDigit(bytes[from + 1]));
}

/** Looks through all rows of a text source, where a column asks for it. */
export async function findBinaryDigits(
  path: string,
  plan: TextPlan,
  columns: readonly ColumnEvidence[],
  hooks: Pick<RunHooks, 'stop'>,
): Promise<readonly boolean[]> {
  const digits = new BinaryDigits(columns);
  if (digits.left === 0) return digits.finish();
  const rows = openRows(plan, 0, false);
  const visit = (): boolean => {
    digits.visit(rows);
    return false;
  };
  for await (const _ of scanRows(path, byteOptions(plan), startPosition, rows, visit)) {
    throwIfStopped(hooks.stop);
    if (digits.left === 0) break;
  }
  return digits.finish();
}
