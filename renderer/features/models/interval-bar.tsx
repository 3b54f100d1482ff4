import type { EstimateLike } from '../../lib/format.ts';

const height = 16;
const inset = 4;

/** An estimate as a dot with whiskers on a scale shared by the rows of a table; the thin line is the reference. Decorative: the figures stand beside it. */
export function IntervalBar(props: {
  readonly estimate: EstimateLike;
  readonly reference: number;
  readonly from: number;
  readonly to: number;
}) {
  const { estimate, reference, from, to } = props;
  const place = (value: number) => (to > from ? inset + ((value - from) / (to - from)) * (100 - 2 * inset) : 50);
  const low = place(estimate.low ?? estimate.value);
  const high = place(estimate.high ?? estimate.value);
  const middle = height / 2;
  return (
    <svg width="100%" height={height} aria-hidden style={{ display: 'block' }}>
      <line
        x1={`${place(reference)}%`}
        x2={`${place(reference)}%`}
        y1={0}
        y2={height}
        stroke="var(--aug-dimmed)"
        strokeDasharray="2 2"
      />
      <line x1={`${low}%`} x2={`${high}%`} y1={middle} y2={middle} stroke="var(--aug-accent)" strokeWidth={2} />
      <circle cx={`${place(estimate.value)}%`} cy={middle} r={3.5} fill="var(--aug-accent)" />
    </svg>
  );
}
