/** A word-sized picture: bars of a histogram, or a line. Drawn as plain SVG so that a hundred of them cost nothing. */
import { useId } from 'react';

/** The path of a line through `values` in a box of the given size; flat when all are equal. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const y = (value: number) => (high > low ? height - ((value - low) / (high - low)) * height : height / 2);
  return values
    .flatMap((value, index) => (Number.isFinite(value) ? [`${(index * step).toFixed(1)} ${y(value).toFixed(1)}`] : []))
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${point}`)
    .join('');
}

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

/** A tiny line. */
export function SparkLine(props: SparkProps) {
  const titleId = useId();
  const { width = 96, height = 20 } = props;
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-labelledby={titleId}
      style={{ display: 'block', overflow: 'visible' }}
    >
      <title id={titleId}>{props.label}</title>
      <path d={sparkPath(props.values, width, height)} fill="none" stroke="var(--aug-accent)" strokeWidth={1.5} />
    </svg>
  );
}
