// Answers of k-nearest neighbours for many mixtures of one row and another; see main/ml/explain/neighbour-game.ts.
//
// squares[player][point] are float32 squared differences, `line` bytes a player, points a multiple of 4. Candidates of a
// mixture are words of 64 bits, distance bits above the point's number, so that equal distances have an order.

const BLOCK: usize = 256; // bytes of a block of points: 64
const GROUP = 4; // players whose sums are tabled together
const PATTERNS: usize = 16;
const FAR: u32 = 0x7f800000;

/** squares[point] += (value − coordinate)² for `bytes` of points. */
export function addSquares(column: usize, value: f32, squares: usize, bytes: usize): void {
  const place = f32x4.splat(value);
  for (let at: usize = 0; at < bytes; at += 16) {
    const gap = f32x4.sub(place, v128.load(column + at));
    v128.store(squares + at, f32x4.add(v128.load(squares + at), f32x4.mul(gap, gap)));
  }
}

/** to = Σ of the players that `sets` marks (one byte of four players each), added to what lies there. */
export function addPlayers(squares: usize, line: usize, groups: i32, sets: usize, to: usize): void {
  for (let g = 0; g < groups; g++) {
    let from = squares + <usize>(g * GROUP) * line;
    for (let left: u32 = load<u8>(sets + <usize>g); left != 0; left >>= 1) {
      if ((left & 1) != 0) {
        for (let at: usize = 0; at < line; at += 16) {
          v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
        }
      }
      from += line;
    }
  }
}

/**
 * The `most` nearest points of every mixture and of its complement: own[mixture][point] are the squares of the explained
 * row's players in it, sets[mixture] one byte of four players a group, theirs the other row's squares by player, all[point]
 * those of both rows together. Lists of `room` candidates, mixture by mixture, the complement behind it; their lengths.
 */
export function findNearest(
  own: usize,
  sets: usize,
  mixtures: i32,
  theirs: usize,
  all: usize,
  line: usize,
  groups: i32,
  most: i32,
  tables: usize,
  limits: usize,
  counts: usize,
  lists: usize,
  room: i32,
): void {
  for (let side: usize = 0; side < <usize>mixtures << 3; side += 4) {
    store<u32>(limits + side, FAR);
    store<i32>(counts + side, 0);
  }
  for (let start: usize = 0; start < line; start += BLOCK) {
    const length = min(BLOCK, line - start);
    fillTables(theirs + start, line, groups, length, tables);
    for (let m = 0; m < mixtures; m++) {
      const set = sets + <usize>(m * groups);
      const side = <usize>m << 3;
      const list = lists + <usize>(2 * m * room) * 8;
      const other = list + <usize>room * 8;
      let limit = v128.load32_splat(limits + side);
      let otherLimit = v128.load32_splat(limits + side, 4);
      const mine = own + <usize>m * line + start;
      const both = all + start;
      for (let at: usize = 0; at < length; at += 16) {
        let sum = v128.load(mine + at);
        let table = tables + at;
        for (let g = 0; g < groups; g++) {
          // The other row's players are those that are not in the mixture.
          sum = f32x4.add(sum, v128.load(table + <usize>(~load<u8>(set + <usize>g) & 15) * BLOCK));
          table += PATTERNS * BLOCK;
        }
        const rest = f32x4.pmax(f32x4.sub(v128.load(both + at), sum), f32x4.splat(0));
        const near = f32x4.lt(sum, limit);
        const otherNear = f32x4.lt(rest, otherLimit);
        const point = <u32>((start + at) >> 2);
        if (v128.any_true(near)) {
          keep(sum, i32x4.bitmask(near), point, list, limits + side, counts + side, most, room);
          limit = v128.load32_splat(limits + side);
        }
        if (v128.any_true(otherNear)) {
          keep(rest, i32x4.bitmask(otherNear), point, other, limits + side + 4, counts + side + 4, most, room);
          otherLimit = v128.load32_splat(limits + side, 4);
        }
      }
    }
  }
  for (let side = 0; side < 2 * mixtures; side++) {
    const at = counts + (<usize>side << 2);
    const count = load<i32>(at);
    if (count > most) {
      nearestFirst(lists + <usize>(side * room) * 8, count, most);
      store<i32>(at, most);
    }
  }
}

function fillTables(theirs: usize, line: usize, groups: i32, length: usize, tables: usize): void {
  for (let g = 0; g < groups; g++) {
    const table = tables + <usize>g * PATTERNS * BLOCK;
    memory.fill(table, 0, length);
    for (let pattern: u32 = 1; pattern < <u32>PATTERNS; pattern++) {
      const from = table + <usize>(pattern & (pattern - 1)) * BLOCK;
      const player = theirs + <usize>(g * GROUP + ctz<u32>(pattern)) * line;
      const to = table + <usize>pattern * BLOCK;
      for (let at: usize = 0; at < length; at += 16) {
        v128.store(to + at, f32x4.add(v128.load(from + at), v128.load(player + at)));
      }
    }
  }
}

function keep(four: v128, lanes: i32, point: u32, list: usize, limit: usize, counted: usize, most: i32, room: i32): void {
  let count = load<i32>(counted);
  const first = f32x4.extract_lane(four, 0);
  const second = f32x4.extract_lane(four, 1);
  const third = f32x4.extract_lane(four, 2);
  const fourth = f32x4.extract_lane(four, 3);
  while (lanes != 0) {
    const lane = ctz<i32>(lanes);
    lanes &= lanes - 1;
    const distance = lane < 2 ? (lane == 0 ? first : second) : lane == 2 ? third : fourth;
    store<u64>(list + (<usize>count << 3), (<u64>reinterpret<u32>(distance) << 32) | <u64>(point + lane));
    count++;
    if (count == room) {
      nearestFirst(list, count, most);
      count = most;
      let farthest: u32 = 0;
      for (let at = list + 4; at < list + (<usize>most << 3); at += 8) farthest = max(farthest, load<u32>(at));
      store<u32>(limit, farthest);
    }
  }
  store<i32>(counted, count);
}

// Moves the `most` smallest to the front (Hoare's selection).
function nearestFirst(list: usize, count: i32, most: i32): void {
  let low = 0;
  let high = count - 1;
  const wanted = most - 1;
  while (low < high) {
    const pivot = load<u64>(list + (<usize>((low + high) >> 1) << 3));
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<u64>(list + (<usize>i << 3)) < pivot) i++;
      while (load<u64>(list + (<usize>j << 3)) > pivot) j--;
      if (i <= j) {
        const a = list + (<usize>i << 3);
        const b = list + (<usize>j << 3);
        const kept = load<u64>(a);
        store<u64>(a, load<u64>(b));
        store<u64>(b, kept);
        i++;
        j--;
      }
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else return;
  }
}

/**
 * Mean of the targets of the nearest points of every list, as neighbours/predict.ts has it: the farthest of `most` gives the
 * reach. A list shorter than `most` holds all points, which then count whole.
 */
export function averageNearest(
  counts: usize,
  lists: usize,
  sides: i32,
  room: i32,
  most: i32,
  weights: usize,
  targets: usize,
  prior: f64,
  priorWeight: f64,
  means: usize,
): void {
  for (let side = 0; side < sides; side++) {
    const list = lists + <usize>(side * room) * 8;
    const count = load<i32>(counts + (<usize>side << 2));
    let reach: f64 = Infinity;
    if (count == most) {
      reach = 0;
      for (let at = list; at < list + (<usize>count << 3); at += 8) reach = max(reach, <f64>load<f32>(at, 4));
    }
    let mass = priorWeight;
    let sum = priorWeight * prior;
    for (let at = list; at < list + (<usize>count << 3); at += 8) {
      const point = <usize>load<u32>(at) << 2;
      const weight: f64 = reach > 0 ? <f64>load<f32>(weights + point) * (1 - <f64>load<f32>(at, 4) / reach) : 0;
      mass += weight;
      sum += weight * <f64>load<f32>(targets + point);
    }
    store<f64>(means + (<usize>side << 3), sum / mass);
  }
}
