/** Area under the ROC curve; of several classes the mean of each class's probability against the rest. Margins are row-major. */
export function meanAuc(label: Float64Array, margins: ArrayLike<number>, outputs: number): number {
  let sum = 0;
  const scores = outputs === 1 ? margins : probabilities(margins, outputs);
  for (let k = 0; k < outputs; k++) {
    const own = Float64Array.from(label, (_, row) => scores[row * outputs + k]);
    sum += auc(own, (row) => label[row] === (outputs === 1 ? 1 : k));
  }
  return sum / outputs;
}

function auc(scores: Float64Array, positive: (row: number) => boolean): number {
  const order = Int32Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let ranks = 0;
  let positives = 0;
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && scores[order[j]] === scores[order[i]]) j++;
    for (let k = i; k < j; k++) {
      if (!positive(order[k])) continue;
      ranks += (i + j + 1) / 2;
      positives++;
    }
    i = j;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}

function probabilities(margins: ArrayLike<number>, outputs: number): Float64Array {
  const out = Float64Array.from(margins, Math.exp);
  for (let at = 0; at < out.length; at += outputs) {
    const row = out.subarray(at, at + outputs);
    const total = row.reduce((a, b) => a + b, 0);
    for (let k = 0; k < outputs; k++) row[k] /= total;
  }
  return out;
}
