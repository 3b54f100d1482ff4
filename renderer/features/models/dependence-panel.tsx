import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Dependence } from '../../../main/contract/explanations.ts';
import { dependenceChart } from '../../charts/builders/dependence.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { QueryView, SkeletonChart } from '../../ui/states.tsx';
import { explainMessages } from './explain-messages.ts';

/** How the average answer moves with one column, with the spread of single rows. */
export function DependencePanel(props: {
  readonly modelId: string;
  readonly column: string;
  readonly explainedClass: string | null;
}) {
  const { modelId, column, explainedClass } = props;
  const query = useQuery(
    orpc.explanations.dependence.queryOptions({
      input: { modelId, column, ...(explainedClass === null ? {} : { class: explainedClass }) },
    }),
  );
  return (
    <QueryView query={query} skeleton={<SkeletonChart height={320} />}>
      {(dependence) => <DependenceView dependence={dependence} />}
    </QueryView>
  );
}

function DependenceView(props: { readonly dependence: Dependence }) {
  const t = useMessages(explainMessages);
  const { column, points, units, reading } = props.dependence;
  const build = useCallback(
    (context: ChartContext) => dependenceChart(context, { column, points, units }),
    [column, points, units],
  );
  return <Chart title={t('dependence', { column })} reading={reading} build={build} height={320} />;
}
