/**
 * Finds rows that are equal in all given columns: a 32-bit hash of each row's contents picks the bucket, an exact
 * comparison decides. Missing equals missing, −0 equals 0, text compares by value. O(rows × columns) expected.
 */
import type { Frame, RawColumn } from '../frame.ts';

/**
 * Group index of every row, numbered by first appearance: rows with equal cells in `columns` (default all of the frame)
 * share one. The largest index + 1 is the number of distinct rows.
 */
export function duplicateGroups(frame: Frame, columns: readonly RawColumn[] = frame.columns): Int32Array {
  const rowCount = frame.rowCount;
  const hashes = new Uint32Array(rowCount).fill(0x811c9dc5);
  for (const column of columns) mixColumn(column, hashes);
  let slots = 16;
  while (slots < rowCount * 2) slots *= 2;
  const table = new Int32Array(slots).fill(-1);
  const groups = new Int32Array(rowCount);
  let groupCount = 0;
  for (let row = 0; row < rowCount; row++) {
    let slot = finish(hashes[row]) & (slots - 1);
    for (;;) {
      const first = table[slot];
      if (first < 0) {
        table[slot] = row;
        groups[row] = groupCount++;
        break;
      }
      if (hashes[first] === hashes[row] && columns.every((column) => sameCell(column, first, row))) {
        groups[row] = groups[first];
        break;
      }
      slot = (slot + 1) & (slots - 1);
    }
  }
  return groups;
}

/** Rows that repeat an earlier row, given their groups. */
export function duplicateCount(groups: Int32Array): number {
  let groupCount = 0;
  for (let i = 0; i < groups.length; i++) groupCount = Math.max(groupCount, groups[i] + 1);
  return groups.length - groupCount;
}

/** Joins two groupings: rows connected through either share a group in the result (union–find with path halving). */
export function joinGroups(a: Int32Array, b: Int32Array): Int32Array {
  const rowCount = a.length;
  const parent = Int32Array.from({ length: rowCount }, (_, i) => i);
  const find = (start: number): number => {
    let row = start;
    while (parent[row] !== row) {
      parent[row] = parent[parent[row]];
      row = parent[row];
    }
    return row;
  };
  for (const groups of [a, b]) {
    const first = new Map<number, number>();
    for (let row = 0; row < rowCount; row++) {
      const seen = first.get(groups[row]);
      if (seen === undefined) first.set(groups[row], row);
      else parent[find(row)] = find(seen);
    }
  }
  const names = new Map<number, number>();
  const joined = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const root = find(row);
    let name = names.get(root);
    if (name === undefined) {
      name = names.size;
      names.set(root, name);
    }
    joined[row] = name;
  }
  return joined;
}

function mixColumn(column: RawColumn, hashes: Uint32Array): void {
  if (column.type === 'string') {
    const levelHash = Uint32Array.from(column.levels, hashText);
    for (let i = 0; i < hashes.length; i++) {
      const code = column.codes[i];
      hashes[i] = mix(hashes[i], code < 0 ? 0x5bd1e995 : levelHash[code]);
    }
    return;
  }
  const one = new Float64Array(1);
  const words = new Uint32Array(one.buffer);
  for (let i = 0; i < hashes.length; i++) {
    const value = column.values[i];
    one[0] = Number.isNaN(value) ? Number.NaN : value + 0;
    hashes[i] = Number.isNaN(value) ? mix(hashes[i], 0x5bd1e995) : mix(mix(hashes[i], words[0]), words[1]);
  }
}

function sameCell(column: RawColumn, a: number, b: number): boolean {
  if (column.type === 'string') {
    const [left, right] = [column.codes[a], column.codes[b]];
    return left === right || (left >= 0 && right >= 0 && column.levels[left] === column.levels[right]);
  }
  const [left, right] = [column.values[a], column.values[b]];
  return left === right || (Number.isNaN(left) && Number.isNaN(right));
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

function mix(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x85ebca6b);
  h ^= h >>> 13;
  return Math.imul(h, 0xc2b2ae35) >>> 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x7feb352d);
  return (h ^ (h >>> 15)) >>> 0;
}
