/**
 * Trees when there are very many classes. Every round grows one tree a class, so a thousand classes would make a model of
 * gigabytes and a fit of hours. Above `manyClasses` the leaves, the rounds and the step are set so that a fit holds at most
 * `mostLeaves` leaves (about 8 MiB encoded) and still comes to an end within them; a blend then takes two fits at most.
 */
import type { TreeParams } from '../trees/params.ts';

/** Above this many classes trees are held small, and learners that keep a table or a deep forest a class are left out. */
export const manyClasses = 100;

const mostLeaves = 100_000;
const leavesOfTree = 8;
const fewestRounds = 4;
/** Steps that add up to about this much end where small steps would have. */
const stepsTogether = 12;

/** The parameters as they are, or held small for many classes. Pure. */
export function holdForClasses<P extends Partial<TreeParams>>(params: P, classCount: number): P {
  if (classCount <= manyClasses) return params;
  const leaves = Math.min(params.leaves ?? leavesOfTree, leavesOfTree);
  const most = Math.max(fewestRounds, Math.floor(mostLeaves / (leaves * classCount)));
  const rounds = Math.min(params.rounds ?? most, most);
  const rate = Math.max(params.learningRate ?? 0.1, Math.min(0.5, stepsTogether / rounds));
  return { ...params, leaves, rounds, learningRate: rate };
}

/** Members a blend may have. */
export const membersFor = (classCount: number): number => (classCount > manyClasses ? 2 : 5);
