/**
 * The one chart component: a title, its reading in one sentence, the picture or its table, a menu to copy and save, and
 * keyboard focus that walks the values and reads them out.
 */
import { ActionIcon, Menu, useComputedColorScheme, VisuallyHidden } from '@mantine/core';
import { IconChartLine, IconCopy, IconDots, IconDownload, IconTable } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useFormat, useMessages } from '../lib/locale.tsx';
import { useToasts } from '../ui/toast.tsx';
import classes from './chart.module.css';
import { ChartTableView, cellText } from './chart-table.tsx';
import { copyPicture, copyTable, savePicture, saveTable } from './export.ts';
import { chartMessages } from './messages.ts';
import { paletteOf } from './palette.ts';
import type { ChartBuilder, ChartContext, ChartSpec } from './spec.ts';
import { type ChartDrag, useChartDrag } from './use-chart-drag.ts';
import { useEchart } from './use-echart.ts';

/** What a chart needs to be shown. */
export type ChartProps = {
  readonly title: string;
  /** One plain sentence that says what the picture shows. */
  readonly reading: string;
  /** Stable (module-level or useCallback): the chart is rebuilt when it changes. */
  readonly build: ChartBuilder;
  readonly height?: number;
  /** Why there is nothing to draw, e.g. "needs at least 200 labelled rows; you have 83". Shown instead of the chart. */
  readonly empty?: string | null;
  /** Called with the table row that was clicked or chosen with Enter. */
  readonly onPick?: (row: number) => void;
  /** Called when a drag over the plot ends; stable (useCallback). */
  readonly onDrag?: (drag: ChartDrag) => void;
  readonly actions?: ReactNode;
};

/** A chart with its words, its table and its menu. */
export function Chart(props: ChartProps) {
  const t = useMessages(chartMessages);
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const [asTable, setAsTable] = useState(false);
  const titleId = useId();
  const context = useMemo<ChartContext>(() => ({ palette: paletteOf(scheme), format, t }), [scheme, format, t]);
  const isEmpty = props.empty !== undefined && props.empty !== null;
  const spec = useMemo(() => (isEmpty ? null : props.build(context)), [isEmpty, props.build, context]);
  const height = props.height ?? 240;
  return (
    <figure className={classes.figure} aria-labelledby={titleId}>
      <div className={classes.head}>
        <div className={classes.words}>
          <div id={titleId} className={classes.title}>
            {props.title}
          </div>
          <p className={classes.reading}>{props.reading}</p>
        </div>
        {props.actions}
        {spec === null ? null : (
          <ChartMenu title={props.title} spec={spec} context={context} asTable={asTable} onTable={setAsTable} />
        )}
      </div>
      {spec === null ? (
        <div className={classes.empty} style={{ minHeight: height }}>
          {props.empty}
        </div>
      ) : asTable ? (
        <ChartTableView title={props.title} table={spec.table} height={height} />
      ) : (
        <ChartCanvas {...props} spec={spec} height={height} scheme={scheme} />
      )}
    </figure>
  );
}

function ChartCanvas(
  props: ChartProps & { readonly spec: ChartSpec; readonly height: number; readonly scheme: string },
) {
  const t = useMessages(chartMessages);
  const format = useFormat();
  const host = useRef<HTMLDivElement>(null);
  const [row, setRow] = useState(-1);
  const { spec, onPick } = props;
  const walks = spec.focusSeries !== undefined && spec.table.rows.length > 0;
  const description = t('ariaLabel', {
    title: props.title,
    reading: props.reading,
    hint: walks ? t('keyboardHint') : '',
  });
  const chart = useEchart(host, spec, description, props.scheme);
  useChartDrag(chart, props.onDrag);

  useEffect(() => {
    if (chart === null || onPick === undefined) return;
    const pick = (event: { readonly dataIndex?: number }) => {
      if (event.dataIndex !== undefined) onPick(event.dataIndex);
    };
    chart.on('click', pick);
    return () => {
      if (!chart.isDisposed()) chart.off('click', pick);
    };
  }, [chart, onPick]);

  const show = (next: number) => {
    setRow(next);
    const at = { seriesIndex: spec.focusSeries ?? 0, dataIndex: next };
    chart?.dispatchAction({ type: 'downplay', seriesIndex: at.seriesIndex });
    chart?.dispatchAction({ type: 'highlight', ...at });
    chart?.dispatchAction({ type: 'showTip', ...at });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!walks) return;
    const last = spec.table.rows.length - 1;
    const target = {
      ArrowRight: Math.min(last, row + 1),
      ArrowDown: Math.min(last, row + 1),
      ArrowLeft: Math.max(0, row - 1),
      ArrowUp: Math.max(0, row - 1),
      Home: 0,
      End: last,
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      show(target);
    } else if (event.key === 'Enter' && row >= 0) onPick?.(row);
    else if (event.key === 'Escape' && row >= 0) leave();
  };
  const leave = () => {
    setRow(-1);
    chart?.dispatchAction({ type: 'hideTip' });
    chart?.dispatchAction({ type: 'downplay', seriesIndex: spec.focusSeries ?? 0 });
  };
  const values = spec.table.rows[row] ?? [];
  const spoken = values
    .map((cell, index) =>
      t('valueAt', { label: spec.table.columns[index]?.label ?? '', value: cellText(cell, format) }),
    )
    .join(', ');
  return (
    <div className={classes.host} style={{ height: props.height }}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: ECharts gives this element its role and label */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk the values */}
      <div ref={host} className={classes.canvas} tabIndex={0} onKeyDown={onKeyDown} onBlur={leave} />
      <VisuallyHidden aria-live="polite">{spoken}</VisuallyHidden>
    </div>
  );
}

function ChartMenu(props: {
  readonly title: string;
  readonly spec: ChartSpec;
  readonly context: ChartContext;
  readonly asTable: boolean;
  readonly onTable: (asTable: boolean) => void;
}) {
  const t = useMessages(chartMessages);
  const toasts = useToasts();
  const { spec, title } = props;
  const { palette } = props.context;
  const attempt = (work: Promise<unknown>) => void work.catch(toasts.failed);
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('menu', { title })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={props.asTable ? <IconChartLine size={15} /> : <IconTable size={15} />}
          onClick={() => props.onTable(!props.asTable)}
        >
          {props.asTable ? t('showChart') : t('showTable')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => attempt(copyPicture(spec, palette))}>
          {t('copyPicture')}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => attempt(copyTable(spec))}>
          {t('copyTable')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconDownload size={15} />}
          onClick={() => attempt(savePicture(spec, palette, title, 'png'))}
        >
          {t('savePng')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDownload size={15} />}
          onClick={() => attempt(savePicture(spec, palette, title, 'svg'))}
        >
          {t('saveSvg')}
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => saveTable(spec, title)}>
          {t('saveCsv')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
