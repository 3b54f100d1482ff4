import { pickRows } from '../../base/typed-arrays.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { ModelDetail } from '../../contract/models.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { Outputs } from '../service-types.ts';
import type { OutOfFold } from '../training/oof-file.ts';

type Comparison = Outputs['models']['compare'];
type Side = { readonly detail: ModelDetail; readonly oof: OutOfFold | null };

/** Paired comparison on the rows both predicted out of fold; says why where two models cannot be compared. */
export async function compareModels(pool: ComputePool, a: Side, b: Side): Promise<Comparison> {
  const { metric } = a.detail;
  const refuse = (reading: string): Comparison => ({
    metric,
    a: a.detail.score,
    b: b.detail.score,
    difference: { value: 0, low: null, high: null },
    rows: 0,
    verdict: 'not-comparable',
    band: 0,
    shares: null,
    reading,
  });
  if (a.oof === null || b.oof === null)
    return refuse('One of the models was imported: there are no out-of-fold predictions to pair.');
  if (a.detail.task !== b.detail.task || a.detail.target !== b.detail.target)
    return refuse('The models predict different things.');
  if (a.detail.classes.join('\u0000') !== b.detail.classes.join('\u0000'))
    return refuse('The models know different classes.');
  if (a.oof.datasetVersionId !== b.oof.datasetVersionId)
    return refuse(
      'The models were trained on different data set versions; compare each on the same labelled file instead.',
    );
  const width = a.detail.task === 'multiclass' ? a.detail.classes.length : 1;
  const at = new Map(Array.from(b.oof.rows, (row, i) => [row, i]));
  const pairs: [number, number][] = [];
  a.oof.rows.forEach((row, i) => {
    const j = at.get(row);
    if (j !== undefined) pairs.push([i, j]);
  });
  if (pairs.length < 50)
    return refuse(`Only ${pairs.length} rows were predicted out of fold by both; at least 50 are needed.`);
  const pick = (outputs: Float64Array, side: 0 | 1): Float64Array =>
    pickRows(
      outputs,
      pairs.map((pair) => pair[side]),
      width,
    );
  const { oof } = a;
  const result = await pool.run(
    'compare',
    {
      metric,
      classCount: a.detail.task === 'regression' ? 0 : Math.max(2, a.detail.classes.length),
      labels: Float64Array.from(pairs, ([i]) => oof.labels[i]),
      a: pick(a.oof.outputs, 0),
      b: pick(b.oof.outputs, 1),
    },
    { lane: 'interactive' },
  );
  const verdict = ({ a: 'a-better', b: 'b-better', equal: 'practically-equal', unclear: 'unclear' } as const)[
    result.verdict
  ];
  const { label } = metricByName(metric);
  const words = {
    'a-better': `${a.detail.name} is better`,
    'b-better': `${b.detail.name} is better`,
    'practically-equal': 'The two are practically equal',
    unclear: 'The rows do not settle which is better',
  }[verdict];
  const { value, low, high } = result.difference;
  return {
    metric,
    a: { ...result.a },
    b: { ...result.b },
    difference: { value, low, high },
    rows: pairs.length,
    verdict,
    band: result.band,
    shares: result.shares,
    reading: `${words}: ${label} differs by ${value.toPrecision(2)} (95 % interval ${low.toPrecision(2)} to ${high.toPrecision(2)}) on ${pairs.length} rows. ${chancesOf(a.detail.name, b.detail.name, result.shares, result.band)}`,
  };
}

/** The three chances in words: better by more than the band, equal within it, worse. */
function chancesOf(
  a: string,
  b: string,
  shares: { readonly a: number; readonly equal: number; readonly b: number },
  band: number,
): string {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return `Counting differences up to ${band.toPrecision(2)} as none: ${a} is better with a chance of ${percent(shares.a)}, both are equal with ${percent(shares.equal)}, ${b} is better with ${percent(shares.b)}.`;
}
