// Counts of signatures by column, a memory of short texts whose signature took the full classification, and the list of cells
// that the caller must look at: those whose signature is not known, and those that show a signature for the first time.

/** Signatures counted here by column; what is beyond them the caller counts. */
export const SLOTS: u32 = 48;
/** number of signatures, last one met, then pairs of signature and count. */
export const COLUMN_BYTES: usize = 8 + <usize>SLOTS * 8;

/** 17 masks of 16 bytes. */
const MASKS: usize = 2048;
/** 4096 texts: 16 bytes, length, signature. */
const MEMORY: usize = 4096;
const MEMORY_BITS: u32 = 12;
const ENTRY: usize = 32;
export const TALLY_END: usize = MEMORY + (1 << MEMORY_BITS) * ENTRY;

/** start, end, row, column, signature. */
export const PENDING_BYTES: usize = 20;

let columnsAt: usize = 0;
let pendingAt: usize = 0;
export let pendingCount: u32 = 0;

export function placeTally(columns: usize, pending: usize): void {
  columnsAt = columns;
  pendingAt = pending;
  for (let length: usize = 0; length <= 16; length++) {
    for (let i: usize = 0; i < 16; i++) store<u8>(MASKS + length * 16 + i, i < length ? 255 : 0);
  }
}

export function clearPending(): void {
  pendingCount = 0;
}

// @ts-ignore: decorator
@inline
function entryOf(low: u64, high: u64, length: u32): usize {
  const mixed = (low * 0x9e3779b97f4a7c15) ^ ((high + <u64>length) * 0xc2b2ae3d27d4eb4f);
  return MEMORY + <usize>((mixed ^ (mixed >> 29)) >> (64 - 20) & ((1 << MEMORY_BITS) - 1)) * ENTRY;
}

/** Signature of a text met before, −1 when it is not remembered. */
// @ts-ignore: decorator
@inline
export function recall(start: usize, length: u32): i32 {
  if (length > 16) return -1;
  const key = v128.and(v128.load(start), v128.load(MASKS + (<usize>length << 4)));
  const low = v128.extract_lane<u64>(key, 0);
  const high = v128.extract_lane<u64>(key, 1);
  const entry = entryOf(low, high, length);
  return load<u64>(entry) == low && load<u64>(entry, 8) == high && load<u32>(entry, 16) == length
    ? load<i32>(entry, 20)
    : -1;
}

/** Remembers the signature of a text of at most 16 bytes. */
export function remember(start: usize, length: u32, signature: i32): void {
  const key = v128.and(v128.load(start), v128.load(MASKS + (<usize>length << 4)));
  const low = v128.extract_lane<u64>(key, 0);
  const high = v128.extract_lane<u64>(key, 1);
  const entry = entryOf(low, high, length);
  store<u64>(entry, low);
  store<u64>(entry, high, 8);
  store<u32>(entry, length, 16);
  store<i32>(entry, signature, 20);
}

/** Counts a cell; puts it on the list where the caller must. */
// @ts-ignore: decorator
@inline
export function count(column: u32, signature: i32, start: usize, end: usize, row: u32): void {
  const at = columnsAt + <usize>column * COLUMN_BYTES;
  if (signature >= 0) {
    const last = at + 8 + (<usize>load<u32>(at, 4) << 3);
    if (load<i32>(last) == signature) {
      store<u32>(last, load<u32>(last, 4) + 1, 4);
      return;
    }
    const slots = load<u32>(at);
    for (let slot: u32 = 0; slot < slots; slot++) {
      const pair = at + 8 + (<usize>slot << 3);
      if (load<i32>(pair) != signature) continue;
      store<u32>(at, slot, 4);
      store<u32>(pair, load<u32>(pair, 4) + 1, 4);
      return;
    }
  }
  const entry = pendingAt + <usize>pendingCount * PENDING_BYTES;
  store<u32>(entry, <u32>start);
  store<u32>(entry, <u32>end, 4);
  store<u32>(entry, row, 8);
  store<u32>(entry, column, 12);
  store<i32>(entry, signature, 16);
  pendingCount++;
}

/** Has a signature counted here from now on; nothing where it is already, or where no slot is free. */
export function register(column: u32, signature: i32): void {
  const at = columnsAt + <usize>column * COLUMN_BYTES;
  const slots = load<u32>(at);
  if (slots == SLOTS) return;
  for (let slot: u32 = 0; slot < slots; slot++) {
    if (load<i32>(at + 8 + (<usize>slot << 3)) == signature) return;
  }
  const pair = at + 8 + (<usize>slots << 3);
  store<i32>(pair, signature);
  store<u32>(pair, 0, 4);
  store<u32>(at, slots + 1);
}

/** Forgets the counts of all columns. */
export function reset(width: u32): void {
  for (let column: u32 = 0; column < width; column++) {
    const at = columnsAt + <usize>column * COLUMN_BYTES;
    store<u64>(at, 0);
    store<i32>(at, -1, 8);
  }
}
