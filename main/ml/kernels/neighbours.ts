/** The kernel of neighbours of mixed rows: compiled once a thread, instantiated on a memory of its own. */
import { code } from './compiled/neighbours.ts';
import { kernelOpener } from './kernel-source.ts';

/** See kernels/assembly/neighbours.ts. Addresses in bytes. */
export type NeighbourKernel = {
  readonly addSquares: (column: number, value: number, squares: number, bytes: number) => void;
  readonly addPlayers: (squares: number, line: number, groups: number, sets: number, to: number) => void;
  readonly findNearest: (
    own: number,
    sets: number,
    mixtures: number,
    theirs: number,
    all: number,
    line: number,
    groups: number,
    most: number,
    tables: number,
    limits: number,
    counts: number,
    lists: number,
    room: number,
  ) => void;
  readonly averageNearest: (
    counts: number,
    lists: number,
    sides: number,
    room: number,
    most: number,
    weights: number,
    targets: number,
    prior: number,
    priorWeight: number,
    means: number,
  ) => void;
};

/** The kernel on fresh memory of at least `bytes`, or null where it cannot be had. */
export const openNeighbourKernel = kernelOpener<NeighbourKernel>(code);
