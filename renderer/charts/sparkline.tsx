/** A word-sized picture: the bars of a histogram. Drawn as plain SVG so that a hundred of them cost nothing. */
import { useId } from 'react';

/** Heights of bars, 0…1; the smallest count that is not zero still shows. */
export function sparkHeights(counts: readonly number[]): readonly number[] {
  const most = Math.max(1, ...counts);
  return counts.map((count) => (count <= 0 ? 0 : Math.max(0.06, count / most)));
}

type SparkProps = {
  readonly values: readonly number[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
};

/** A tiny histogram. */
export function SparkBars(props: SparkProps) {
  const titleId = useId();
  const { width = 96, height = 20 } = props;
  const heights = sparkHeights(props.values);
  const bar = Math.min(10, width / Math.max(1, heights.length));
  return (
    <svg width={width} height={height} role="img" aria-labelledby={titleId} style={{ display: 'block' }}>
      <title id={titleId}>{props.label}</title>
      {heights.map((share, index) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity but their place
          key={index}
          x={index * bar}
          y={height - share * height}
          width={Math.max(0.5, bar - 0.6)}
          height={share * height}
          fill="var(--aug-accent)"
          opacity={0.75}
        />
      ))}
    </svg>
  );
}
