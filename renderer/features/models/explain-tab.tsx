/** Explain: which columns move the answer, and how. Contributions are exact in the margin. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { GlobalSummary } from '../../../main/contract/explanations.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { beeswarmChart } from '../../charts/builders/beeswarm.ts';
import { importanceChart } from '../../charts/builders/distribution.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Column, Columns } from '../../ui/page.tsx';
import { EmptyState, QueryView, SkeletonChart } from '../../ui/states.tsx';
import { EffectPanel } from './effect-panel.tsx';
import classes from './explain.module.css';
import { ExplainColumns } from './explain-columns.tsx';
import { explainMessages } from './explain-messages.ts';
import { InteractionsPanel } from './interactions-panel.tsx';
import { PairsPanel } from './pairs-panel.tsx';
import { ShufflingPanel } from './shuffling-panel.tsx';

const route = getRouteApi('/models/$modelId');
const shownColumns = 12;

/** The Explain tab. */
export function ExplainTab(props: { readonly model: ModelDetail }) {
  const t = useMessages(explainMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { model } = props;
  const chosen = search.class !== undefined && model.classes.includes(search.class) ? search.class : undefined;
  const query = useQuery(
    orpc.explanations.global.queryOptions({
      input: { modelId: model.id, ...(chosen === undefined ? {} : { class: chosen }) },
    }),
  );
  return (
    <>
      {model.task === 'multiclass' ? (
        <Select
          w={280}
          mb="md"
          label={t('class')}
          data={[...model.classes]}
          value={chosen ?? query.data?.explainedClass ?? null}
          searchable
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, class: value ?? undefined }), replace: true })
          }
        />
      ) : null}
      <QueryView query={query} skeleton={<ExplainSkeleton />}>
        {(summary) => <ExplainView model={model} summary={summary} />}
      </QueryView>
    </>
  );
}

function ExplainView(props: { readonly model: ModelDetail; readonly summary: GlobalSummary }) {
  const t = useMessages(explainMessages);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { model, summary } = props;
  const columns = [...summary.columns].sort((a, b) => b.meanAbs - a.meanAbs);
  const first = columns[0];
  const column = search.column ?? first?.column;
  const pick = (name: string) =>
    void navigate({ search: (old) => ({ ...old, column: name }), replace: true, resetScroll: false });
  if (first === undefined) return <EmptyState title={t('summaryEmpty')} />;
  return (
    <>
      <Columns>
        <Column span={7}>
          <Swarm summary={summary} />
        </Column>
        <Column span={5}>
          <Weights summary={summary} />
        </Column>
      </Columns>
      <Columns>
        <Column span={5}>
          <ExplainColumns columns={columns} units={summary.units} selected={column ?? null} onPick={pick} />
        </Column>
        <Column span={7}>
          {column === undefined ? null : (
            <EffectPanel
              modelId={model.id}
              column={column}
              columns={columns.filter((each) => each.meanAbs > 0).map((each) => each.column)}
              explainedClass={model.task === 'multiclass' ? summary.explainedClass : null}
            />
          )}
        </Column>
      </Columns>
      <InteractionsPanel
        modelId={model.id}
        explainedClass={model.task === 'multiclass' ? summary.explainedClass : null}
      />
      <PairsPanel modelId={model.id} explainedClass={model.task === 'multiclass' ? summary.explainedClass : null} />
      <ShufflingPanel model={model} />
      <p className={classes.note}>
        {t('additivity', { rows: summary.rows, error: format.significant(summary.additivityMaxError, 2) })}
      </p>
    </>
  );
}

const heightOf = (count: number) => 70 + 26 * Math.min(shownColumns, count);

function Swarm(props: { readonly summary: GlobalSummary }) {
  const t = useMessages(explainMessages);
  const { columns, units, reading } = props.summary;
  const build = useCallback(
    (context: ChartContext) => beeswarmChart(context, { columns, units, limit: shownColumns }),
    [columns, units],
  );
  return <Chart title={t('summary')} reading={reading} build={build} height={heightOf(columns.length)} />;
}

function Weights(props: { readonly summary: GlobalSummary }) {
  const t = useMessages(explainMessages);
  const format = useFormat();
  const { columns, units } = props.summary;
  const word = t(units === 'target' ? 'unitsTarget' : 'unitsLogOdds');
  const build = useCallback(
    (context: ChartContext) => importanceChart(context, { columns, units: word, limit: shownColumns - 1 }),
    [columns, word],
  );
  const first = columns.reduce<GlobalSummary['columns'][number] | null>(
    (best, each) => (best === null || each.meanAbs > best.meanAbs ? each : best),
    null,
  );
  const reading =
    first === null || first.meanAbs === 0
      ? t('importanceReadingNone')
      : t('importanceReading', {
          column: first.column,
          amount: format.significant(first.meanAbs, 2),
          units: word,
        });
  return <Chart title={t('importance')} reading={reading} build={build} height={heightOf(columns.length)} />;
}

function ExplainSkeleton() {
  return (
    <Columns>
      <Column span={7}>
        <SkeletonChart height={360} />
      </Column>
      <Column span={5}>
        <SkeletonChart height={360} />
      </Column>
    </Columns>
  );
}
