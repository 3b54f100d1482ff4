/**
 * Checks of an ensemble that came from outside: after them, every walk from a root ends in a leaf, every index is inside
 * its array, and no number is one the scorer or the explainer cannot use.
 */
import { type AuguryError, dataProblem } from '../../base/errors.ts';
import type { TreeEnsemble } from '../model-spec.ts';

/** Throws data-problem `tree-model` naming the first defect. `featureCount`, when given, bounds the features used. */
export function validateTrees(ensemble: TreeEnsemble, featureCount?: number): void {
  checkLengths(ensemble);
  const seen = new Uint8Array(ensemble.feature.length);
  ensemble.treeRoot.forEach((root, tree) => {
    const output = ensemble.treeOutput[tree];
    if (output < 0 || output >= ensemble.outputCount) throw defect(`tree ${tree} adds to output ${output}`);
    walk(ensemble, root, tree, seen);
  });
  seen.forEach((times, node) => {
    if (times === 0) throw defect(`node ${node} belongs to no tree`);
    checkNode(ensemble, node, featureCount ?? 2 ** 31);
  });
}

const defect = (what: string): AuguryError =>
  dataProblem('tree-model', `The tree model is damaged: ${what}.`, { hint: 'Export the model again from its source.' });

function checkLengths(ensemble: TreeEnsemble): void {
  const { outputCount, baseScore, treeRoot, treeOutput } = ensemble;
  if (!Number.isInteger(outputCount) || outputCount < 1 || baseScore.length !== outputCount) {
    throw defect(`${baseScore.length} base scores for ${outputCount} outputs`);
  }
  if (!baseScore.every(Number.isFinite)) throw defect('a base score is not finite');
  if (treeRoot.length !== treeOutput.length) throw defect(`${treeRoot.length} roots and ${treeOutput.length} outputs`);
  const nodes = ensemble.feature.length;
  for (const name of nodeArrays) {
    if (ensemble[name].length !== nodes) throw defect(`${ensemble[name].length} entries of ${name} for ${nodes} nodes`);
  }
}

const nodeArrays = [
  'threshold',
  'left',
  'right',
  'missingLeft',
  'categoryOffset',
  'categoryWords',
  'value',
  'cover',
  'gain',
] as const;

/** Visits a tree without recursion; a node met twice is a cycle or shared. */
function walk(ensemble: TreeEnsemble, root: number, tree: number, seen: Uint8Array): void {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node < 0 || node >= seen.length) throw defect(`tree ${tree} points at node ${node} of ${seen.length}`);
    if (seen[node] !== 0) throw defect(`node ${node} is reached twice`);
    seen[node] = 1;
    if (ensemble.feature[node] >= 0) stack.push(ensemble.right[node], ensemble.left[node]);
  }
}

function checkNode(ensemble: TreeEnsemble, node: number, featureCount: number): void {
  const feature = ensemble.feature[node];
  if (!Number.isFinite(ensemble.value[node])) throw defect(`node ${node} has a value that is not finite`);
  if (!(ensemble.cover[node] >= 0 && ensemble.cover[node] < Number.POSITIVE_INFINITY)) {
    throw defect(`node ${node} has the cover ${ensemble.cover[node]}`);
  }
  if (Number.isNaN(ensemble.gain[node])) throw defect(`node ${node} has a gain that is no number`);
  if (feature < 0) return;
  if (feature >= featureCount) throw defect(`node ${node} splits on feature ${feature} of ${featureCount}`);
  if (ensemble.missingLeft[node] > 1) throw defect(`node ${node} has a broken missing direction`);
  if (Number.isNaN(ensemble.threshold[node])) throw defect(`node ${node} has a threshold that is no number`);
  const offset = ensemble.categoryOffset[node];
  const words = ensemble.categoryWords[node];
  if (offset >= 0 && (words < 0 || offset + words > ensemble.categoryBits.length)) {
    throw defect(`node ${node} has its categories outside the table`);
  }
}
