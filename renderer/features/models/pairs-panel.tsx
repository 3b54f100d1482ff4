/** The strongest interaction values of a model's trees, as bars: which pairs move the answer together, and by how much. */
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ShapInteractions } from '../../../main/contract/explanations.ts';
import { barsChart } from '../../charts/builders/distribution.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, SkeletonChart } from '../../ui/states.tsx';
import classes from './explain.module.css';
import { pairsMessages } from './pairs-messages.ts';

const shownPairs = 12;

/** The section; models without trees of their own have none. */
export function PairsPanel(props: { readonly modelId: string; readonly explainedClass: string | null }) {
  const t = useMessages(pairsMessages);
  const { modelId, explainedClass } = props;
  const [background, setBackground] = useState<'training' | 'rows'>('training');
  const query = useQuery(
    orpc.explanations.shapInteractions.queryOptions({
      input: {
        modelId,
        background,
        limit: shownPairs,
        ...(explainedClass === null ? {} : { class: explainedClass }),
      },
    }),
  );
  return (
    <Section title={t('title')} hint={t('hint')}>
      <SegmentedControl
        size="xs"
        mb="sm"
        aria-label={t('reference')}
        value={background}
        onChange={(value) => setBackground(value === 'rows' ? 'rows' : 'training')}
        data={[
          { value: 'training', label: t('training') },
          { value: 'rows', label: t('rows') },
        ]}
      />
      <QueryView query={query} skeleton={<SkeletonChart height={300} />}>
        {(found) => <Strongest found={found} />}
      </QueryView>
    </Section>
  );
}

function Strongest(props: { readonly found: ShapInteractions }) {
  const t = useMessages(pairsMessages);
  const { pairs, reading, rows, units } = props.found;
  const word = t(units === 'target' ? 'unitsTarget' : 'unitsLogOdds');
  const build = useCallback(
    (context: ChartContext) =>
      barsChart(context, {
        items: pairs.map(({ a, b, meanAbs }) => ({ label: t('pair', { a, b }), value: meanAbs })),
        name: `${t('value')} (${word})`,
        labelName: t('column'),
      }),
    [pairs, t, word],
  );
  return (
    <>
      <Chart
        title={t('chart')}
        reading={reading}
        build={build}
        height={70 + 26 * Math.max(1, pairs.length)}
        empty={pairs.length === 0 ? t('none') : null}
      />
      <p className={classes.note}>{t('note', { rows, units: word })}</p>
    </>
  );
}
