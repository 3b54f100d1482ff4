/** Dragging over a chart: where it began and ended, in the units of the axes. */
import { useEffect } from 'react';
import type { EChartsType } from './echarts.ts';

/** A finished drag. `mostly` tells along which axis the pointer moved further, in pixels. */
export type ChartDrag = {
  readonly from: number;
  readonly to: number;
  /** Distance along the vertical axis. */
  readonly rise: number;
  readonly mostly: 'across' | 'along';
};

const leastPixels = 4;

/** Calls `onDrag` when a drag over the plot ends. */
export function useChartDrag(chart: EChartsType | null, onDrag: ((drag: ChartDrag) => void) | undefined): void {
  useEffect(() => {
    if (chart === null || onDrag === undefined) return;
    const zr = chart.getZr();
    let start: readonly [number, number] | null = null;
    const down = (event: { readonly offsetX: number; readonly offsetY: number }) => {
      const inside = chart.containPixel('grid', [event.offsetX, event.offsetY]);
      start = inside ? [event.offsetX, event.offsetY] : null;
    };
    const up = (event: { readonly offsetX: number; readonly offsetY: number }) => {
      if (start === null) return;
      const [x0, y0] = start;
      start = null;
      const [dx, dy] = [event.offsetX - x0, event.offsetY - y0];
      if (Math.abs(dx) < leastPixels && Math.abs(dy) < leastPixels) return;
      const finder = { xAxisIndex: 0, yAxisIndex: 0 };
      const [from = 0, low = 0] = chart.convertFromPixel(finder, [x0, y0]);
      const [to = 0, high = 0] = chart.convertFromPixel(finder, [event.offsetX, event.offsetY]);
      onDrag({ from, to, rise: high - low, mostly: Math.abs(dx) > Math.abs(dy) ? 'across' : 'along' });
    };
    zr.on('mousedown', down);
    zr.on('mouseup', up);
    return () => {
      if (chart.isDisposed()) return;
      zr.off('mousedown', down);
      zr.off('mouseup', up);
    };
  }, [chart, onDrag]);
}
