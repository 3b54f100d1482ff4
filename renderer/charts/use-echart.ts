/** The life of one ECharts instance: load, draw, resize, dispose. A scheme change makes a new instance. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { EChartsType } from './echarts.ts';
import type { ChartSpec } from './spec.ts';

const fontFamily = "'Inter Variable', system-ui, sans-serif";

let loading: Promise<typeof import('./echarts.ts')> | undefined;

/** Loads ECharts and the font that canvas text needs, once. */
export function loadEcharts(): Promise<typeof import('./echarts.ts')> {
  loading ??= Promise.all([
    import('./echarts.ts'),
    document.fonts.load(`12px ${fontFamily}`).catch(() => undefined),
  ]).then(([module]) => module);
  return loading;
}

const reducedMotion = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** What every chart shares, under the builder's own option. */
export function completeOption(spec: ChartSpec, description: string, animate: boolean): ChartSpec['option'] {
  const { tooltip, ...option } = spec.option;
  const own = Array.isArray(tooltip) ? tooltip[0] : tooltip;
  return {
    animation: animate && !reducedMotion(),
    animationDuration: 150,
    animationDurationUpdate: 150,
    textStyle: { fontFamily },
    aria: { enabled: true, label: { description } },
    ...option,
    tooltip: { renderMode: 'richText', confine: true, transitionDuration: 0, ...own },
  };
}

/** Draws `spec` into the host. Returns the instance once it is there. */
export function useEchart(
  host: RefObject<HTMLDivElement | null>,
  spec: ChartSpec | null,
  description: string,
  scheme: string,
): EChartsType | null {
  const [chart, setChart] = useState<EChartsType | null>(null);
  const drawn = useRef(false);
  const visible = spec !== null;

  useEffect(() => {
    const element = host.current;
    if (element === null || !visible || scheme === '') return;
    let instance: EChartsType | null = null;
    let observer: ResizeObserver | null = null;
    let gone = false;
    void loadEcharts().then((echarts) => {
      if (gone) return;
      instance = echarts.init(element, null, { renderer: 'canvas' });
      observer = new ResizeObserver(() => instance?.resize());
      observer.observe(element);
      setChart(instance);
    });
    return () => {
      gone = true;
      observer?.disconnect();
      instance?.dispose();
      drawn.current = false;
      setChart(null);
    };
  }, [host, visible, scheme]);

  useEffect(() => {
    if (chart === null || spec === null || chart.isDisposed()) return;
    chart.setOption(completeOption(spec, description, drawn.current), { notMerge: true });
    drawn.current = true;
  }, [chart, spec, description]);

  return chart;
}
