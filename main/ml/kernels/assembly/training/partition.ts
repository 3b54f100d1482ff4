/**
 * Stable partition of a leaf's rows, twin of ../../partition.ts; branch-free. Alone: left rows stay in place, right rows
 * go to a scratch array and are copied behind. Together: each unit parts its own rows into two scratch arrays; a second
 * operation copies the pieces to where the counts of the units before put them.
 */
import { claim, int, pointer, units } from './control';

const UNIT: i32 = 8192;

/** Reorders rows[start…end) by table[column[row]]; returns the left count. */
export function partitionAlone(
  rows: usize,
  start: i32,
  end: i32,
  column: usize,
  table: usize,
  scratch: usize,
): i32 {
  let left = rows + ((<usize>start) << 2);
  let right = scratch;
  const stop = rows + ((<usize>end) << 2);
  for (let at = left; at < stop; at += 4) {
    const row = load<u32>(at);
    const step = (<usize>load<u8>(table + <usize>load<u8>(column + <usize>row))) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += step;
    right += 4 - step;
  }
  memory.copy(left, scratch, right - scratch);
  return <i32>((left - rows) >> 2) - start;
}

/** Integers: 0 rows, 1 start, 2 end, 3 column, 4 table, 5 scratch of left rows, 6 of right rows, 7 left counts of units. */
export function partitionShare(): void {
  const rows = pointer(0);
  const start = int(1);
  const end = int(2);
  const column = pointer(3);
  const table = pointer(4);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const from = start + unit * UNIT;
    const to = min(from + UNIT, end);
    const stop = rows + ((<usize>to) << 2);
    const first = pointer(5) + ((<usize>from) << 2);
    let left = first;
    let right = pointer(6) + ((<usize>from) << 2);
    for (let at = rows + ((<usize>from) << 2); at < stop; at += 4) {
      const row = load<u32>(at);
      const step = (<usize>load<u8>(table + <usize>load<u8>(column + <usize>row))) << 2;
      store<u32>(left, row);
      store<u32>(right, row);
      left += step;
      right += 4 - step;
    }
    store<i32>(pointer(7) + ((<usize>unit) << 2), <i32>((left - first) >> 2));
  }
}

/** Rows that go left in all units before `unit`. */
export function leftBefore(unit: i32): i32 {
  let sum = 0;
  for (let i = 0; i < unit; i++) sum += load<i32>(pointer(7) + ((<usize>i) << 2));
  return sum;
}

/** After partitionShare, with the same integers; 8: left rows of all units. */
export function placeShare(): void {
  const start = int(1);
  const end = int(2);
  const rows = pointer(0) + ((<usize>start) << 2);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const from = unit * UNIT;
    const count = min(UNIT, end - start - from);
    const before = leftBefore(unit);
    const left = load<i32>(pointer(7) + ((<usize>unit) << 2));
    const source = (<usize>(start + from)) << 2;
    memory.copy(rows + ((<usize>before) << 2), pointer(5) + source, (<usize>left) << 2);
    const behind = int(8) + from - before;
    memory.copy(rows + ((<usize>behind) << 2), pointer(6) + source, (<usize>(count - left)) << 2);
  }
}
