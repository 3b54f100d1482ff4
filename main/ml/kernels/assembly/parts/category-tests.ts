// Category tests of a block of rows, answered once so that trees read them as columns of 0 (left) and 1 (right).
// A category test: column, slot of the answer (byte offsets in the tile), bitset, its words, whether missing goes left.
export function answerCategories(first: usize, count: i32, tile: usize, rows: i32): void {
  for (let c = 0; c < count; c++) {
    const test = first + <usize>c * 20;
    const from = tile + load<u32>(test);
    const to = tile + load<u32>(test, 4);
    const bits: usize = load<u32>(test, 8);
    const limit = <f32>(load<u32>(test, 12) * 32);
    const missingRight: f32 = load<u32>(test, 16) != 0 ? 0 : 1;
    for (let row: usize = 0; row < <usize>rows; row++) {
      const x = load<f32>(from + (row << 2));
      let right: f32 = 1;
      if (x != x) right = missingRight;
      else if (x > -1 && x < limit) {
        const code = <u32>x;
        const left: u32 = (load<u32>(bits + (<usize>(code >> 5) << 2)) >> (code & 31)) & 1;
        if (left != 0) right = 0;
      }
      store<f32>(to + (row << 2), right);
    }
  }
}
