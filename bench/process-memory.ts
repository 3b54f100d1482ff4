import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of a process and everything it started, by /proc; Linux only. */
function family(pid: number): number[] {
  const parentOf = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parentOf.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // ended meanwhile
    }
  }
  const members = [pid];
  for (let i = 0; i < members.length; i++) {
    for (const [child, parent] of parentOf) if (parent === members[i]) members.push(child);
  }
  return members;
}

/** Resident bytes of a process family: shared pages counted in full, so an upper bound. */
export function familyBytes(pid: number): number {
  let total = 0;
  for (const member of family(pid)) {
    try {
      total += Number(readFileSync(`/proc/${member}/statm`, 'utf8').split(' ')[1]) * 4096;
    } catch {
      // ended meanwhile
    }
  }
  return total;
}

/** Samples a family from outside until stopped; the peak in bytes. */
export function samplePeak(pid: number, everyMs = 50): { readonly stop: () => number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, familyBytes(pid));
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}
