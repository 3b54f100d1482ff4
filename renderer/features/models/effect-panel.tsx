/** How the answer moves with one column or two: dependence, single rows, or accumulated effects. */
import { SegmentedControl, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ColumnEffect } from '../../../main/contract/explanation-replies.ts';
import { dependenceChart } from '../../charts/builders/dependence.ts';
import { accumulatedChart, singleRowsChart, surfaceChart } from '../../charts/builders/effects.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { QueryView, SkeletonChart } from '../../ui/states.tsx';
import classes from './explain.module.css';
import { explainMessages } from './explain-messages.ts';
import type { EffectView } from './search.ts';

const route = getRouteApi('/models/$modelId');

type Props = {
  readonly modelId: string;
  readonly column: string;
  /** Columns that can stand beside it. */
  readonly columns: readonly string[];
  readonly explainedClass: string | null;
};

/** The panel; its view stands in the address. */
export function EffectPanel(props: Props) {
  const t = useMessages(explainMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { modelId, column, columns, explainedClass } = props;
  const second = columns.find((name) => name === search.second && name !== column);
  const asked = search.effect ?? 'average';
  const view: EffectView = second === undefined || asked === 'accumulated' ? asked : 'average';
  const show = (next: { readonly effect?: EffectView | undefined; readonly second?: string | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  const query = useQuery(
    orpc.explanations.effect.queryOptions({
      input: {
        modelId,
        column,
        kind: view === 'accumulated' ? 'ale' : 'pdp',
        ...(second === undefined ? {} : { second }),
        ...(explainedClass === null ? {} : { class: explainedClass }),
      },
      placeholderData: keepPreviousData,
    }),
  );
  const single: readonly EffectView[] = ['average', 'rows', 'centred', 'accumulated'];
  const words = {
    average: second === undefined ? t('viewAverage') : t('viewTogether'),
    rows: t('viewRows'),
    centred: t('viewCentred'),
    accumulated: second === undefined ? t('viewAccumulated') : t('viewInteraction'),
  };
  return (
    <>
      <div className={classes.tools}>
        <SegmentedControl
          size="xs"
          aria-label={t('view')}
          value={view}
          data={single
            .filter((each) => second === undefined || each === 'average' || each === 'accumulated')
            .map((each) => ({ value: each, label: words[each] }))}
          onChange={(value) => show({ effect: single.find((each) => each === value) })}
        />
        <Select
          size="xs"
          aria-label={t('second')}
          placeholder={t('second')}
          data={columns.filter((name) => name !== column)}
          value={second ?? null}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('secondNone') }}
          onChange={(value) => show({ second: value ?? undefined })}
        />
      </div>
      <QueryView query={query} skeleton={<SkeletonChart height={320} />}>
        {(effect) => <EffectChart effect={effect} view={view} />}
      </QueryView>
    </>
  );
}

function EffectChart(props: { readonly effect: ColumnEffect; readonly view: EffectView }) {
  const t = useMessages(explainMessages);
  const format = useFormat();
  const { effect, view } = props;
  const { column, second, surface, units, points, lines, kind } = effect;
  const build = useCallback(
    (context: ChartContext) => {
      if (surface !== null && second !== null) {
        const { first, second: other, values } = surface;
        return surfaceChart(context, { column, second, first, other, values, units, diverging: kind === 'ale' });
      }
      if (kind === 'ale') return accumulatedChart(context, { column, points, units });
      if (view === 'rows' || view === 'centred') {
        return singleRowsChart(context, { column, points, lines, units, centred: view === 'centred' });
      }
      const spread = points.map((point) => ({
        ...point,
        low: point.low ?? point.mean,
        high: point.high ?? point.mean,
      }));
      return dependenceChart(context, { column, points: spread, units });
    },
    [column, second, surface, units, points, lines, kind, view],
  );
  const title = second === null ? t('dependence', { column }) : t('dependenceTwo', { column, second });
  return (
    <>
      <Chart title={title} reading={effect.reading} build={build} height={surface === null ? 320 : 380} />
      {effect.outsideShare > 0 ? (
        <p className={classes.note}>{t('outside', { share: format.percent(effect.outsideShare, 0) })}</p>
      ) : null}
    </>
  );
}
