/** Which columns act together, and how much: Friedman's H and its size in units of the answer. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Interactions } from '../../../main/contract/explanation-replies.ts';
import { associationChart } from '../../charts/builders/heatmap.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Column, Columns, Section } from '../../ui/page.tsx';
import { QueryView, SkeletonChart } from '../../ui/states.tsx';
import { AgainstAll } from './against-all.tsx';
import classes from './explain.module.css';
import { explainMessages } from './explain-messages.ts';

const route = getRouteApi('/models/$modelId');
type Pair = Interactions['pairs'][number];

/** The section; it is measured when asked for, because every pair costs a pass over the background rows. */
export function InteractionsPanel(props: { readonly modelId: string; readonly explainedClass: string | null }) {
  const t = useMessages(explainMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { modelId, explainedClass } = props;
  const shown = search.interactions === 'shown';
  const query = useQuery(
    orpc.explanations.interactions.queryOptions({
      input: { modelId, ...(explainedClass === null ? {} : { class: explainedClass }) },
      enabled: shown,
    }),
  );
  return (
    <Section title={t('interactions')} hint={t('interactionsHint')}>
      {shown ? (
        <QueryView query={query} skeleton={<SkeletonChart height={320} />}>
          {(found) => <Strengths found={found} />}
        </QueryView>
      ) : (
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            void navigate({ search: (old) => ({ ...old, interactions: 'shown' }), replace: true, resetScroll: false })
          }
        >
          {t('interactionsMeasure')}
        </Button>
      )}
    </Section>
  );
}

function Strengths(props: { readonly found: Interactions }) {
  const t = useMessages(explainMessages);
  const format = useFormat();
  const navigate = route.useNavigate();
  const { found } = props;
  const { pairs } = found;
  const build = useCallback(
    (context: ChartContext) =>
      associationChart(context, {
        associations: pairs.map(({ a, b, h }) => ({ a, b, value: h, measure: 'H' })),
      }),
    [pairs],
  );
  const size = (value: number) =>
    found.units === 'probability' ? t('points', { value: format.fixed(value * 100, 1) }) : format.significant(value, 3);
  const columns: readonly TableColumn<Pair>[] = [
    {
      key: 'pair',
      header: t('pair'),
      render: (row) => <MiddleTruncate text={t('pairOf', { a: row.a, b: row.b })} />,
    },
    { key: 'strength', header: t('strength'), right: true, render: (row) => size(row.strength) },
    { key: 'h', header: t('h'), right: true, render: (row) => format.fixed(row.h, 2) },
  ];
  return (
    <>
      <Columns>
        <Column span={7}>
          <Chart
            title={t('interactionsChart')}
            reading={found.reading}
            build={build}
            height={340}
            empty={pairs.length === 0 ? t('interactionsNone') : null}
          />
        </Column>
        <Column span={5}>
          <DataTable
            label={t('interactions')}
            columns={columns}
            rows={pairs}
            rowKey={(row) => `${row.a}\u0000${row.b}`}
            onRow={(row) =>
              void navigate({
                search: (old) => ({ ...old, column: row.a, second: row.b, effect: 'accumulated' }),
                replace: true,
                resetScroll: false,
              })
            }
            maxHeight={340}
          />
        </Column>
      </Columns>
      <AgainstAll
        overall={found.overall}
        size={size}
        onChoose={(column) =>
          void navigate({ search: (old) => ({ ...old, column, second: undefined }), replace: true, resetScroll: false })
        }
      />
      <p className={classes.note}>{t('interactionsNote', { rows: found.rows, columns: found.columns.length })}</p>
    </>
  );
}
