/** One curve with its tools: choose a range by dragging across or clicking, move it by dragging, or use a button. */
import { ActionIcon, Button, NumberInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { Curve, CurveEdit } from '../../../main/contract/curves.ts';
import { cellAt, cellEdges, termChart } from '../../charts/builders/additive.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import type { ChartDrag } from '../../charts/use-chart-drag.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { type EditHistory, redone, undone } from './curve-edits.ts';
import classes from './curves.module.css';
import { curvesMessages } from './curves-messages.ts';

type Range = readonly [from: number, to: number];

type Props = {
  readonly curve: Curve;
  /** The curve after the edits; null while there are none. */
  readonly edited: Curve | null;
  readonly units: string;
  readonly output: number;
  readonly history: EditHistory;
  readonly onHistory: (history: EditHistory) => void;
  readonly onEdit: (edit: CurveEdit) => void;
};

/** The panel of one term. */
export function CurvePanel(props: Props) {
  const t = useMessages(curvesMessages);
  const format = useFormat();
  const { curve, edited, units, output, onEdit } = props;
  const [selection, setSelection] = useState<Range | null>(null);
  const [axis] = curve.axes;
  const isPair = curve.axes.length > 1;
  const values = (edited ?? curve).values;
  const valueCells = isPair ? 0 : values.length - 1;
  const [from, to] = selection ?? [0, Math.max(0, valueCells - 1)];
  const build = useCallback(
    (context: ChartContext) =>
      termChart(context, {
        axes: curve.axes,
        values: (edited ?? curve).values,
        deviations: (edited ?? curve).deviations,
        weights: curve.weights,
        before: edited === null ? null : curve.values,
        selection,
        units,
      }),
    [curve, edited, selection, units],
  );
  const onDrag = useCallback(
    (drag: ChartDrag) => {
      if (axis === undefined || isPair) return;
      const a = cellAt(axis, drag.from);
      const b = cellAt(axis, drag.to);
      if (drag.mostly === 'across') setSelection([Math.min(a, b), Math.max(a, b)]);
      else {
        const inside = selection !== null && a >= selection[0] && a <= selection[1];
        const [start, end] = inside ? selection : [a, a];
        onEdit({ kind: 'shift', term: curve.term, output, from: start, to: end, by: Number(drag.rise.toPrecision(3)) });
      }
    },
    [axis, isPair, selection, curve.term, output, onEdit],
  );
  const onPick = useCallback((row: number) => setSelection([row, row]), []);
  const known = values.slice(0, isPair ? undefined : valueCells);
  const reading = isPair
    ? t('pairReading', { name: curve.name.replace(' × ', ' & ') })
    : t(axis?.kind === 'category' ? 'levelReading' : 'curveReading', {
        low: format.significant(Math.min(...known), 3),
        high: format.significant(Math.max(...known), 3),
      });
  return (
    <>
      <Chart
        title={t('curve', { name: curve.name })}
        reading={reading}
        build={build}
        height={380}
        {...(isPair ? {} : { onDrag })}
        {...(axis?.kind === 'category' && !isPair ? { onPick } : {})}
      />
      <Tools
        {...props}
        range={[from, to]}
        rangeText={rangeText(t, format.significant, curve, selection)}
        isPair={isPair}
        onSelect={setSelection}
        missing={valueCells}
      />
    </>
  );
}

function rangeText(
  t: ReturnType<typeof useMessages<keyof typeof curvesMessages.messages>>,
  write: (value: number, digits?: number) => string,
  curve: Curve,
  selection: Range | null,
): string {
  const [axis] = curve.axes;
  if (selection === null || axis === undefined) return t('rangeAll');
  const [from, to] = selection;
  if (from === curve.values.length - 1) return t('rangeMissing');
  if (axis.kind === 'category') {
    const first = axis.labels[from] ?? '';
    return from === to ? first : t('rangeChosen', { from: first, to: axis.labels[to] ?? '' });
  }
  const edges = cellEdges(axis);
  return t('rangeChosen', { from: write(edges[from] ?? 0, 4), to: write(edges[to + 1] ?? 0, 4) });
}

function Tools(
  props: Props & {
    readonly range: Range;
    readonly rangeText: string;
    readonly isPair: boolean;
    readonly missing: number;
    readonly onSelect: (range: Range | null) => void;
  },
) {
  const t = useMessages(curvesMessages);
  const [value, setValue] = useState<number | string>(0);
  const { curve, output, range, isPair, history, onEdit, onHistory, onSelect, missing } = props;
  const at = { term: curve.term, output, from: range[0], to: range[1] };
  const ordered = !isPair && curve.axes[0]?.kind === 'number';
  const button = (label: keyof typeof curvesMessages.messages, edit: CurveEdit) => (
    <Button variant="default" size="xs" onClick={() => onEdit(edit)}>
      {t(label)}
    </Button>
  );
  return (
    <div className={classes.tools} role="toolbar" aria-label={t('tools')}>
      {isPair ? null : (
        <>
          <span className={classes.range}>
            {t('range')}: {props.rangeText}
          </span>
          <Button variant="subtle" size="xs" onClick={() => onSelect(null)}>
            {t('chooseAll')}
          </Button>
          <Button variant="subtle" size="xs" onClick={() => onSelect([missing, missing])}>
            {t('chooseMissing')}
          </Button>
          <NumberInput
            size="xs"
            w={110}
            aria-label={t('value')}
            value={value}
            onChange={setValue}
            step={0.1}
            decimalScale={6}
          />
          <Button
            variant="default"
            size="xs"
            disabled={typeof value !== 'number'}
            onClick={() => (typeof value === 'number' ? onEdit({ kind: 'set', ...at, value }) : undefined)}
          >
            {t('set')}
          </Button>
          {button('flatten', { kind: 'flatten', ...at })}
          {ordered ? button('smooth', { kind: 'smooth', ...at }) : null}
          {ordered ? button('rise', { kind: 'monotone', ...at, direction: 'up' }) : null}
          {ordered ? button('fall', { kind: 'monotone', ...at, direction: 'down' }) : null}
        </>
      )}
      {button('remove', { kind: 'remove', term: curve.term })}
      <Tooltip label={t('undo')}>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t('undo')}
          disabled={history.done === 0}
          onClick={() => onHistory(undone(history))}
        >
          <IconArrowBackUp size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('redo')}>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t('redo')}
          disabled={history.done === history.all.length}
          onClick={() => onHistory(redone(history))}
        >
          <IconArrowForwardUp size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
