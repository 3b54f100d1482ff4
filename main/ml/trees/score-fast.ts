/**
 * Margins by the scoring kernel. Leaf values are added to the base score in tree order, in float64, as by the TypeScript
 * walk in predict.ts, its twin: the same bits, whatever form a tree has and wherever a block begins.
 */
import type { FeatureMatrix } from '../frame.ts';
import { findScoringKernel, growTo, programAt } from '../kernels/scoring.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { planScoring, type ScoreProgram } from './score-program.ts';

const programs = new WeakMap<TreeEnsemble, ScoreProgram | null>();

/** Fills `margins` [row][output]; false, with nothing done, where the kernel cannot be had. */
export function scoreFast(ensemble: TreeEnsemble, matrix: FeatureMatrix, margins: Float64Array): boolean {
  const kernel = findScoringKernel();
  if (kernel === null) return false;
  // A feature the matrix lacks (a changed file) is left to the walk, where it reads as missing.
  if (!programs.has(ensemble) && ensemble.feature.some((feature) => feature >= matrix.columns.length)) return false;
  const program = programOf(ensemble);
  if (program === null || program.used.some((feature) => feature >= matrix.columns.length)) return false;
  const { blockRows, outputCount, used, tileColumns } = program;
  const tileAt = align(programAt + 4 * program.words.length);
  const marginsAt = align(tileAt + 4 * tileColumns * blockRows);
  const held = kernel.memory.buffer;
  if (!growTo(kernel.memory, marginsAt + 8 * outputCount * blockRows)) return false;
  const { buffer } = kernel.memory;
  if (kernel.program !== program || held !== buffer) {
    new Uint32Array(buffer, programAt, program.words.length).set(program.words);
    kernel.program = program;
  }
  const tile = new Float32Array(buffer, tileAt, tileColumns * blockRows);
  const out = new Float64Array(buffer, marginsAt, outputCount * blockRows);
  const columns = Array.from(used, (feature) => matrix.columns[feature]);
  for (let start = 0; start < matrix.rowCount; start += blockRows) {
    const count = Math.min(blockRows, matrix.rowCount - start);
    for (let c = 0; c < columns.length; c++) tile.set(columns[c].subarray(start, start + count), c * blockRows);
    const bytes = 4 * blockRows * columns.length;
    if (program.low) kernel.copyLow(tileAt, tileAt + bytes, bytes);
    for (let k = 0; k < outputCount; k++) out.fill(ensemble.baseScore[k], k * blockRows, (k + 1) * blockRows);
    const rows = (count + 15) & -16;
    kernel.scoreBlock(program.treesAt, program.treeCount, tileAt, rows, marginsAt, blockRows);
    if (outputCount === 1) {
      margins.set(out.subarray(0, count), start);
      continue;
    }
    for (let k = 0; k < outputCount; k++) {
      for (let i = 0; i < count; i++) margins[(start + i) * outputCount + k] = out[k * blockRows + i];
    }
  }
  return true;
}

function programOf(ensemble: TreeEnsemble): ScoreProgram | null {
  let made = programs.get(ensemble);
  if (made === undefined) {
    made = planScoring(ensemble);
    programs.set(ensemble, made);
  }
  return made;
}

const align = (address: number): number => (address + 63) & -64;
