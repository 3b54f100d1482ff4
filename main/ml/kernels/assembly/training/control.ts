/**
 * One thread leads, helpers follow, all over one shared memory. An operation is split into units; whoever is free claims
 * the next, so a thread that the system takes away delays one unit only. What is computed never depends on who did it.
 *
 * The control block holds one cache line for each contended word. A helper that arrives is let in before an operation
 * is published and counts from then on. Waiting spins for a while, then sleeps.
 */
let control: usize = 0;

/** Chooses the control block (1 KiB of zeros, 64-byte aligned) of the operations that follow, in this instance. */
export function chooseControl(at: usize): void {
  control = at;
}

/** Counts published operations. */
const GENERATION: usize = 0;
/** Helpers that finished the operation. */
const DONE: usize = 64;
/** Next unclaimed unit. */
const NEXT: usize = 128;
/** Helpers that arrived. */
const ARRIVED: usize = 192;
/** Helpers asleep. */
const SLEEPERS: usize = 256;
/** Written by the leader alone: helpers let in, operation, units, 1 to leave. */
const ADMITTED: usize = 320;
const OPERATION: usize = 324;
const UNITS: usize = 328;
const LEAVE: usize = 332;
/** Per helper: the generation it counts from. */
const ENTRY: usize = 384;
/** Arguments: 32 integers, then 32 doubles. */
const INTEGERS: usize = 640;
const DOUBLES: usize = 768;

const SPINS: i32 = 100000;

// @ts-ignore: decorator
@inline
export function int(index: usize): i32 {
  return load<i32>(control + INTEGERS + (index << 2));
}

// @ts-ignore: decorator
@inline
export function pointer(index: usize): usize {
  return <usize>load<u32>(control + INTEGERS + (index << 2));
}

// @ts-ignore: decorator
@inline
export function double(index: usize): f64 {
  return load<f64>(control + DOUBLES + (index << 3));
}

// @ts-ignore: decorator
@inline
export function operation(): i32 {
  return load<i32>(control + OPERATION);
}

// @ts-ignore: decorator
@inline
export function units(): i32 {
  return load<i32>(control + UNITS);
}

/** The next unit of the operation; past the last when all are taken. */
// @ts-ignore: decorator
@inline
export function claim(): i32 {
  return atomic.add<i32>(control + NEXT, 1);
}

/** Sets an operation up; with `shared` the helpers that have arrived are called. Returns how many threads take part. */
export function publish(operation: i32, count: i32, shared: bool): i32 {
  store<i32>(control + OPERATION, operation);
  store<i32>(control + UNITS, count);
  atomic.store<i32>(control + NEXT, 0);
  if (!shared) return 1;
  const arrived = atomic.load<i32>(control + ARRIVED);
  const next = atomic.load<i32>(control + GENERATION) + 1;
  let admitted = load<i32>(control + ADMITTED);
  for (; admitted < arrived; admitted++) store<i32>(control + ENTRY + ((<usize>admitted) << 2), next);
  store<i32>(control + ADMITTED, admitted);
  if (admitted == 0) return 1;
  atomic.store<i32>(control + DONE, 0);
  atomic.store<i32>(control + GENERATION, next);
  if (atomic.load<i32>(control + SLEEPERS) > 0) atomic.notify(control + GENERATION, -1);
  return admitted + 1;
}

/** Waits for the helpers of the operation; false when one has not come back for a minute. */
export function gather(threads: i32): bool {
  const helpers = threads - 1;
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(control + DONE) >= helpers) return true;
  for (let i = 0; i < 60; i++) {
    for (;;) {
      const done = atomic.load<i32>(control + DONE);
      if (done >= helpers) return true;
      if (atomic.wait<i32>(control + DONE, done, 1_000_000_000) == 2) break;
    }
  }
  return false;
}

/** A helper arrives; returns its share's index, from 1. */
export function arrive(): i32 {
  return atomic.add<i32>(control + ARRIVED, 1) + 1;
}

/** Waits for an operation published after `seen` in which helper `share` counts; 0 when it is time to leave. */
export function awaitOperation(share: i32, seen: i32): i32 {
  let last = seen;
  for (;;) {
    let now = atomic.load<i32>(control + GENERATION);
    for (let i = 0; i < SPINS && now == last; i++) now = atomic.load<i32>(control + GENERATION);
    while (now == last) {
      atomic.add<i32>(control + SLEEPERS, 1);
      atomic.wait<i32>(control + GENERATION, last, 1_000_000_000);
      atomic.sub<i32>(control + SLEEPERS, 1);
      now = atomic.load<i32>(control + GENERATION);
    }
    last = now;
    if (atomic.load<i32>(control + LEAVE) != 0) return 0;
    const entry = atomic.load<i32>(control + ENTRY + ((<usize>(share - 1)) << 2));
    if (entry != 0 && now - entry >= 0) return now;
  }
  return 0;
}

export function finishShare(): void {
  atomic.add<i32>(control + DONE, 1);
  atomic.notify(control + DONE, 1);
}

/** Sends the helpers away. The block is ready for others once they have gone. */
export function dismissAll(): void {
  atomic.store<i32>(control + LEAVE, 1);
  atomic.add<i32>(control + GENERATION, 1);
  atomic.notify(control + GENERATION, -1);
}
